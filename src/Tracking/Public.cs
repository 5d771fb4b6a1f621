using Assay.Kernel.Permissions;

namespace Assay.Tracking;

/// <summary>Where a run stands, in MLflow's words.</summary>
public enum RunStatus
{
    /// <summary>At work.</summary>
    Running,

    /// <summary>Waits for its turn.</summary>
    Scheduled,

    /// <summary>Ended well.</summary>
    Finished,

    /// <summary>Ended with an error.</summary>
    Failed,

    /// <summary>Was stopped from outside.</summary>
    Killed,
}

/// <summary>One value of a metric.</summary>
/// <param name="Key">Name of the metric, such as <c>auc</c>; at most 250 characters.</param>
/// <param name="Value">May be NaN; an infinity is kept as the largest finite number of its sign.</param>
/// <param name="Step">Position in the metric's history: a fold, an epoch; 0 for a metric that has one value.</param>
public sealed record MetricPoint(string Key, double Value, long Step = 0);

/// <summary>A run that is over, with all that is to be kept of it.</summary>
/// <param name="Id">
/// 32 lower-case hexadecimal digits, chosen by the caller. Recording an id again changes nothing, so that work that is
/// repeated after a crash leaves one run.
/// </param>
/// <param name="Experiment">Name of the experiment, made when it is missing.</param>
/// <param name="Name">What people read; need not be unique.</param>
/// <param name="Status">How it ended.</param>
/// <param name="StartedAt">When the work began.</param>
/// <param name="EndedAt">When it ended.</param>
public sealed record NewRun(
    string Id, string Experiment, string Name, RunStatus Status, DateTimeOffset StartedAt, DateTimeOffset EndedAt)
{
    /// <summary>What the run was given: settings, seed. Values of at most 6,000 characters.</summary>
    public IReadOnlyDictionary<string, string> Params { get; init; } = new Dictionary<string, string>();

    /// <summary>What was measured; several points of one key are its history.</summary>
    public IReadOnlyList<MetricPoint> Metrics { get; init; } = [];

    /// <summary>What the run belongs to: code commit, dataset digest, environment. Values of at most 8,000 characters.</summary>
    public IReadOnlyDictionary<string, string> Tags { get; init; } = new Dictionary<string, string>();
}

/// <summary>The door of the tracking module: runs of the current project.</summary>
public interface IRuns
{
    /// <summary>
    /// Keeps a finished run and returns its id. Joins the transaction that is open on the scope's database, if one is.
    /// </summary>
    /// <exception cref="ArgumentException">A key or value is longer than its limit, or a key has a character that isn't allowed.</exception>
    Task<string> Record(NewRun run, CancellationToken cancel);

    /// <summary>The run, or null when this project has none of that id.</summary>
    Task<RunSummary?> Find(string id, CancellationToken cancel);
}

/// <summary>Contributed by a module whose rows rest on runs or logged models: what it needs is not purged.</summary>
public interface IRunKeeper
{
    /// <summary>Those of these runs and logged models that the current project needs, each with the reason, such as <c>churn version 3 comes from it</c>.</summary>
    Task<IReadOnlyDictionary<string, string>> Needed(IReadOnlyCollection<string> ids, CancellationToken cancel);
}

/// <summary>A named series of runs.</summary>
/// <param name="Id">A decimal number as text; <c>0</c> is <c>Default</c>, which every project has.</param>
/// <param name="Name">Unique in its project.</param>
/// <param name="CreatedAt">When it was made.</param>
/// <param name="Runs">Number of runs that are not deleted.</param>
public record ExperimentSummary(string Id, string Name, DateTimeOffset CreatedAt, int Runs)
{
    /// <summary>When it was last renamed, deleted or brought back.</summary>
    public DateTimeOffset UpdatedAt { get; init; }

    /// <summary>Whether it is deleted: it stays, with its runs, and can be brought back.</summary>
    public bool IsDeleted { get; init; }
}

/// <summary>Which of the active and the deleted a listing has.</summary>
public enum Shown
{
    /// <summary>What is not deleted.</summary>
    Active,

    /// <summary>What is deleted and can be brought back.</summary>
    Deleted,

    /// <summary>Both.</summary>
    All,
}

/// <summary>A run with its parameters, the newest value of each metric, and its tags.</summary>
public record RunSummary(
    string Id,
    string ExperimentId,
    string Name,
    RunStatus Status,
    DateTimeOffset StartedAt,
    DateTimeOffset? EndedAt,
    IReadOnlyDictionary<string, string> Params,
    IReadOnlyDictionary<string, double> Metrics,
    IReadOnlyDictionary<string, string> Tags)
{
    /// <summary>Who logged it, as the client says, or the caller's pseudonymous id.</summary>
    public string UserId { get; init; } = "";

    /// <summary>Whether it is deleted: it stays and can be brought back.</summary>
    public bool IsDeleted { get; init; }
}

/// <summary>Whether a run is what the ledger says of it.</summary>
public enum SealState
{
    /// <summary>The run is not over: it has no seal yet.</summary>
    Open,

    /// <summary>It is over, or was changed through the API; its seal follows within seconds.</summary>
    Waiting,

    /// <summary>It is what its seal says.</summary>
    Sealed,

    /// <summary>It was changed by other means than the API since it was sealed.</summary>
    Broken,
}

/// <summary>The seal of a run and what it covers, read anew.</summary>
/// <param name="State">Whether the two agree.</param>
/// <param name="Digest">SHA-256 of <paramref name="Content"/> in the form of RFC 8785.</param>
/// <param name="Seal">The digest that stands in the ledger, in the run's newest event <c>run.sealed</c> or <c>run.resealed</c>; null without a seal.</param>
/// <param name="SealedAt">When it was sealed last.</param>
/// <param name="Times">How often it was sealed: more than once when it was changed after its end.</param>
/// <param name="Content">What a seal covers: status and times, parameters, the digests of metrics' histories, inputs, outputs, and the digests of files.</param>
public sealed record SealSummary(
    SealState State, string Digest, string? Seal, DateTimeOffset? SealedAt, int Times, System.Text.Json.JsonElement Content);

/// <summary>Permissions that Tracking's routes ask for.</summary>
public static class TrackingPermissions
{
    /// <summary>The kind of resource: an experiment, by its id, with its runs and their files.</summary>
    public const string Kind = "experiments";

    /// <summary>The kind of resource: a scorer, by <c>EXPERIMENT/NAME</c>. Whoever holds a permission on its experiment holds it there, too.</summary>
    public const string Scorers = "scorers";

    public static readonly Permission Read = new("runs.read") { Kind = Kind };
    public static readonly Permission Write = new("runs.write") { Kind = Kind };
    public static readonly Permission Purge = new("runs.purge");
}
