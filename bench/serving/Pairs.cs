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
    private const int WarmUpsMax = 40;
    private const double CompiledMax = 0.02;   // of the time
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

    // The runtime compiles what is asked often again and again, for a minute on a busy machine, and takes up to half of the
    // processor for it. A round without gain doesn't say that it is done; that it compiled next to nothing does.
    public static async Task WarmUp(Load load)
    {
        await load.Closed(Length);
        for (var (round, compiled) = (0, TimeSpan.MaxValue); round < WarmUpsMax && compiled > Length * CompiledMax; round++)
        {
            var before = await load.Compiled();
            await load.Closed(Length);
            compiled = await load.Compiled() - before;
        }
    }
}
