using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Assay.Console.Layout;
using Assay.Inference.Models;

namespace Assay.Console.Pages.Endpoints;

/// <summary>Turns what a reader typed into what an endpoint is asked.</summary>
internal static class TryItRequest
{
    /// <summary>The body of a prediction of one row.</summary>
    /// <exception cref="FormatException">A number can't be read; the message names its input.</exception>
    public static string Write(ModelSchema schema, IReadOnlyDictionary<string, string?> values) =>
        new JsonObject { ["dataframe_records"] = new JsonArray(Row(schema, values)) }.ToJsonString(new JsonSerializerOptions { WriteIndented = true });

    /// <summary>The row, by column.</summary>
    /// <exception cref="FormatException">A number can't be read; the message names its input.</exception>
    public static JsonObject Row(ModelSchema schema, IReadOnlyDictionary<string, string?> values)
    {
        var row = new JsonObject();
        foreach (var input in schema.Inputs)
            row[input.Name] = Value(input, values.GetValueOrDefault(input.Name));
        return row;
    }

    /// <summary>What the reader is to change when the row can't be read.</summary>
    public static Trouble Unfit(FormatException problem) => new("The row was not sent.", problem.Message, "Write a number with a point for decimals.");

    private static JsonValue? Value(ModelInput input, string? text)
    {
        if (string.IsNullOrWhiteSpace(text) && input.Nullable)
            return null;
        if (input.Type == InputType.Category)
            return JsonValue.Create(text ?? "");
        return double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number)
            ? JsonValue.Create(number)
            : throw new FormatException($"'{text}' is not a number, and {input.Name} needs one.");
    }
}
