namespace Assay.ServingBench;

/// <summary>What was measured of one server, and of the other right after it.</summary>
internal readonly record struct Pair(Measured Ours, Measured Theirs)
{
    public double Ratio => Ours.PerSecond / Theirs.PerSecond;
}

/// <summary>Alternating rounds; the pair whose ratio is the median counts.</summary>
internal static class Pairs
{
    private const int Rounds = 5;
    private const int WarmUpsMax = 20;
    private const double Steady = 1.05;
    private static readonly TimeSpan Length = TimeSpan.FromSeconds(2);

    public static async Task<Pair> Measure(Load ours, Load theirs)
    {
        await WarmUp(ours);
        await WarmUp(theirs);
        var pairs = new List<Pair>();
        for (var round = 0; round < Rounds; round++)
            pairs.Add(new(await ours.Closed(Length), await theirs.Closed(Length)));
        return pairs.OrderBy(pair => pair.Ratio).ElementAt(Rounds / 2);
    }

    // The runtime compiles what is asked often again and again, for half a minute on a busy machine.
    private static async Task WarmUp(Load load)
    {
        var (before, now) = (0.0, (await load.Closed(Length)).PerSecond);
        for (var round = 0; round < WarmUpsMax && now > before * Steady; round++)
            (before, now) = (Math.Max(before, now), (await load.Closed(Length + Length)).PerSecond);
    }
}
