using Assay.Inference.Models;

namespace Assay.Inference.Requests;

/// <summary>Hands rows that were read for one model to another one whose inputs have the same names and types, whatever categories each knows.</summary>
public sealed class RowTransfer
{
    private readonly ModelSchema _to;
    private readonly int[]?[] _categories;

    private RowTransfer(ModelSchema to, int[]?[] categories) => (_to, _categories) = (to, categories);

    /// <summary>The way from one model's rows to another's; null, with the reason, when there is none.</summary>
    public static RowTransfer? Between(ModelSchema from, ModelSchema to, out string? problem)
    {
        var differs = from.Inputs.Count != to.Inputs.Count
            ? $"one has {from.Inputs.Count} inputs and the other {to.Inputs.Count}"
            : from.Inputs.Zip(to.Inputs).Where(pair => (pair.First.Name, pair.First.Type) != (pair.Second.Name, pair.Second.Type))
                .Select(pair => $"'{pair.First.Name}' stands where the other has '{pair.Second.Name}', or is of another type").FirstOrDefault();
        problem = differs;
        return differs is null ? new RowTransfer(to, [.. from.Inputs.Zip(to.Inputs, Map)]) : null;
    }

    /// <summary>A copy of rows for the other model, which the caller disposes; null when that model would refuse one of them.</summary>
    public PredictionRows? Copy(PredictionRows rows)
    {
        var copy = new PredictionRows(rows.Width);
        for (var row = 0; row < rows.Count; row++)
        {
            var cells = copy.AddRow();
            rows.Cells.Slice(row * rows.Width, rows.Width).CopyTo(cells);
            for (var column = 0; column < cells.Length; column++)
            {
                if (Takes(column, ref cells[column]))
                    continue;
                copy.Dispose();
                return null;
            }
        }

        return copy;
    }

    private bool Takes(int column, ref float cell)
    {
        var isMissing = _categories[column] is null ? float.IsNaN(cell) : cell == PredictionRows.MissingCategory;
        if (isMissing)
            return _to.Inputs[column].Nullable;
        if (_categories[column] is { } categories)
            cell = categories[(int)cell];
        return _categories[column] is null || cell != PredictionRows.MissingCategory;
    }

    private static int[]? Map(ModelInput from, ModelInput to)
    {
        if (from.Categories is null || to.Categories is null)
            return null;
        var places = to.Categories.Select((category, place) => (category, place)).ToDictionary(pair => pair.category, pair => pair.place, StringComparer.Ordinal);
        return [.. from.Categories.Select(category => places.GetValueOrDefault(category, (int)PredictionRows.MissingCategory))];
    }
}
