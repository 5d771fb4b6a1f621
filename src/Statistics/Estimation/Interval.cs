namespace Assay.Statistics.Estimation;

/// <summary>A value with its two-sided 95 % confidence interval.</summary>
/// <param name="Value">The value.</param>
/// <param name="Low">Lower end.</param>
/// <param name="High">Upper end.</param>
public sealed record Interval(double Value, double Low, double High)
{
    private const double Normal95 = 1.959963984540054;

    /// <summary>A share by Wilson's score interval (1927), which holds for few rows and for shares of 0 and 1 too.</summary>
    /// <param name="part">Rows that count; may be a sum of probabilities.</param>
    /// <param name="whole">All rows, above 0.</param>
    public static Interval Share(double part, double whole)
    {
        var share = part / whole;
        const double Square = Normal95 * Normal95;
        var centre = (share + (Square / (2 * whole))) / (1 + (Square / whole));
        var half = Normal95 / (1 + (Square / whole)) * Math.Sqrt((share * (1 - share) / whole) + (Square / (4 * whole * whole)));
        return new(share, Math.Max(0, centre - half), Math.Min(1, centre + half));
    }

    /// <summary>A mean by the normal distribution, from a sum and a sum of squares.</summary>
    public static Interval Mean(double sum, double squares, long rows)
    {
        var mean = sum / rows;
        var variance = rows < 2 ? double.PositiveInfinity : Math.Max(0, (squares / rows) - (mean * mean)) * rows / (rows - 1.0);
        return Normal(mean, Math.Sqrt(variance / rows));
    }

    /// <summary>A value that is normal around itself with this standard error.</summary>
    public static Interval Normal(double value, double error) => new(value, value - (Normal95 * error), value + (Normal95 * error));

    /// <summary>An area under the ROC curve with the standard error of Hanley and McNeil (1982).</summary>
    public static Interval Area(double area, double positives, double negatives)
    {
        var first = area / (2 - area);
        var second = 2 * area * area / (1 + area);
        var square = area * area;
        var variance = ((area * (1 - area)) + ((positives - 1) * (first - square)) + ((negatives - 1) * (second - square))) / (positives * negatives);
        var interval = Normal(area, Math.Sqrt(Math.Max(0, variance)));
        return interval with { Low = Math.Max(0, interval.Low), High = Math.Min(1, interval.High) };
    }

    /// <summary>The difference of two independent shares, by Newcombe's method 10 (1998), from their Wilson intervals.</summary>
    public static Interval Difference(Interval one, Interval other)
    {
        var difference = one.Value - other.Value;
        return new(
            difference,
            difference - Length(one.Value - one.Low, other.High - other.Value),
            difference + Length(one.High - one.Value, other.Value - other.Low));
    }

    /// <summary>The ratio of two independent shares, normal in its logarithm (Katz and others, 1978); null where a share is 0.</summary>
    public static Interval? Ratio(double part, double whole, double otherPart, double otherWhole)
    {
        if (part <= 0 || otherPart <= 0)
            return null;
        var ratio = part / whole / (otherPart / otherWhole);
        var error = Math.Sqrt((1 / part) - (1 / whole) + (1 / otherPart) - (1 / otherWhole));
        return new(ratio, ratio * Math.Exp(-Normal95 * error), ratio * Math.Exp(Normal95 * error));
    }

    /// <summary>The same through a rising function.</summary>
    public Interval Through(Func<double, double> rising) => new(rising(Value), rising(Low), rising(High));

    private static double Length(double x, double y) => Math.Sqrt((x * x) + (y * y));
}
