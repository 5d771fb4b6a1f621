namespace Assay.Statistics.Sketches;

/// <summary>
/// Count, mean, deviation and range of a stream of finite numbers in constant memory. Exact to rounding: updates after
/// Welford (1962), merges after Chan, Golub and LeVeque (1979). Not safe for several threads.
/// </summary>
public sealed class Moments
{
    private double _squares;

    /// <summary>Values added.</summary>
    public long Count { get; private set; }

    /// <summary>Arithmetic mean; 0 while empty.</summary>
    public double Mean { get; private set; }

    /// <summary>Smallest value; positive infinity while empty.</summary>
    public double Min { get; private set; } = double.PositiveInfinity;

    /// <summary>Largest value; negative infinity while empty.</summary>
    public double Max { get; private set; } = double.NegativeInfinity;

    /// <summary>Population variance; 0 while empty.</summary>
    public double Variance => Count == 0 ? 0 : _squares / Count;

    /// <summary>Population standard deviation; 0 while empty.</summary>
    public double StandardDeviation => Math.Sqrt(Variance);

    /// <summary>Those of values of which this is known, and nothing else any more.</summary>
    public static Moments Of(long count, double mean, double standardDeviation, double min, double max) =>
        count == 0 ? new() : new() { Count = count, Mean = mean, _squares = standardDeviation * standardDeviation * count, Min = min, Max = max };

    /// <summary>Adds one finite value.</summary>
    public void Add(double value)
    {
        Count++;
        var fromOldMean = value - Mean;
        Mean += fromOldMean / Count;
        _squares += fromOldMean * (value - Mean);
        Min = Math.Min(Min, value);
        Max = Math.Max(Max, value);
    }

    /// <summary>Adds all that <paramref name="other"/> has seen.</summary>
    public void Merge(Moments other)
    {
        if (other.Count == 0)
            return;
        var count = Count + other.Count;
        var between = other.Mean - Mean;
        _squares += other._squares + (between * between * ((double)Count * other.Count / count));
        Mean += between * ((double)other.Count / count);
        Count = count;
        Min = Math.Min(Min, other.Min);
        Max = Math.Max(Max, other.Max);
    }
}
