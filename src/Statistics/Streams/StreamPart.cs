using Assay.Statistics.Estimation;

namespace Assay.Statistics.Streams;

/// <summary>Some values of a stream that came one after another: how many, their mean, and how they are spread.</summary>
/// <param name="Rows">How many.</param>
/// <param name="Mean">Their mean; 0 of none.</param>
/// <param name="Deviations">Sum of the squares of their deviations from the mean.</param>
public readonly record struct StreamPart(long Rows, double Mean, double Deviations)
{
    /// <summary>Variance around the mean; 0 of none.</summary>
    public double Variance => Rows == 0 ? 0 : Deviations / Rows;

    /// <summary>The mean with its 95 % interval; null of none.</summary>
    /// <param name="isShare">Whether each value is 0 or 1: then the interval is Wilson's, which holds for few rows.</param>
    public Estimate? Interval(bool isShare) =>
        Rows == 0 ? null
        : isShare ? Estimate.Share(Math.Clamp(Math.Round(Mean * Rows), 0, Rows), Rows)
        : Rows == 1 ? new(Mean, double.NegativeInfinity, double.PositiveInfinity)
        : Estimate.Normal(Mean, Math.Sqrt(Deviations / (Rows - 1) / Rows));

    /// <summary>These values and those that came after them (Chan, Golub and LeVeque, 1983).</summary>
    public StreamPart With(StreamPart later)
    {
        if (Rows == 0)
            return later;
        if (later.Rows == 0)
            return this;
        var (rows, apart) = (Rows + later.Rows, later.Mean - Mean);
        return new(rows, Mean + (apart * later.Rows / rows), Deviations + later.Deviations + (apart * apart * Rows * later.Rows / rows));
    }

    /// <summary>These values and one more.</summary>
    public StreamPart With(double value) => With(new StreamPart(1, value, 0));
}
