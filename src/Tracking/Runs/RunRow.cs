using System.Data.Common;

namespace Assay.Tracking.Runs;

/// <summary>A metric's newest point.</summary>
/// <param name="Value">Null for NaN.</param>
internal readonly record struct LatestPoint(string Key, double? Value, long At, long Step);

/// <summary>A dataset that a run has read.</summary>
internal sealed record DatasetInput(string Name, string Digest, string SourceType, string Source, string? Schema, string? Profile)
{
    public List<KeyValuePair<string, string>> Tags { get; } = [];
}

/// <summary>A run as it is read for MLflow's clients, with all that belongs to it.</summary>
internal sealed record RunRow(
    long Key, string Id, string ExperimentId, string Name, string UserId)
{
    public required string Status { get; init; }

    public required long StartedAt { get; init; }

    public required long? EndedAt { get; init; }

    public required string ArtifactUri { get; init; }

    public required bool IsDeleted { get; init; }

    public required bool HasInputs { get; init; }

    public List<LatestPoint> Metrics { get; } = [];

    public List<KeyValuePair<string, string>> Params { get; } = [];

    public List<KeyValuePair<string, string>> Tags { get; } = [];

    public List<DatasetInput> Datasets { get; } = [];

    public List<string> ModelInputs { get; } = [];

    public List<(string ModelId, long Step)> ModelOutputs { get; } = [];

    /// <summary>The columns that <see cref="Read"/> takes, of a table called r.</summary>
    public const string Columns =
        "r.key, r.id, r.experiment_id, r.name, r.user_id, r.status, r.started_at, r.ended_at, r.artifact_uri, r.lifecycle, r.has_inputs";

    public static RunRow Read(DbDataReader row) => new(row.GetInt64(0), row.GetString(1), row.GetString(2), row.GetString(3), row.GetString(4))
    {
        Status = row.GetString(5),
        StartedAt = row.GetInt64(6),
        EndedAt = row.IsDBNull(7) ? null : row.GetInt64(7),
        ArtifactUri = row.GetString(8),
        IsDeleted = row.GetString(9) != nameof(Lifecycle.Active),
        HasInputs = row.GetBoolean(10),
    };
}
