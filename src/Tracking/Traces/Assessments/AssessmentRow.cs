using System.Data.Common;
using System.Text.Json;

namespace Assay.Tracking.Traces.Assessments;

/// <summary>An assessment as it is read for clients and written.</summary>
/// <param name="Kind"><c>feedback</c>, <c>expectation</c> or <c>issue</c>, which is also the member that has its content.</param>
/// <param name="Value">The value as it is sought.</param>
/// <param name="Content">JSON of the member.</param>
internal sealed record AssessmentRow(string Id, string Name, string Kind, string Value, string Content)
{
    public const string Feedback = "feedback";
    public const string Expectation = "expectation";
    public const string Issue = "issue";

    public required string? Error { get; init; }

    public required string SourceType { get; init; }

    public required string SourceId { get; init; }

    public required long CreatedAt { get; init; }

    public required long UpdatedAt { get; init; }

    public required string? SpanId { get; init; }

    public required string? Rationale { get; init; }

    public required string? Overrides { get; init; }

    public required bool IsValid { get; init; }

    public required string? Metadata { get; init; }

    /// <summary>MLflow's names of the kinds of source, in the order of their numbers from 0.</summary>
    public static readonly IReadOnlyList<string> SourceTypes = ["SOURCE_TYPE_UNSPECIFIED", "HUMAN", "LLM_JUDGE", "CODE"];

    /// <summary>The columns that <see cref="Read"/> takes, of a table called a; the first is the trace.</summary>
    public const string Columns =
        "a.trace_key, a.id, a.name, a.kind, a.value, a.content, a.error, a.source_type, a.source_id, a.created_at, a.updated_at, a.span_id, a.rationale, a.overrides, a.is_valid, a.metadata";

    public static AssessmentRow Read(DbDataReader row) => new(row.GetString(1), row.GetString(2), row.GetString(3), row.GetString(4), row.GetString(5))
    {
        Error = row.TextOrNull(6),
        SourceType = row.GetString(7),
        SourceId = row.GetString(8),
        CreatedAt = row.GetInt64(9),
        UpdatedAt = row.GetInt64(10),
        SpanId = row.TextOrNull(11),
        Rationale = row.TextOrNull(12),
        Overrides = row.TextOrNull(13),
        IsValid = row.GetBoolean(14),
        Metadata = row.TextOrNull(15),
    };

    public void Write(Utf8JsonWriter json, string traceId)
    {
        json.WriteString("assessment_id"u8, Id);
        json.WriteString("assessment_name"u8, Name);
        json.WriteString("trace_id"u8, traceId);
        if (SpanId is not null)
            json.WriteString("span_id"u8, SpanId);
        json.WriteStartObject("source"u8);
        json.WriteString("source_type"u8, SourceType);
        json.WriteString("source_id"u8, SourceId);
        json.WriteEndObject();
        json.WriteString("create_time"u8, TraceTimes.Time(CreatedAt));
        json.WriteString("last_update_time"u8, TraceTimes.Time(UpdatedAt));
        json.WritePropertyName(Kind);
        json.WriteRawValue(Content, skipInputValidation: true);
        if (Rationale is not null)
            json.WriteString("rationale"u8, Rationale);
        if (Error is not null)
        {
            json.WritePropertyName("error"u8);
            json.WriteRawValue(Error, skipInputValidation: true);
        }

        if (Metadata is not null)
        {
            json.WritePropertyName("metadata"u8);
            json.WriteRawValue(Metadata, skipInputValidation: true);
        }

        if (Overrides is not null)
            json.WriteString("overrides"u8, Overrides);
        json.WriteBoolean("valid"u8, IsValid);
    }
}
