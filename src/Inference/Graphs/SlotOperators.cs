using Assay.Inference.Requests;

namespace Assay.Inference.Graphs;

/// <summary>What operators do to values that each come of one input. In single precision, as the runtime computes them.</summary>
internal static class SlotOperators
{
    public static SlotsValue? Concat(OnnxNode node, GraphValue?[] parts) =>
        node.Of("axis").Whole is 1 or 2 or -1 && parts.All(part => part is SlotsValue)
            ? new([.. parts.Cast<SlotsValue>().SelectMany(part => part.Slots)])
            : null;

    // Missing is the empty text to the graph and −1 in the row.
    public static SlotsValue? OneHot(OnnxNode node, TextValue text)
    {
        var indexes = text.Categories.Select((category, index) => (category, index))
            .DistinctBy(pair => pair.category, StringComparer.Ordinal)
            .ToDictionary(pair => pair.category, pair => (float)pair.index, StringComparer.Ordinal);
        indexes.TryAdd("", PredictionRows.MissingCategory);
        return node.Of("cats_strings").Texts is { Count: > 0 } texts
            ? new([.. texts.Select(value => new Slot(text.Input, indexes.TryGetValue(value, out var index) ? cell => cell == index ? 1 : 0 : static _ => 0))])
            : null;
    }

    public static SlotsValue? Cast(OnnxNode node, SlotsValue slots)
    {
        const long Single = 1, Double = 11;
        return node.Of("to").Whole is Single or Double ? slots : null;
    }

    public static SlotsValue? Imputer(OnnxNode node, SlotsValue slots)
    {
        var replaced = node.Of("replaced_value_float").Number ?? 0;
        return float.IsNaN(replaced)
            ? Zip(slots, node.Of("imputed_value_floats").Numbers, static (value, filler) => float.IsNaN(value) ? filler : value, static (line, filler) => line.Filled(filler))
            : Zip(slots, node.Of("imputed_value_floats").Numbers, (value, filler) => value == replaced ? filler : value);
    }

    public static SlotsValue? Scaler(OnnxNode node, SlotsValue slots) =>
        Zip(slots, node.Of("offset").Numbers, static (value, offset) => value - offset, static (line, offset) => line.Less(offset)) is { } shifted
            ? Zip(shifted, node.Of("scale").Numbers, static (value, scale) => value * scale, static (line, scale) => line.Times(scale))
            : null;

    /// <summary>The places that a constant names.</summary>
    public static SlotsValue? Chosen(SlotsValue slots, OnnxTensor places) =>
        places.Values.All(place => place >= 0 && place < slots.Slots.Length) ? new([.. places.Values.Select(place => slots.Slots[(int)place])]) : null;

    public static SlotsValue? With(SlotsValue slots, OnnxTensor constant, Func<float, float, float> operation) =>
        constant.Shape.Count <= 2 ? Zip(slots, constant.Values, operation) : null;

    public static SlotsValue Each(SlotsValue slots, Func<float, float> operation) =>
        new(Array.ConvertAll(slots.Slots, slot => new Slot(slot.Input, cell => operation(slot.Of(cell)))));

    // One constant for all of them, or one for each.
    private static SlotsValue? Zip(
        SlotsValue slots, IReadOnlyList<double> constants, Func<float, float, float> operation, Func<SlotLine, float, SlotLine?>? line = null)
    {
        if (constants.Count != 1 && constants.Count != slots.Slots.Length)
            return null;
        return new([.. slots.Slots.Select((slot, place) =>
        {
            var constant = (float)constants[constants.Count == 1 ? 0 : place];
            return new Slot(slot.Input, cell => operation(slot.Of(cell), constant)) { Line = slot.Line is { } straight ? line?.Invoke(straight, constant) : null };
        })]);
    }
}
