using System.Diagnostics.Metrics;
using System.Text.RegularExpressions;

namespace Assay.Serving.Rollouts.Rules;

/// <summary>What of an instrument a name of Prometheus' means.</summary>
internal enum MetricPart
{
    Value,
    Count,
    Sum,

    /// <summary>Its buckets; a measurement counts in one of them alone, not in all that are larger.</summary>
    Bucket,
}

/// <summary>Finds instruments by the names under which Prometheus shows them.</summary>
internal static partial class MetricNames
{
    /// <summary>How the name of a histogram's buckets ends.</summary>
    public const string BucketEnd = "_bucket";

    // What a histogram that names none is shown with.
    private static readonly double[] Bounds = [0, 5, 10, 25, 50, 75, 100, 250, 500, 750, 1000, 2500, 5000, 7500, 10000];

    /// <summary>Of the platform and of the program that it runs in; those of no other library are promised to anybody.</summary>
    private static readonly string[] OfTheProgram = ["System.Runtime", "Microsoft.AspNetCore.Server.Kestrel"];

    /// <summary>Whether rules may read it: a series of ours says whose it is, and those of the program are nobody's.</summary>
    public static bool IsReadable(Instrument instrument) =>
        instrument.Meter.Name.StartsWith("Assay.", StringComparison.Ordinal) || OfTheProgram.Contains(instrument.Meter.Name);

    /// <summary>What of this instrument is shown under a name; null when it is another one's.</summary>
    public static MetricPart? Find(Instrument instrument, string name)
    {
        var (shown, kind) = (Shown(instrument), instrument.GetType().Name);
        if (kind.StartsWith("Histogram", StringComparison.Ordinal))
            return name == $"{shown}_count" ? MetricPart.Count : name == $"{shown}_sum" ? MetricPart.Sum : name == $"{shown}{BucketEnd}" ? MetricPart.Bucket : null;
        var isCounter = kind.StartsWith("Counter", StringComparison.Ordinal) || kind.StartsWith("ObservableCounter", StringComparison.Ordinal);
        return name == (isCounter && !shown.EndsWith("_total", StringComparison.Ordinal) ? $"{shown}_total" : shown) ? MetricPart.Value : null;
    }

    /// <summary>Upper bounds of a histogram's buckets, the last of which has none.</summary>
    public static IReadOnlyList<double> BoundsOf(Instrument instrument) => instrument switch
    {
        Histogram<double> histogram => histogram.Advice?.HistogramBucketBoundaries ?? Bounds,
        Histogram<long> histogram => histogram.Advice?.HistogramBucketBoundaries?.Select(bound => (double)bound).ToArray() ?? Bounds,
        Histogram<int> histogram => histogram.Advice?.HistogramBucketBoundaries?.Select(bound => (double)bound).ToArray() ?? Bounds,
        _ => Bounds,
    };

    /// <summary>Whether anything in this process is shown under a name.</summary>
    public static bool IsKnown(string name) => Parts(name).Count > 0;

    /// <summary>Whether a name means the buckets of a histogram.</summary>
    public static bool IsBucket(string name) => Parts(name).Contains(MetricPart.Bucket);

    private static HashSet<MetricPart> Parts(string name)
    {
        var parts = new HashSet<MetricPart>();
        using var listener = new MeterListener
        {
            InstrumentPublished = (instrument, _) =>
            {
                if (IsReadable(instrument) && Find(instrument, name) is { } part)
                    parts.Add(part);
            },
        };
        listener.Start();
        return parts;
    }

    private static string Shown(Instrument instrument)
    {
        var name = Other().Replace(instrument.Name, "_");
        var unit = instrument.Unit switch
        {
            "s" => "seconds",
            "ms" => "milliseconds",
            "By" => "bytes",
            "%" => "percent",
            _ => null,
        };
        return unit is null || name.EndsWith(unit, StringComparison.Ordinal) ? name : $"{name}_{unit}";
    }

    [GeneratedRegex("[^A-Za-z0-9_:]+")]
    private static partial Regex Other();
}
