using System.Collections.Concurrent;
using Assay.Tracking.Importing;

namespace Assay.Cli.Importing;

/// <summary>What one side has of one kind, and what the other has.</summary>
/// <param name="What">Such as <c>points</c>.</param>
/// <param name="Source">How much is at the source.</param>
/// <param name="Here">How much is here.</param>
public sealed record ImportLine(string What, long Source, long Here)
{
    /// <summary>Whether they agree.</summary>
    public bool Matches => Source == Here;
}

/// <summary>A run, or something beside runs, that did not come over, or not all of it.</summary>
/// <param name="Run">Its id.</param>
/// <param name="Reason">Why, as a sentence.</param>
public sealed record ImportFailure(string Run, string Reason);

/// <summary>Counts what is at the source and what came, by many threads at once.</summary>
internal sealed class ImportTally
{
    private readonly Lock _lock = new();
    private readonly ConcurrentQueue<ImportFailure> _failures = new();
    private ImportCounts _source = new(0, 0, 0, 0, 0, 0);
    private ImportCounts _here = new(0, 0, 0, 0, 0, 0);
    private long _experiments;
    private long _experimentsHere;
    private long _runs;
    private long _runsHere;
    private long _skipped;

    public IReadOnlyCollection<ImportFailure> Failures => _failures;

    /// <summary>Runs that were complete before.</summary>
    public long Skipped => Interlocked.Read(ref _skipped);

    public long Runs => Interlocked.Read(ref _runs);

    public long Points => _here.Points;

    public long SizeBytes => _here.SizeBytes;

    public void Experiment() => Interlocked.Increment(ref _experiments);

    public void ExperimentCame() => Interlocked.Increment(ref _experimentsHere);

    /// <summary>A run is at the source; what it has there is known later.</summary>
    public void Run() => Interlocked.Increment(ref _runs);

    public TallyLine Models { get; } = new("logged models");

    public TallyLine Traces { get; } = new("traces");

    /// <summary>Versions of scorers.</summary>
    public TallyLine Scorers { get; } = new("scorer versions");

    public TallyLine Sets { get; } = new("evaluation datasets");

    /// <summary>Of the evaluation datasets.</summary>
    public TallyLine Records { get; } = new("evaluation records");

    public void Came(ImportCounts source, ImportState state, bool wasComplete)
    {
        if (state.IsHere(source))
            Interlocked.Increment(ref _runsHere);
        if (wasComplete)
            Interlocked.Increment(ref _skipped);
        lock (_lock)
            (_source, _here) = (Sum(_source, source), Sum(_here, state.Here));
    }

    public void Failed(string run, string reason) => _failures.Enqueue(new(run, reason));

    public IReadOnlyList<ImportLine> Lines() =>
    [
        new("experiments", _experiments, _experimentsHere),
        new("runs", _runs, _runsHere),
        new("params", _source.Params, _here.Params),
        new("tags", _source.Tags, _here.Tags),
        new("points", _source.Points, _here.Points),
        new("datasets", _source.Datasets, _here.Datasets),
        new("files", _source.Files, _here.Files),
        new("bytes", _source.SizeBytes, _here.SizeBytes),
        .. new[] { Models, Traces, Scorers, Sets, Records }.Select(kind => kind.Line).Where(line => line.Source > 0),
    ];

    private static ImportCounts Sum(ImportCounts left, ImportCounts right) => new(
        left.Params + right.Params, left.Tags + right.Tags, left.Points + right.Points, left.Datasets + right.Datasets,
        left.Files + right.Files, left.SizeBytes + right.SizeBytes);
}

/// <summary>Counts one kind of thing, which not every source has.</summary>
internal sealed class TallyLine(string what)
{
    private long _there;
    private long _here;

    public ImportLine Line => new(what, Interlocked.Read(ref _there), Interlocked.Read(ref _here));

    /// <summary>So many are at the source.</summary>
    public void There(long count = 1) => Interlocked.Add(ref _there, count);

    /// <summary>So many came, or were here.</summary>
    public void Here(long count = 1) => Interlocked.Add(ref _here, count);
}

/// <summary>When a run counts as being here.</summary>
internal static class ImportStates
{
    public static bool IsHere(this ImportState state, ImportCounts source) => state.Stated is not null && state.Here == source;
}
