using Assay.Tracking;
using Assay.Tracking.Importing;

namespace Assay.Cli.Importing;

/// <summary>An experiment where it comes from.</summary>
internal sealed record SourceExperiment(string Id, string Name, bool IsDeleted, IReadOnlyDictionary<string, string> Tags);

/// <summary>A run where it comes from, without the histories of its metrics and its files.</summary>
/// <param name="Id">32 lower-case hexadecimal digits.</param>
/// <param name="Experiment">Id of its experiment at the source.</param>
internal sealed record SourceRun(string Id, string Experiment)
{
    public required string Name { get; init; }

    public required string UserId { get; init; }

    public required RunStatus Status { get; init; }

    public required long StartedAt { get; init; }

    public required long? EndedAt { get; init; }

    public required bool IsDeleted { get; init; }

    public IReadOnlyDictionary<string, string> Params { get; init; } = new Dictionary<string, string>();

    public IReadOnlyDictionary<string, string> Tags { get; init; } = new Dictionary<string, string>();

    /// <summary>Names of its metrics.</summary>
    public IReadOnlyList<string> Metrics { get; init; } = [];

    public IReadOnlyList<ImportedDataset> Datasets { get; init; } = [];

    public IReadOnlyList<string> ModelInputs { get; init; } = [];

    public IReadOnlyList<ImportedOutput> ModelOutputs { get; init; } = [];
}

/// <summary>A logged model where it comes from, without its files.</summary>
/// <param name="Id">As there.</param>
/// <param name="Request">All but its experiment here.</param>
internal sealed record SourceLoggedModel(string Id, ImportModelRequest Request)
{
    public IReadOnlyList<ImportedModelPoint> Points { get; init; } = [];
}

/// <summary>A trace where it comes from, without its spans.</summary>
/// <param name="Id">As there.</param>
/// <param name="Info">As MLflow's API of version 3 answers it.</param>
internal sealed record SourceTrace(string Id, System.Text.Json.JsonElement Info);

/// <summary>A version of a scorer where it comes from.</summary>
internal sealed record SourceScorer(ImportScorerRequest Request);

/// <summary>An evaluation dataset where it comes from, without its records.</summary>
/// <param name="Id">As there.</param>
/// <param name="Experiments">Ids at the source of the experiments in which it is used.</param>
/// <param name="Request">All but its experiments here.</param>
internal sealed record SourceSet(string Id, IReadOnlyList<string> Experiments, ImportSetRequest Request);

/// <summary>A point of a metric, as its client logged it.</summary>
/// <param name="Value">May be NaN or infinite.</param>
internal readonly record struct SourcePoint(long Step, long At, double Value);

/// <summary>A file of a run.</summary>
/// <param name="Path">From the run's root on, with slashes.</param>
internal sealed record SourceFile(string Path, long SizeBytes);

/// <summary>A registered model where it comes from.</summary>
internal sealed record SourceModel(string Name, string Description, IReadOnlyDictionary<string, string> Tags)
{
    /// <summary>Aliases and the numbers of the versions that they lead to.</summary>
    public IReadOnlyDictionary<string, string> Aliases { get; init; } = new Dictionary<string, string>();

    /// <summary>Its versions, the first one first.</summary>
    public IReadOnlyList<SourceVersion> Versions { get; init; } = [];
}

/// <summary>A version of a registered model where it comes from.</summary>
/// <param name="Number">Its number there.</param>
/// <param name="Source">Where its files are.</param>
/// <param name="RunId">The run that made it; empty when nobody said.</param>
/// <param name="Stage">The stage that it is in there.</param>
internal sealed record SourceVersion(int Number, string Source, string RunId, string Stage)
{
    public string Description { get; init; } = "";

    public IReadOnlyDictionary<string, string> Tags { get; init; } = new Dictionary<string, string>();
}

/// <summary>What is imported from: a running MLflow server, or the folder in which MLflow keeps its files. Everything it says is checked before it is used.</summary>
internal interface IMlflowSource : IDisposable
{
    /// <summary>What the ledger names as the source: no secret, and no folder of a person.</summary>
    string Name { get; }

    /// <summary>What was left out, as sentences.</summary>
    IReadOnlyCollection<string> Notices { get; }

    IAsyncEnumerable<SourceExperiment> Experiments(bool withDeleted, CancellationToken cancel);

    IAsyncEnumerable<SourceRun> Runs(SourceExperiment experiment, bool withDeleted, CancellationToken cancel);

    IAsyncEnumerable<SourcePoint> History(SourceRun run, string metric, CancellationToken cancel);

    IAsyncEnumerable<SourceFile> Files(SourceRun run, CancellationToken cancel);

    Task<Stream> Open(SourceRun run, SourceFile file, CancellationToken cancel);

    IAsyncEnumerable<SourceModel> Models(CancellationToken cancel);

    IAsyncEnumerable<SourceLoggedModel> LoggedModels(SourceExperiment experiment, CancellationToken cancel);

    IAsyncEnumerable<SourceFile> ModelFiles(SourceLoggedModel model, CancellationToken cancel);

    Task<Stream> OpenModelFile(SourceLoggedModel model, SourceFile file, CancellationToken cancel);

    IAsyncEnumerable<SourceTrace> Traces(SourceExperiment experiment, CancellationToken cancel);

    /// <summary>A list of spans as clients keep it in a file; undefined where there are none.</summary>
    Task<System.Text.Json.JsonElement> Spans(SourceTrace trace, CancellationToken cancel);

    /// <summary>All versions of an experiment's scorers.</summary>
    IAsyncEnumerable<SourceScorer> Scorers(SourceExperiment experiment, CancellationToken cancel);

    /// <param name="experiments">Ids of those in which the datasets are used; none for all datasets.</param>
    /// <param name="cancel">Stops it.</param>
    IAsyncEnumerable<SourceSet> EvaluationSets(IReadOnlyCollection<string> experiments, CancellationToken cancel);

    /// <summary>Lists of records, as MLflow's API of version 3 answers them.</summary>
    IAsyncEnumerable<System.Text.Json.JsonElement> Records(SourceSet set, CancellationToken cancel);
}
