using System.Globalization;

namespace Assay.Serving.Rollouts.Rules;

/// <summary>Reads a quantile from the buckets of a histogram as Prometheus does: straight between a bucket's bounds.</summary>
internal static class BucketQuantile
{
    /// <summary>Names a bucket by its upper bound.</summary>
    public const string Label = "le";

    /// <summary>The label of the bucket in which a value counts.</summary>
    public static string BucketOf(IReadOnlyList<double> bounds, double value)
    {
        foreach (var bound in bounds)
        {
            if (value <= bound)
                return bound.ToString(CultureInfo.InvariantCulture);
        }

        return "+Inf";
    }

    /// <summary>The quantile; null when nothing was counted.</summary>
    /// <param name="share">From 0 to 1.</param>
    /// <param name="bounds">Upper bounds of the buckets but the last, ascending.</param>
    /// <param name="counted">What was counted, by the label of its bucket.</param>
    public static double? Of(double share, IReadOnlyList<double> bounds, ILookup<string, double> counted)
    {
        double[] counts = [.. bounds.Select(bound => counted[bound.ToString(CultureInfo.InvariantCulture)].Sum()), counted["+Inf"].Sum()];
        var total = counts.Sum();
        if (total <= 0)
            return null;
        var (wanted, bucket, below) = (share * total, 0, 0.0);
        while (bucket < bounds.Count && below + counts[bucket] < wanted)
            below += counts[bucket++];
        if (bucket == bounds.Count)
            return bounds.Count == 0 ? null : bounds[^1];   // nobody knows how far above it lies
        var (from, to) = (bucket == 0 ? Math.Min(0, bounds[0]) : bounds[bucket - 1], bounds[bucket]);
        return counts[bucket] == 0 ? to : from + ((to - from) * (wanted - below) / counts[bucket]);
    }
}
