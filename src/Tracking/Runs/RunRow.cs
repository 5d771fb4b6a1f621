using Assay.Tracking.Store;

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

    /// <summary>Whether its work has ended, well or not.</summary>
    public bool IsOver => RunStates.IsOver(Status);

    /// <summary>The columns that <see cref="Read"/> takes, of a table called r.</summary>
    public const string Columns =
        "r.key, r.id, r.experiment_id, r.name, r.user_id, r.status, r.started_at, r.ended_at, r.artifact_uri, r.lifecycle, r.has_inputs";

    /// <param name="row">The row.</param>
    /// <param name="from">The place of the first of <see cref="Columns"/>.</param>
    public static RunRow Read(Rows row, int from = 0) => new(
        row.Integer(from), row.Text(from + 1), row.Text(from + 2), row.Text(from + 3), row.Text(from + 4))
    {
        Status = row.Text(from + 5),
        StartedAt = row.Integer(from + 6),
        EndedAt = row.IsNull(from + 7) ? null : row.Integer(from + 7),
        ArtifactUri = row.Text(from + 8),
        IsDeleted = row.Text(from + 9) != nameof(Lifecycle.Active),
        HasInputs = row.Flag(from + 10),
    };
}

/// <summary>What the statuses of runs mean.</summary>
internal static class RunStates
{
    /// <summary>Whether the work of a run with this status has ended, well or not.</summary>
    public static bool IsOver(string status) => status is not (nameof(RunStatus.Running) or nameof(RunStatus.Scheduled));
}
