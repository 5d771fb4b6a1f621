namespace Assay.ServingBench;

/// <summary>How a server did with arrivals at a share of the peak that it had right before.</summary>
internal readonly record struct Arrivals(double Peak, Measured At70);

/// <summary>
/// Arrivals at 70 % of what the server can do, which don't wait for each other, in alternating rounds. Where the machine itself
/// becomes slower for a moment than the arrivals need, every server's queue grows: the round whose p99.9 is the median counts.
/// </summary>
internal static class OpenLoop
{
    private const double Share = 0.7;
    private const int Rounds = 5;
    private static readonly TimeSpan PeakLength = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan Length = TimeSpan.FromSeconds(5);

    public static async Task<(Arrivals[] Ours, Arrivals[] Theirs)> Measure(Load ours, Load theirs)
    {
        await Pairs.WarmUp(ours);
        await Pairs.WarmUp(theirs);
        var (all, others) = (new Arrivals[Rounds], new Arrivals[Rounds]);
        for (var round = 0; round < Rounds; round++)
            (all[round], others[round]) = (await Round(ours), await Round(theirs));
        return ([.. all.OrderBy(arrivals => arrivals.At70.P999)], [.. others.OrderBy(arrivals => arrivals.At70.P999)]);
    }

    private static async Task<Arrivals> Round(Load load)
    {
        var peak = (await load.Closed(PeakLength)).PerSecond;
        return new(peak, await load.Open(peak * Share, Length));
    }
}
