using System.Data.Common;
using Assay.Tracking.Traces.Assessments;

namespace Assay.Tracking.Traces;

/// <summary>A trace as it is read for clients, with what belongs to it but its spans.</summary>
internal sealed record TraceRow(long Key, string Id, string ExperimentId, long StartedAt, long? DurationMs)
{
    public required string State { get; init; }

    public required string? ClientRequestId { get; init; }

    public required string? RequestPreview { get; init; }

    public required string? ResponsePreview { get; init; }

    public required string? SessionId { get; init; }

    public required bool IsFinal { get; init; }

    public List<KeyValuePair<string, string>> Tags { get; } = [];

    public List<KeyValuePair<string, string>> Metadata { get; } = [];

    public List<AssessmentRow> Assessments { get; } = [];

    /// <summary>The columns that <see cref="Read"/> takes, of a table called r.</summary>
    public const string Columns =
        "r.key, r.id, r.experiment_id, r.started_at, r.duration_ms, r.state, r.client_request_id, r.request_preview, r.response_preview, r.session_id, r.is_final";

    /// <summary>MLflow's names of the states, in the order of their numbers from 0.</summary>
    public static readonly IReadOnlyList<string> States = ["STATE_UNSPECIFIED", "OK", "ERROR", "IN_PROGRESS"];

    public const string InProgress = "IN_PROGRESS";

    public string? Tag(string key) => Value(Tags, key);

    public string? MetadataOf(string key) => Value(Metadata, key);

    public static TraceRow Read(DbDataReader row) => new(
        row.GetInt64(0), row.GetString(1), row.GetString(2), row.GetInt64(3), row.IsDBNull(4) ? null : row.GetInt64(4))
    {
        State = row.GetString(5),
        ClientRequestId = row.TextOrNull(6),
        RequestPreview = row.TextOrNull(7),
        ResponsePreview = row.TextOrNull(8),
        SessionId = row.TextOrNull(9),
        IsFinal = row.GetBoolean(10),
    };

    private static string? Value(List<KeyValuePair<string, string>> pairs, string key)
    {
        foreach (var pair in pairs)
        {
            if (pair.Key == key)
                return pair.Value;
        }

        return null;
    }
}

internal static class RowText
{
    public static string? TextOrNull(this DbDataReader row, int column) => row.IsDBNull(column) ? null : row.GetString(column);
}
