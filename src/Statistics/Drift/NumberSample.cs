namespace Assay.Statistics.Drift;

/// <summary>
/// The numbers of one sample, sorted. NaN is a missing value, and an infinity is no number to compute with: both are left
/// out of every test and counted here, so that a report can say so.
/// </summary>
public sealed class NumberSample
{
    private NumberSample(double[] values, long missing, long infinite)
    {
        Values = values;
        Missing = missing;
        Infinite = infinite;
    }

    /// <summary>Finite values, ascending.</summary>
    public double[] Values { get; }

    /// <summary>NaNs that were left out.</summary>
    public long Missing { get; }

    /// <summary>Infinities that were left out.</summary>
    public long Infinite { get; }

    /// <summary>Finite values.</summary>
    public int Count => Values.Length;

    /// <summary>Sorts a copy of <paramref name="values"/>.</summary>
    public static NumberSample Of(ReadOnlySpan<double> values)
    {
        long missing = 0, infinite = 0;
        foreach (var value in values)
        {
            if (double.IsNaN(value))
                missing++;
            else if (double.IsInfinity(value))
                infinite++;
        }

        var kept = new double[values.Length - missing - infinite];
        var at = 0;
        foreach (var value in values)
        {
            if (double.IsFinite(value))
                kept[at++] = value + 0.0;   // makes −0 the 0 that it equals
        }

        Array.Sort(kept);
        return new(kept, missing, infinite);
    }

    /// <summary>Quantile by linear interpolation between the order statistics (type 7 of Hyndman and Fan, 1996); NaN of none.</summary>
    public double Quantile(double probability)
    {
        if (Count == 0)
            return double.NaN;
        var place = probability * (Count - 1);
        var below = (int)Math.Floor(place);
        var above = Math.Min(below + 1, Count - 1);
        return Values[below] + ((Values[above] - Values[below]) * (place - below));
    }

    /// <summary>Mean and population standard deviation; NaN of none.</summary>
    public (double Mean, double StandardDeviation) Moments()
    {
        if (Count == 0)
            return (double.NaN, double.NaN);
        var moments = new Sketches.Moments();
        foreach (var value in Values)
            moments.Add(value);
        return (moments.Mean, moments.StandardDeviation);
    }
}
