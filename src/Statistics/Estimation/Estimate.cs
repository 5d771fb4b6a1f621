using Assay.Statistics.Intervals;

namespace Assay.Statistics.Estimation;

/// <summary>A value with its two-sided 95 % confidence interval.</summary>
/// <param name="Value">The value.</param>
/// <param name="Low">Lower end.</param>
/// <param name="High">Upper end.</param>
public sealed record Estimate(double Value, double Low, double High)
{
    private const double Normal95 = 1.959963984540054;

    /// <summary>A share by Wilson's score interval (1927), which holds for few rows and for shares of 0 and 1 too.</summary>
    /// <param name="part">Rows that count; may be a sum of probabilities.</param>
    /// <param name="whole">All rows, above 0.</param>
    public static Estimate Share(double part, double whole) => Of(part / whole, ShareInterval.Around(part, whole, Normal95));

    /// <summary>A mean by the normal distribution, from a sum and a sum of squares.</summary>
    public static Estimate Mean(double sum, double squares, long rows)
    {
        var mean = sum / rows;
        var variance = rows < 2 ? double.PositiveInfinity : Math.Max(0, (squares / rows) - (mean * mean)) * rows / (rows - 1.0);
        return Normal(mean, Math.Sqrt(variance / rows));
    }

    /// <summary>A value that is normal around itself with this standard error.</summary>
    public static Estimate Normal(double value, double error) => new(value, value - (Normal95 * error), value + (Normal95 * error));

    /// <summary>An area under the ROC curve with the standard error of Hanley and McNeil (1982).</summary>
    public static Estimate Area(double area, double positives, double negatives) => Of(area, AreaInterval.Around(area, positives, negatives, Normal95));

    /// <summary>The difference of two independent shares, by Newcombe's method 10 (1998), from their Wilson intervals.</summary>
    public static Estimate Difference(Estimate one, Estimate other)
    {
        var difference = one.Value - other.Value;
        return new(
            difference,
            difference - Length(one.Value - one.Low, other.High - other.Value),
            difference + Length(one.High - one.Value, other.Value - other.Low));
    }

    /// <summary>The ratio of two independent shares, normal in its logarithm (Katz and others, 1978); null where a share is 0.</summary>
    public static Estimate? Ratio(double part, double whole, double otherPart, double otherWhole)
    {
        if (part <= 0 || otherPart <= 0)
            return null;
        var ratio = part / whole / (otherPart / otherWhole);
        var error = Math.Sqrt((1 / part) - (1 / whole) + (1 / otherPart) - (1 / otherWhole));
        return new(ratio, ratio * Math.Exp(-Normal95 * error), ratio * Math.Exp(Normal95 * error));
    }

    /// <summary>The same through a rising function.</summary>
    public Estimate Through(Func<double, double> rising) => new(rising(Value), rising(Low), rising(High));

    private static Estimate Of(double value, Interval interval) => new(value, interval.Low, interval.High);

    private static double Length(double x, double y) => Math.Sqrt((x * x) + (y * y));
}
