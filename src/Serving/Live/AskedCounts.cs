using System.Collections.Concurrent;
using Assay.Inference.Predictions;

namespace Assay.Serving.Live;

/// <summary>Counts what became of an endpoint's calls until somebody takes the counts: constant memory, and no lock on the way of a prediction.</summary>
internal sealed class AskedCounts
{
    private readonly ConcurrentDictionary<string, long> _columns = new(StringComparer.Ordinal);
    private long _answered;
    private long _refused;

    /// <summary>Counts a call that ended.</summary>
    /// <param name="outcome">How.</param>
    /// <param name="problem">What its caller was told.</param>
    /// <param name="column">The model's input at fault; null when it is about none of them: callers may write any other name.</param>
    public void Add(PredictOutcome outcome, Problem? problem, string? column)
    {
        if (outcome == PredictOutcome.Ok)
        {
            Interlocked.Increment(ref _answered);
            return;
        }

        if (outcome != PredictOutcome.Invalid || problem?.Status != StatusCodes.Status400BadRequest)
            return;
        Interlocked.Increment(ref _refused);
        if (column is not null)
            _columns.AddOrUpdate(column, 1, static (_, count) => count + 1);
    }

    /// <summary>Reads and resets; the counters are not of one instant.</summary>
    public AskedCalls Take()
    {
        var columns = new Dictionary<string, long>(StringComparer.Ordinal);
        foreach (var column in _columns.Keys)
        {
            if (_columns.TryRemove(column, out var count))
                columns[column] = count;
        }

        return new(Interlocked.Exchange(ref _answered, 0), Interlocked.Exchange(ref _refused, 0), columns);
    }
}
