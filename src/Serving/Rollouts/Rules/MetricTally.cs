using System.Diagnostics.Metrics;

namespace Assay.Serving.Rollouts.Rules;

/// <summary>Follows the series that one read of a rule is about, at most 50, from the moment that it is made.</summary>
internal sealed class MetricTally(MetricRead read, RuleSubject subject)
{
    private const int SeriesMax = 50;

    private readonly Lock _lock = new();
    private readonly List<SeriesTally> _series = [];
    private DateTimeOffset? _lookedAt;

    public MetricRead Read => read;

    /// <summary>Whether there were more series than are followed.</summary>
    public bool IsFull { get; private set; }

    /// <summary>Counts a measurement; on the thread that measures.</summary>
    public void Measure(Instrument instrument, double value, ReadOnlySpan<KeyValuePair<string, object?>> labels)
    {
        if (!read.Selector.Matches(labels, subject.Project, subject.Endpoint))
            return;
        var part = MetricNames.Find(instrument, read.Selector.Metric);
        lock (_lock)
        {
            if (Find(labels) is not { } series)
                return;
            series.IsPresent = true;
            series.Value = part == MetricPart.Count ? series.Value + 1
                : part == MetricPart.Sum || Adds(instrument) ? series.Value + value
                : value;
        }
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

    /// <summary>One value of each series that has one.</summary>
    public IReadOnlyList<double> Values(DateTimeOffset now)
    {
        lock (_lock)
            return [.. _series.Select(series => series.Read(read.Kind, read.Range, now)).OfType<double>()];
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

/// <summary>About whom rules are.</summary>
internal sealed record RuleSubject(string Project, string Endpoint);
