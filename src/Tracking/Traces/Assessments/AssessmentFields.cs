using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Assay.Tracking.Mlflow;

namespace Assay.Tracking.Traces.Assessments;

/// <summary>Reads assessments as clients send them, alone or within a trace.</summary>
internal static class AssessmentFields
{
    private const int TextLengthMax = 64_000;
    private const int ContentLengthMax = 1_000_000;

    /// <exception cref="Kernel.Refusals.Refusal">400, with the field at fault.</exception>
    public static AssessmentRow Read(JsonElement item, long now)
    {
        if (item.ValueKind != JsonValueKind.Object)
            throw JsonFields.Wrong(item, "assessment");
        var name = item.TextOf("assessment_name", "assessment.assessment_name") is { Length: > 0 } said ? said : throw MlflowError.Missing("assessment.assessment_name");
        Names.DemandLength(name, Names.LengthMax, "Assessment name", "assessment.assessment_name");
        var (kind, content) = KindOf(item) ?? throw MlflowError.Missing("assessment.value");
        var source = item.Member("source") ?? default;
        var created = item.TimeOf("create_time", "assessment.create_time") ?? now;
        return new(IdOf(item, "assessment_id") ?? $"a-{Guid.NewGuid():N}", Kept(name)!, kind, ValueOf(kind, content, name), ContentOf(kind, content))
        {
            Error = item.Member("error") is { } error ? Json(error) : null,
            SourceType = source.ChoiceOf("source_type", AssessmentRow.SourceTypes, "assessment.source.source_type") ?? AssessmentRow.SourceTypes[0],
            SourceId = Kept(Names.Cut(source.TextOf("source_id", "assessment.source.source_id") ?? "default", Names.LengthMax))!,
            CreatedAt = created,
            UpdatedAt = item.TimeOf("last_update_time", "assessment.last_update_time") ?? created,
            SpanId = IdOf(item, "span_id"),
            Rationale = RationaleOf(item),
            Overrides = IdOf(item, "overrides"),
            IsValid = item.Member("valid") is not { ValueKind: JsonValueKind.False },
            Metadata = MetadataOf(item) is { Count: > 0 } pairs ? Json(pairs) : null,
        };
    }

    public static string? RationaleOf(JsonElement item) =>
        item.TextOf("rationale", "assessment.rationale") is { Length: > 0 } text ? Kept(Names.Cut(text, TextLengthMax)) : null;

    public static List<KeyValuePair<string, string>> MetadataOf(JsonElement item) => item.TextsOf("metadata", "assessment.metadata");

    public static string Json(IEnumerable<KeyValuePair<string, string>> pairs)
    {
        var made = new JsonObject();
        foreach (var (key, value) in pairs)
            made[key] = value;
        return made.ToJsonString();
    }

    /// <summary>The member that says what the assessment is, and its content; null when there is none.</summary>
    public static (string Kind, JsonElement Content)? KindOf(JsonElement item)
    {
        foreach (var kind in (ReadOnlySpan<string>)[AssessmentRow.Feedback, AssessmentRow.Expectation, AssessmentRow.Issue])
        {
            if (item.Member(kind) is { } content)
                return content.ValueKind == JsonValueKind.Object ? (kind, content) : throw JsonFields.Wrong(content, $"assessment.{kind}");
        }

        return null;
    }

    /// <summary>The value as it is sought: a text as it is, a whole number without a fraction, anything else as JSON.</summary>
    public static string ValueOf(string kind, JsonElement content, string name)
    {
        if (kind == AssessmentRow.Issue)
            return name;
        if (content.Member("value") is { } value)
            return Kept(Sought(value))!;
        if (content.Member("serialized_value") is not { } serialized || serialized.TextOf("value", "assessment.expectation.serialized_value.value") is not { } text)
            return "null";
        try
        {
            using var parsed = JsonDocument.Parse(text);
            return Kept(Sought(parsed.RootElement))!;
        }
        catch (JsonException)   // of another format than JSON
        {
            return Kept(text)!;
        }
    }

    /// <summary>The member's content as clients read it: an expectation of several values is JSON within a text.</summary>
    public static string ContentOf(string kind, JsonElement content)
    {
        if (kind != AssessmentRow.Expectation || content.Member("value") is not { ValueKind: JsonValueKind.Object or JsonValueKind.Array } value)
            return Json(content);
        var serialized = new JsonObject { ["serialization_format"] = "JSON_FORMAT", ["value"] = Json(value) };
        return new JsonObject { ["serialized_value"] = serialized }.ToJsonString();
    }

    public static string Json(JsonElement value)
    {
        var text = value.GetRawText();
        return text.Length <= ContentLengthMax
            ? text
            : throw MlflowError.Invalid($"The assessment has {text.Length} characters; at most {ContentLengthMax} are kept. Keep long values in a file, and their address here.");
    }

    private static string Sought(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.String => JsonFields.Text(value, "value")!,
        JsonValueKind.Number when value.TryGetDouble(out var number) && number == Math.Floor(number) && Math.Abs(number) < 1e15 =>
            ((long)number).ToString(CultureInfo.InvariantCulture),
        _ => JsonFields.Compact(value),
    };

    private static string? IdOf(JsonElement item, string name)
    {
        var id = item.TextOf(name, $"assessment.{name}");
        return string.IsNullOrEmpty(id) ? null : Names.DemandLength(id, Assessment.IdLengthMax, "Id", $"assessment.{name}");
    }

    private static string? Kept(string? text) => TraceFields.Kept(text);
}
