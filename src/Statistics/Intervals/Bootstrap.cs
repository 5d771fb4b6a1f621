namespace Assay.Statistics.Intervals;

/// <summary>
/// Intervals by drawing the samples anew from themselves, with replacement (Efron, 1979). The basic interval
/// 2θ − [high, low] is taken, not below 0: a distance of two samples is larger than that of their distributions, of two
/// drawn again twice as much, and the reflection takes that out.
/// </summary>
public static class Bootstrap
{
    private const double NormalFrom = 30;   // variance of a binomial from which a rounded normal draw is as good

    /// <summary>Of a distance between counts over bins.</summary>
    public static Interval? Counts(
        long[] reference, long[] current, Func<long[], long[], double> distance, double confidence = 0.95, int rounds = 200, int seed = 1)
    {
        if (reference.Sum() == 0 || current.Sum() == 0)
            return null;
        var random = new Random(seed);
        var drawn = new double[rounds];
        for (var round = 0; round < rounds; round++)
            drawn[round] = distance(Redraw(reference, random), Redraw(current, random));
        return Basic(distance(reference, current), drawn, confidence);
    }

    /// <summary>Of a distance between sorted numbers. Samples beyond a thousand values give as many draws as they have, so this is for moderate ones.</summary>
    public static Interval? Numbers(
        Drift.NumberSample reference, Drift.NumberSample current, Func<Drift.NumberSample, Drift.NumberSample, double> distance,
        double confidence = 0.95, int rounds = 200, int seed = 1)
    {
        if (reference.Count == 0 || current.Count == 0)
            return null;
        var random = new Random(seed);
        var drawn = new double[rounds];
        for (var round = 0; round < rounds; round++)
            drawn[round] = distance(Redraw(reference, random), Redraw(current, random));
        return Basic(distance(reference, current), drawn, confidence);
    }

    private static Interval Basic(double observed, double[] drawn, double confidence)
    {
        Array.Sort(drawn);
        var tail = (1 - confidence) / 2;
        var low = drawn[(int)Math.Floor(tail * (drawn.Length - 1))];
        var high = drawn[(int)Math.Ceiling((1 - tail) * (drawn.Length - 1))];
        return new(Math.Max(0, (2 * observed) - high), Math.Max(0, (2 * observed) - low));
    }

    private static Drift.NumberSample Redraw(Drift.NumberSample sample, Random random)
    {
        var values = new double[sample.Count];
        for (var i = 0; i < values.Length; i++)
            values[i] = sample.Values[random.Next(values.Length)];
        return Drift.NumberSample.Of(values);
    }

    // A multinomial as binomials one after the other.
    private static long[] Redraw(long[] counts, Random random)
    {
        var drawn = new long[counts.Length];
        var (left, rest) = (counts.Sum(), (double)counts.Sum());
        for (var bin = 0; bin < counts.Length && left > 0; bin++)
        {
            drawn[bin] = bin == counts.Length - 1 ? left : Binomial(left, Math.Min(1, counts[bin] / rest), random);
            left -= drawn[bin];
            rest -= counts[bin];
            if (rest <= 0)
                break;
        }

        return drawn;
    }

    private static long Binomial(long trials, double probability, Random random)
    {
        if (probability <= 0 || probability >= 1)
            return probability <= 0 ? 0 : trials;
        if (probability > 0.5)
            return trials - Binomial(trials, 1 - probability, random);
        var variance = trials * probability * (1 - probability);
        if (variance >= NormalFrom)
        {
            var normal = Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
            return Math.Clamp((long)Math.Round((trials * probability) + (normal * Math.Sqrt(variance))), 0, trials);
        }

        // Inversion by the distances between successes, which are geometric.
        var (count, at) = (0L, 0.0);
        var logMiss = Math.Log(1 - probability);
        while ((at += Math.Floor(Math.Log(1 - random.NextDouble()) / logMiss) + 1) <= trials)
            count++;
        return count;
    }
}
