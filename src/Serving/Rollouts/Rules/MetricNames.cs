using System.Diagnostics.Metrics;
using System.Text.RegularExpressions;

namespace Assay.Serving.Rollouts.Rules;

/// <summary>What of an instrument a name of Prometheus' means.</summary>
internal enum MetricPart
{
    Value,
    Count,
    Sum,
}

/// <summary>Finds instruments by the names under which Prometheus shows them.</summary>
internal static partial class MetricNames
{
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
            return name == $"{shown}_count" ? MetricPart.Count : name == $"{shown}_sum" ? MetricPart.Sum : null;
        var isCounter = kind.StartsWith("Counter", StringComparison.Ordinal) || kind.StartsWith("ObservableCounter", StringComparison.Ordinal);
        return name == (isCounter && !shown.EndsWith("_total", StringComparison.Ordinal) ? $"{shown}_total" : shown) ? MetricPart.Value : null;
    }

    /// <summary>Whether anything in this process is shown under a name.</summary>
    public static bool IsKnown(string name)
    {
        var known = false;
        using var listener = new MeterListener { InstrumentPublished = (instrument, _) => known |= IsReadable(instrument) && Find(instrument, name) is not null };
        listener.Start();
        return known;
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
