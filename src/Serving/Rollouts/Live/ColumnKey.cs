using System.Globalization;
using Assay.Inference.Models;
using Assay.Inference.Requests;

namespace Assay.Serving.Rollouts.Live;

/// <summary>The key of a request that stands in a column of its rows.</summary>
internal static class ColumnKey
{
    /// <summary>The value of the first row; null where it is missing, or there is no such column.</summary>
    public static string? Of(ModelSchema schema, string column, PredictionRows rows)
    {
        for (var place = 0; place < schema.Inputs.Count; place++)
        {
            var input = schema.Inputs[place];
            if (input.Name != column)
                continue;
            var cell = rows.Cells[place];
            if (input.Type != InputType.Category)
                return float.IsNaN(cell) ? null : cell.ToString("R", CultureInfo.InvariantCulture);
            return cell >= 0 && cell < input.Categories!.Count ? input.Categories[(int)cell] : null;
        }

        return null;
    }
}
