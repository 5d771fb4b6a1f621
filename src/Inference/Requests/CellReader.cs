using System.Text.Json;
using Assay.Inference.Models;

namespace Assay.Inference.Requests;

/// <summary>Reads one value by the type of its column.</summary>
internal static class CellReader
{
    public static float Read(ref Utf8JsonReader json, InputColumns columns, int column, int row)
    {
        var input = columns.Inputs[column];
        return (input.Type, json.TokenType) switch
        {
            (InputType.Number, JsonTokenType.Number) => Number(ref json, input, row),
            (InputType.Number, JsonTokenType.True) => 1,
            (InputType.Number, JsonTokenType.False) => 0,
            (InputType.Category, JsonTokenType.String) => Category(ref json, columns, column, row),
            (_, JsonTokenType.Null) => Missing(input, row),
            _ => throw InputErrors.WrongType(input, json.TokenType, json.ValueSpan, row),
        };
    }

    private static float Number(ref Utf8JsonReader json, ModelInput input, int row)
    {
        // By way of double, as in the table that the model learned from: reading a float directly may round otherwise.
        var at = 0;
        var value = JsonNumber.TryRead(json.ValueSpan, ref at, out var number) && at == json.ValueSpan.Length ? (float)number : float.PositiveInfinity;
        return float.IsFinite(value) ? value : throw InputErrors.TooLarge(input, json.ValueSpan, row);
    }

    private static float Missing(ModelInput input, int row) =>
        !input.Nullable ? throw InputErrors.Null(input, row)
        : input.Type == InputType.Number ? float.NaN
        : PredictionRows.MissingCategory;

    private static float Category(ref Utf8JsonReader json, InputColumns columns, int column, int row)
    {
        using var value = new TextBuffer(in json, row, columns.Inputs[column].Name);
        return Category(value.Text, columns, column, row);
    }

    /// <summary>The category that a text names.</summary>
    public static float Category(ReadOnlySpan<byte> text, InputColumns columns, int column, int row)
    {
        var category = columns.FindCategory(column, text);
        if (category >= 0)
            return category;
        var input = columns.Inputs[column];
        return text.IsEmpty && input.Nullable
            ? PredictionRows.MissingCategory   // as in a CSV file, where an empty cell is a missing one
            : throw InputErrors.UnknownCategory(input, text, row);
    }
}
