using System.Text.Json;
using Assay.Tracking.Mlflow;

namespace Assay.Tracking.EvaluationSets;

/// <summary>What clients send of evaluation sets, much of it JSON within a text.</summary>
internal static class SetFields
{
    /// <summary>The tag that says who did it.</summary>
    public const string User = "mlflow.user";

    private static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false };

    /// <summary>PostgreSQL has no place for the character 0.</summary>
    public static string Kept(string text) => text.Replace('\0', '\uFFFD');

    /// <summary>Tags from a JSON object; those that are null are left out.</summary>
    /// <exception cref="Kernel.Refusals.Refusal">400: it is none.</exception>
    public static Dictionary<string, string> Tags(string? json)
    {
        var tags = new Dictionary<string, string>(StringComparer.Ordinal);
        if (string.IsNullOrEmpty(json))
            return tags;
        using var document = Parse(json, "tags");
        if (document.RootElement.ValueKind == JsonValueKind.Null)
            return tags;
        if (document.RootElement.ValueKind != JsonValueKind.Object)
            throw JsonFields.Wrong(document.RootElement, "tags");
        foreach (var member in document.RootElement.EnumerateObject())
        {
            if (member.Value.ValueKind == JsonValueKind.Null)
                continue;
            if (JsonFields.NameOf(member, "tags").Length == 0)
                throw MlflowError.Missing("tags.key");
            var value = member.Value.ValueKind == JsonValueKind.String ? JsonFields.Text(member.Value, "tags")! : JsonFields.Compact(member.Value);
            tags[Kept(Names.DemandLength(member.Name, Names.LengthMax, "Tag key", "tags"))] = Kept(Names.DemandLength(value, 5000, "Tag value", "tags"));
        }

        return tags;
    }

    public static JsonDocument Parse(string json, string field)
    {
        try
        {
            return JsonDocument.Parse(json, Strict);
        }
        catch (Exception problem) when (problem is JsonException or InvalidOperationException)   // or half a surrogate pair
        {
            throw MlflowError.Invalid($"Invalid value for parameter '{field}' supplied: it is not JSON, or has a name twice in one object, or one that is no text.");
        }
    }
}
