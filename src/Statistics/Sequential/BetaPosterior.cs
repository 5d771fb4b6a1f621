namespace Assay.Statistics.Sequential;

/// <summary>
/// What is believed of an arm's success rate after its rewards: a beta distribution from the uniform prior. A reward
/// between 0 and 1 counts as that part of a success.
/// </summary>
/// <param name="Successes">Sum of the rewards.</param>
/// <param name="Failures">Number of the rewards less their sum.</param>
public readonly record struct BetaPosterior(double Successes, double Failures)
{
    private double A => Successes + 1;

    private double B => Failures + 1;

    /// <summary>Expected success rate.</summary>
    public double Mean => A / (A + B);

    /// <summary>With one more reward, from 0 to 1.</summary>
    public BetaPosterior Add(double reward) => reward is >= 0 and <= 1
        ? new(Successes + reward, Failures + 1 - reward)
        : throw new ArgumentOutOfRangeException(nameof(reward), reward, "A reward is from 0 to 1.");

    /// <summary>
    /// A rate drawn from the distribution: X / (X + Y) of two gamma variables. Choosing the arm whose draw is highest is
    /// Thompson sampling (Thompson, 1933): each arm is taken as often as it is likely to be the best.
    /// </summary>
    public double Draw(Random random)
    {
        var x = DrawGamma(A, random);
        return x / (x + DrawGamma(B, random));
    }

    /// <summary>Marsaglia and Tsang, "A simple method for generating gamma variables" (2000), for shapes of at least 1.</summary>
    private static double DrawGamma(double shape, Random random)
    {
        var d = shape - (1.0 / 3);
        var c = 1 / Math.Sqrt(9 * d);
        while (true)
        {
            var normal = Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
            var v = 1 + (c * normal);
            if (v <= 0)
                continue;
            v = v * v * v;
            if (Math.Log(1 - random.NextDouble()) < (normal * normal / 2) + (d * (1 - v + Math.Log(v))))
                return d * v;
        }
    }

    /// <summary>For each posterior the probability that its rate is the highest, from that many draws of all of them.</summary>
    public static double[] BestShares(IReadOnlyList<BetaPosterior> posteriors, Random random, int draws)
    {
        var wins = new double[posteriors.Count];
        for (var draw = 0; draw < draws; draw++)
            wins[Best(posteriors, random)]++;
        for (var arm = 0; arm < wins.Length; arm++)
            wins[arm] /= draws;
        return wins;
    }

    /// <summary>Index of the posterior whose draw is highest.</summary>
    public static int Best(IReadOnlyList<BetaPosterior> posteriors, Random random)
    {
        var (best, highest) = (0, double.NegativeInfinity);
        for (var arm = 0; arm < posteriors.Count; arm++)
        {
            var rate = posteriors[arm].Draw(random);
            if (rate > highest)
                (best, highest) = (arm, rate);
        }

        return best;
    }
}
