namespace Assay.Inference.Graphs;

/// <summary>What operators do to values that each come of one input. In single precision, as the runtime computes them.</summary>
internal static class SlotOperators
{
    public static GraphValue? Concat(OnnxNode node, GraphValue?[] parts) =>
        node.Of("axis").Whole is not (1 or 2 or -1) ? null
        : parts.All(part => part is SlotsValue) ? new SlotsValue([.. parts.Cast<SlotsValue>().SelectMany(part => part.Slots)])
        : TextOperators.Concat(parts);

    /// <summary>Pieces of columns; none where they can't be followed.</summary>
    public static IEnumerable<GraphValue> Split(OnnxNode node, GraphValue? whole, GraphValue? sizes)
    {
        if (whole is not (SlotsValue or TextsValue))
            yield break;
        var width = (whole as SlotsValue)?.Slots.Length ?? ((TextsValue)whole).Inputs.Length;
        List<long> lengths = sizes is ConstantValue { Tensor.Values: var given } ? [.. given.Select(value => (long)value)] : node.Of("split").Wholes;
        if (lengths.Count == 0)
        {
            var each = (width + node.Outputs.Count - 1) / node.Outputs.Count;
            lengths = [.. Enumerable.Range(0, node.Outputs.Count).Select(part => (long)Math.Clamp(width - (part * each), 0, each))];
        }

        if (node.Of("axis").Whole is not (1 or -1) || lengths.Sum() != width || lengths.Any(length => length < 0))
            yield break;
        var first = 0;
        foreach (var length in lengths)
        {
            var end = first + (int)length;
            yield return whole is TextsValue texts ? texts with { Inputs = texts.Inputs[first..end] } : new SlotsValue(((SlotsValue)whole).Slots[first..end]);
            first = end;
        }
    }

    // Of whole numbers, into which the runtime cuts others.
    public static SlotsValue? OneHot(OnnxNode node, SlotsValue slots) => node.Of("cats_int64s").Wholes is { Count: > 0 } known
        ? new([.. slots.Slots.SelectMany(slot => known.Select(value => new Slot(slot.Input, cell => MathF.Truncate(slot.Of(cell)) == value ? 1 : 0)))])
        : null;

    public static SlotsValue? Label(OnnxNode node, SlotsValue slots)
    {
        List<double> keys = node.Of("keys_floats") is { Numbers: { Count: > 0 } numbers } ? numbers : [.. node.Of("keys_int64s").Wholes.Select(key => (double)key)];
        if (LabelValues.Of(node, keys.Count) is not { } values)
            return null;
        var labels = new Dictionary<float, float>();
        for (var place = 0; place < keys.Count; place++)
            labels.TryAdd((float)keys[place], values.Values[place]);
        return Each(slots, value => labels.GetValueOrDefault(value, values.Otherwise));
    }

    public static SlotsValue? Cast(OnnxNode node, SlotsValue slots)
    {
        const long Single = 1, Int32 = 6, Int64 = 7, Double = 11;
        return node.Of("to").Whole switch
        {
            Single or Double => slots,
            Int32 or Int64 => Each(slots, MathF.Truncate),
            _ => null,
        };
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
