namespace Assay.Statistics.Attribution;

/// <summary>What coalitions of players are worth.</summary>
/// <param name="coalitions">One after the other, each with a 1 or 0 for every player: whether it is in.</param>
/// <param name="values">Takes the value of each.</param>
public delegate void CoalitionValues(ReadOnlySpan<byte> coalitions, Span<double> values);
