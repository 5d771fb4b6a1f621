using System.Globalization;

namespace Assay.Serving.Rollouts.Rules;

/// <summary>One series: what it stands at, and what it stood at when it was looked at before.</summary>
/// <param name="labels">Its labels.</param>
/// <param name="since">When it was not there yet, if that is known: from then on it counted from 0.</param>
internal sealed class SeriesTally(KeyValuePair<string, object?>[] labels, DateTimeOffset? since)
{
    private const int KeptMax = 100;

    private readonly List<(DateTimeOffset At, double Value)> _samples = [];

    /// <summary>Goes on from what was kept. What adds up is added to from there, and what is observed is observed anew.</summary>
    public SeriesTally(KeptSeries kept)
        : this([.. kept.Labels.Select(label => new KeyValuePair<string, object?>(label.Key, label.Value))], kept.Since)
    {
        _samples.AddRange(kept.Samples.Select(sample => (sample.At, sample.Value)));
        Value = _samples.Count > 0 ? _samples[^1].Value : 0;
    }

    /// <summary>What it stands at.</summary>
    public double Value { get; set; }

    /// <summary>Whether it was measured since it was last looked at; a gauge that isn't any more has no value.</summary>
    public bool IsPresent { get; set; } = true;

    public bool Is(ReadOnlySpan<KeyValuePair<string, object?>> other)
    {
        if (other.Length != labels.Length)
            return false;
        for (var i = 0; i < other.Length; i++)
        {
            if (other[i].Key != labels[i].Key || (!Equals(other[i].Value, labels[i].Value) && Text(other[i].Value) != Text(labels[i].Value)))
                return false;
        }

        return true;
    }

    /// <summary>The value of one of its labels; null when it has no such label.</summary>
    public string? Label(string name)
    {
        foreach (var label in labels)
        {
            if (label.Key == name)
                return Text(label.Value);
        }

        return null;
    }

    /// <summary>What is kept over a restart: the first and the last of its samples, and at most so many between them.</summary>
    public KeptSeries Keep()
    {
        var every = 1 + (_samples.Count / KeptMax);
        return new(
            [.. labels.Select(label => new KeyValuePair<string, string>(label.Key, Text(label.Value)))],
            since,
            [.. _samples.Where((_, place) => place % every == 0 || place == _samples.Count - 1).Select(sample => new KeptSample(sample.At, sample.Value))]);
    }

    // One that was kept has texts alone.
    private static string Text(object? value) => value as string ?? Convert.ToString(value, CultureInfo.InvariantCulture) ?? "";

    /// <summary>Remembers what it stands at, and forgets what is older than is asked for.</summary>
    public void Look(DateTimeOffset now, TimeSpan kept)
    {
        // The last one before the time stays, for it is what the time began with.
        while (_samples.Count > 1 && _samples[1].At <= now - kept)
            _samples.RemoveAt(0);
        if (IsPresent)
            _samples.Add((now, Value));
    }

    public double? Read(ReadKind kind, TimeSpan range, DateTimeOffset now)
    {
        var from = now - range;
        return kind switch
        {
            ReadKind.Last => _samples.Count > 0 && _samples[^1].At == now ? _samples[^1].Value : null,
            ReadKind.Rate or ReadKind.Increase => Increase(from, kind == ReadKind.Rate, now),
            _ => OverTime(kind, [.. _samples.Where(sample => sample.At >= from).Select(sample => sample.Value)]),
        };
    }

    private static double? OverTime(ReadKind kind, double[] values) => values.Length == 0 ? null : kind switch
    {
        ReadKind.MeanOverTime => values.Average(),
        ReadKind.SmallestOverTime => values.Min(),
        _ => values.Max(),
    };

    // What falls began anew from 0, as at the next step of a roll-out.
    private double? Increase(DateTimeOffset from, bool perSecond, DateTimeOffset now)
    {
        var first = Math.Max(0, _samples.FindLastIndex(sample => sample.At <= from));
        if (_samples.Count == 0)
            return null;
        var (began, increase) = (_samples[first].At, 0.0);
        if (first == 0 && began > from && since is { } unborn)
            (began, increase) = (unborn, _samples[0].Value);
        for (var i = first + 1; i < _samples.Count; i++)
            increase += _samples[i].Value >= _samples[i - 1].Value ? _samples[i].Value - _samples[i - 1].Value : _samples[i].Value;
        if (began >= now)
            return null;
        return perSecond ? increase / (now - began).TotalSeconds : increase;
    }
}
