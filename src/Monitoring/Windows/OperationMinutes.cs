using Assay.Monitoring.Rules;
using Assay.Serving;
using Assay.Statistics.Sketches;

namespace Assay.Monitoring.Windows;

/// <summary>The operations of an endpoint in this process, minute by minute, until they are in the database.</summary>
internal sealed class OperationMinutes
{
    private const int CallsMin = 20;   // of fewer, shares and quantiles are those of single calls
    private static readonly TimeSpan Length = TimeSpan.FromMinutes(1);
    private (string Digest, int Version) _of;
    private DateTimeOffset _last;

    /// <summary>Of the version that answers, since they were cleared.</summary>
    public IReadOnlyList<OperationFigures> Figures { get; private set; } = [];

    /// <summary>Notes the last minute once it is over. That in which another version began to answer is left out, as it is of both.</summary>
    public void Look(ServedEndpoint served, EndpointHealth? minute, ProcessLoad load, DateTimeOffset now)
    {
        if (_of != (served.Digest, served.Version))
            (_of, _last, Figures) = ((served.Digest, served.Version), now, []);
        if (now - _last < Length)
            return;
        _last = now;
        if (minute?.Requests >= CallsMin)
            Figures = OperationFigures.Merge(Figures, [.. Values(minute, load)]);
    }

    public void Clear() => Figures = [];

    private static IEnumerable<OperationFigures> Values(EndpointHealth minute, ProcessLoad load)
    {
        foreach (var signal in LiveSignals.All)
        {
            if (LiveSignals.Value(signal, minute, load, CallsMin) is not { } value)
                continue;
            var one = new Moments();
            one.Add(value);
            yield return OperationFigures.Of(signal, one);
        }
    }
}
