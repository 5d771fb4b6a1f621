using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Assay.Inference.Models;

namespace Assay.Console.Pages.Endpoints;

/// <summary>Turns what a reader typed into the body of a prediction of one row.</summary>
internal static class TryItRequest
{
    /// <exception cref="FormatException">A number can't be read; the message names its input.</exception>
    public static string Write(ModelSchema schema, IReadOnlyDictionary<string, string?> values)
    {
        var row = new JsonObject();
        foreach (var input in schema.Inputs)
            row[input.Name] = Value(input, values.GetValueOrDefault(input.Name));
        return new JsonObject { ["dataframe_records"] = new JsonArray(row) }.ToJsonString(new JsonSerializerOptions { WriteIndented = true });
    }

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
