using Assay.Inference.Requests;

namespace Assay.Inference.Graphs;

/// <summary>What operators do to categories: choose among them, and make numbers of them.</summary>
internal static class TextOperators
{
    public static GraphValue? Alone(OnnxNode node, TextsValue texts) => node.Operator switch
    {
        "Identity" or "Flatten" => texts,
        "OneHotEncoder" => OneHot(node, texts),
        "LabelEncoder" => Label(node, texts),
        _ => null,
    };

    public static TextsValue? With(OnnxNode node, TextsValue texts, OnnxTensor constant) => node.Operator switch
    {
        "Reshape" => constant.Values is [_, var width] && (width == texts.Inputs.Length || width == -1) ? texts : null,
        "ArrayFeatureExtractor" => Chosen(texts, constant),
        "Gather" => node.Of("axis").Whole is 1 or -1 ? Chosen(texts, constant) : null,
        _ => null,
    };

    /// <summary>Categories of the same kind side by side; null for anything else among them.</summary>
    public static TextsValue? Concat(GraphValue?[] parts) =>
        parts[0] is TextsValue first && parts.All(part => part is TextsValue texts && texts.Categories.SequenceEqual(first.Categories))
            ? first with { Inputs = [.. parts.Cast<TextsValue>().SelectMany(part => part.Inputs)] }
            : null;

    private static TextsValue? Chosen(TextsValue texts, OnnxTensor places) =>
        places.Values.All(place => place >= 0 && place < texts.Inputs.Length) ? texts with { Inputs = [.. places.Values.Select(place => texts.Inputs[(int)place])] } : null;

    private static SlotsValue? OneHot(OnnxNode node, TextsValue texts)
    {
        var indexes = Indexes(texts);
        return node.Of("cats_strings").Texts is { Count: > 0 } known
            ? new([.. texts.Inputs.SelectMany(input => known.Select(value => new Slot(input, indexes.TryGetValue(value, out var index) ? cell => cell == index ? 1 : 0 : static _ => 0)))])
            : null;
    }

    private static SlotsValue? Label(OnnxNode node, TextsValue texts)
    {
        var keys = node.Of("keys_strings").Texts;
        if (LabelValues.Of(node, keys.Count) is not { } values)
            return null;
        var (indexes, labels) = (Indexes(texts), new Dictionary<float, float>());
        for (var place = 0; place < keys.Count; place++)
        {
            if (indexes.TryGetValue(keys[place], out var index))
                labels.TryAdd(index, values.Values[place]);
        }

        return new([.. texts.Inputs.Select(input => new Slot(input, cell => labels.GetValueOrDefault(cell, values.Otherwise)))]);
    }

    // Missing is the empty text to the graph and −1 in the row.
    private static Dictionary<string, float> Indexes(TextsValue texts)
    {
        var indexes = texts.Categories.Select((category, index) => (category, index))
            .DistinctBy(pair => pair.category, StringComparer.Ordinal)
            .ToDictionary(pair => pair.category, pair => (float)pair.index, StringComparer.Ordinal);
        indexes.TryAdd("", PredictionRows.MissingCategory);
        return indexes;
    }
}

/// <summary>What a <c>LabelEncoder</c> puts in the place of its keys.</summary>
/// <param name="Values">In the order of the keys.</param>
/// <param name="Otherwise">For what is none of them.</param>
internal sealed record LabelValues(float[] Values, float Otherwise)
{
    /// <summary>Null when they aren't numbers, one for each key.</summary>
    public static LabelValues? Of(OnnxNode node, int keys)
    {
        var (numbers, wholes) = (node.Of("values_floats").Numbers, node.Of("values_int64s").Wholes);
        return keys == 0 ? null
            : numbers.Count == keys ? new([.. numbers.Select(value => (float)value)], node.Of("default_float").Number ?? 0)
            : wholes.Count == keys ? new([.. wholes.Select(value => (float)value)], node.Of("default_int64").Whole ?? -1)
            : null;
    }
}
