using Assay.Inference.Graphs;
using Assay.Inference.Models;

namespace Assay.Inference.Compiled;

/// <summary>How rows become encoded vectors, without a call per value: nearly every slot is a straight line of a number, or one of few values of a category.</summary>
internal sealed class SlotTable
{
    private readonly LineSlot[] _lines;
    private readonly CategorySlot[] _categories;
    private readonly OtherSlot[] _others;

    public SlotTable(Slot[] slots, ModelSchema schema)
    {
        Width = slots.Length;
        var (lines, categories, others) = (new List<LineSlot>(), new List<CategorySlot>(), new List<OtherSlot>());
        for (var place = 0; place < slots.Length; place++)
        {
            var slot = slots[place];
            if (schema.Inputs[slot.Input].Categories is { } known)
                categories.Add(new(place, slot.Input, [.. Enumerable.Range(-1, known.Count + 1).Select(index => slot.Of(index))]));
            else if (slot.Line is { } line)
                lines.Add(new(place, slot.Input, line.Fill, line.Offset, line.Scale));
            else
                others.Add(new(place, slot));
        }

        (_lines, _categories, _others) = ([.. lines], [.. categories], [.. others]);
    }

    /// <summary>Values of a vector.</summary>
    public int Width { get; }

    /// <summary>Encodes one row.</summary>
    public void Encode(ReadOnlySpan<float> cells, Span<float> vector)
    {
        foreach (ref readonly var line in _lines.AsSpan())
        {
            var cell = cells[line.Input];
            vector[line.Place] = ((float.IsNaN(cell) ? line.Fill : cell) - line.Offset) * line.Scale;
        }

        foreach (ref readonly var category in _categories.AsSpan())
            vector[category.Place] = category.Values[(int)cells[category.Input] + 1];   // -1 when missing
        foreach (ref readonly var other in _others.AsSpan())
            vector[other.Place] = other.Slot.Of(cells[other.Slot.Input]);
    }

    private readonly record struct LineSlot(int Place, int Input, float Fill, float Offset, float Scale);

    private readonly record struct CategorySlot(int Place, int Input, float[] Values);

    private readonly record struct OtherSlot(int Place, Slot Slot);
}
