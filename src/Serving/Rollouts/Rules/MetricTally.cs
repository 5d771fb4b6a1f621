using System.Diagnostics.Metrics;

namespace Assay.Serving.Rollouts.Rules;

/// <summary>Follows the series that one read of a rule is about, at most 50, from the moment that it is made.</summary>
internal sealed class MetricTally(MetricRead read, RuleSubject subject)
{
    private const int SeriesMax = 50;

    private readonly Lock _lock = new();
    private readonly List<SeriesTally> _series = [];
    private DateTimeOffset? _lookedAt;
    private IReadOnlyList<double> _bounds = [];

    public MetricRead Read => read;

    /// <summary>Whether there were more series than are followed.</summary>
    public bool IsFull { get; private set; }

    /// <summary>Counts a measurement; on the thread that measures.</summary>
    public void Measure(Instrument instrument, double value, ReadOnlySpan<KeyValuePair<string, object?>> labels)
    {
        if (!read.Selector.Matches(labels, subject.Project, subject.Endpoint))
            return;
        var part = MetricNames.Find(instrument, read.Selector.Metric);
        if (part == MetricPart.Bucket)
            labels = (KeyValuePair<string, object?>[])[.. labels, new(BucketQuantile.Label, BucketQuantile.BucketOf(_bounds, value))];
        lock (_lock)
        {
            if (Find(labels) is not { } series)
                return;
            series.IsPresent = true;
            series.Value = part is MetricPart.Count or MetricPart.Bucket ? series.Value + 1
                : part == MetricPart.Sum || Adds(instrument) ? series.Value + value
                : value;
        }
    }

    /// <summary>Takes from an instrument that is followed from now on what its measurements don't say.</summary>
    public void Follow(Instrument instrument)
    {
        if (read.Quantile is not null)
            _bounds = MetricNames.BoundsOf(instrument);
    }

    /// <summary>What is observed must be observed again to be there.</summary>
    public void BeforeLook(Instrument instrument)
    {
        if (!instrument.IsObservable)
            return;
        lock (_lock)
            _series.ForEach(series => series.IsPresent = false);
    }

    /// <summary>Remembers what all series stand at.</summary>
    public void Look(DateTimeOffset now)
    {
        lock (_lock)
        {
            _lookedAt = now;
            _series.ForEach(series => series.Look(now, read.Range));
        }
    }

    /// <summary>One value of each series that has one; of a histogram's buckets the quantile.</summary>
    public IReadOnlyList<double> Values(DateTimeOffset now)
    {
        lock (_lock)
        {
            var values = _series.Select(series => (Bucket: series.Label(BucketQuantile.Label), Value: series.Read(read.Kind, read.Range, now))).Where(pair => pair.Value is not null);
            if (read.Quantile is not { } share)
                return [.. values.Select(pair => pair.Value!.Value)];
            return BucketQuantile.Of(share, _bounds, values.ToLookup(pair => pair.Bucket ?? "", pair => pair.Value!.Value)) is { } quantile ? [quantile] : [];
        }
    }

    /// <summary>What is kept over a restart.</summary>
    public IReadOnlyList<KeptSeries> Keep()
    {
        lock (_lock)
            return [.. _series.Select(series => series.Keep())];
    }

    /// <summary>Goes on from what was kept.</summary>
    public void GoOn(IReadOnlyList<KeptSeries> kept, DateTimeOffset since)
    {
        lock (_lock)
        {
            _lookedAt = since;
            _series.AddRange(kept.Take(SeriesMax).Select(series => new SeriesTally(series)));
        }
    }

    private SeriesTally? Find(ReadOnlySpan<KeyValuePair<string, object?>> labels)
    {
        foreach (var series in _series)
        {
            if (series.Is(labels))
                return series;
        }

        if (_series.Count >= SeriesMax)
        {
            IsFull = true;
            return null;
        }

        var found = new SeriesTally(labels.ToArray(), _lookedAt);
        _series.Add(found);
        return found;
    }

    private static bool Adds(Instrument instrument) =>
        instrument.GetType().Name is var kind && (kind.StartsWith("Counter", StringComparison.Ordinal) || kind.StartsWith("UpDownCounter", StringComparison.Ordinal));
}

/// <summary>One series as it is kept over a restart.</summary>
/// <param name="Labels">Its labels, as they are shown.</param>
/// <param name="Since">When it was not there yet, if that is known.</param>
/// <param name="Samples">What it stood at when it was looked at.</param>
internal sealed record KeptSeries(IReadOnlyList<KeyValuePair<string, string>> Labels, DateTimeOffset? Since, IReadOnlyList<KeptSample> Samples);

/// <summary>What a series stood at.</summary>
internal sealed record KeptSample(DateTimeOffset At, double Value);

/// <summary>About whom rules are.</summary>
internal sealed record RuleSubject(string Project, string Endpoint);
