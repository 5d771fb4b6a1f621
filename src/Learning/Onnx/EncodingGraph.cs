using Assay.Learning.Features;
using static Assay.Learning.Onnx.GraphBuilder;

namespace Assay.Learning.Onnx;

/// <summary>Writes what <see cref="Encoder"/> does.</summary>
internal static class EncodingGraph
{
    /// <summary>Returns the value that holds the encoded vector, of shape [rows, width].</summary>
    public static string Write(GraphBuilder graph, Encoder encoder)
    {
        List<string> parts = [];
        if (encoder.Numbers.Features.Length > 0)
            WriteNumbers(graph, encoder.Numbers, parts);
        if (encoder.Categories.Count > 0)
            parts.Add(WriteCategories(graph, encoder.Categories));
        return Joined(graph, parts, axis: 1);
    }

    private static void WriteNumbers(GraphBuilder graph, NumberSlots numbers, List<string> parts)
    {
        var raw = Joined(graph, [.. numbers.Features.Select(feature => feature.Name)], axis: 1);
        var filled = graph.Add(
            "Imputer", [raw], MachineLearning,
            Numbers("imputed_value_floats", numbers.Fill), Number("replaced_value_float", float.NaN));
        parts.Add(numbers.Offset is null
            ? filled
            : graph.Add("Scaler", [filled], MachineLearning, Numbers("offset", numbers.Offset), Numbers("scale", numbers.Scale!)));
        if (numbers.Flagged.Length == 0)
            return;

        var flagged = Joined(graph, [.. numbers.Flagged.Select(slot => numbers.Features[slot].Name)], axis: 1);
        parts.Add(graph.Add("Cast", [graph.Add("IsNaN", [flagged])], "", Whole("to", Float)));
    }

    private static string WriteCategories(GraphBuilder graph, IReadOnlyList<CategorySlots> categories)
    {
        List<string> slots = [];
        foreach (var category in categories.Where(category => category.Values.Length > 0))
        {
            slots.Add(graph.Add(
                "OneHotEncoder", [category.Feature.Name], MachineLearning,
                Words("cats_strings", category.Values), Whole("zeros", 1)));
        }

        // The operator answers [rows, 1, values], so one reshape behind all of them takes the middle away.
        var width = categories.Sum(category => category.Values.Length);
        return graph.Add("Reshape", [Joined(graph, slots, axis: 2), graph.Wholes("shape", -1, width)]);
    }

    private static string Joined(GraphBuilder graph, List<string> parts, int axis) =>
        parts.Count == 1 ? parts[0] : graph.Add("Concat", parts, "", Whole("axis", axis));
}
