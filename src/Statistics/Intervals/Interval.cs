namespace Assay.Statistics.Intervals;

/// <summary>Where a number lies with some confidence.</summary>
/// <param name="Low">Lower end.</param>
/// <param name="High">Upper end.</param>
public sealed record Interval(double Low, double High);
