using Assay.Statistics.Intervals;

namespace Assay.Statistics.Attribution;

/// <summary>
/// Whether inputs matter in the order in which they did: the normalised discounted cumulative gain (Järvelin and Kekäläinen,
/// 2002) of the order of now, in which an input's gain is its weight in the reference. 1 is the same order; inputs at the
/// front count most, and two of nearly the same weight may change places for nearly nothing.
/// </summary>
public static class ImportanceRank
{
    private const int Rounds = 200;
    private const double Confidence = 0.95;

    /// <summary>Agreement of two lists of weights, 0 to 1; null when the reference has no weight at all.</summary>
    public static double? Agreement(ReadOnlySpan<double> reference, ReadOnlySpan<double> current)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(current.Length, reference.Length);
        var ideal = Gain(reference, Order(reference));
        return ideal > 0 ? Gain(reference, Order(current)) / ideal : null;
    }

    /// <summary>Means of |attribution| by input, each as a share of their sum; all 0 when nothing matters.</summary>
    public static double[] Shares(IReadOnlyList<double[]> attributions, int inputs)
    {
        var sums = new double[inputs];
        foreach (var row in attributions)
            Add(row, sums);
        return Shares(sums);
    }

    /// <summary>
    /// Where the agreement lies, the rows of now being a sample: percentiles of rows drawn anew from themselves. Null without
    /// rows, or without a weight in the reference.
    /// </summary>
    public static Interval? Interval(double[] reference, IReadOnlyList<double[]> current, int seed = 1)
    {
        if (current.Count == 0 || Agreement(reference, reference) is null)
            return null;
        var random = new Random(seed);
        var drawn = new double[Rounds];
        var sums = new double[reference.Length];
        for (var round = 0; round < Rounds; round++)
        {
            Array.Clear(sums);
            for (var row = 0; row < current.Count; row++)
                Add(current[random.Next(current.Count)], sums);
            drawn[round] = Agreement(reference, sums)!.Value;
        }

        Array.Sort(drawn);
        var tail = (1 - Confidence) / 2;
        return new(drawn[(int)Math.Floor(tail * (Rounds - 1))], drawn[(int)Math.Ceiling((1 - tail) * (Rounds - 1))]);
    }

    private static double[] Shares(double[] sums)
    {
        var all = sums.Sum();
        return all > 0 ? Array.ConvertAll(sums, sum => sum / all) : new double[sums.Length];
    }

    private static void Add(double[] row, double[] sums)
    {
        for (var input = 0; input < sums.Length; input++)
            sums[input] += Math.Abs(row[input]);
    }

    // Largest first; of the same weight the first one, so that the same weights give the same order.
    private static int[] Order(ReadOnlySpan<double> weights)
    {
        var keys = new double[weights.Length];
        var order = new int[weights.Length];
        for (var i = 0; i < order.Length; i++)
            (keys[i], order[i]) = (-weights[i], i);
        Array.Sort(keys, order, Comparer<double>.Default);
        return Stable(keys, order);
    }

    // Array.Sort leaves equal keys in any order.
    private static int[] Stable(double[] keys, int[] order)
    {
        for (var start = 0; start < keys.Length;)
        {
            var end = start + 1;
            while (end < keys.Length && keys[end] == keys[start])
                end++;
            Array.Sort(order, start, end - start);
            start = end;
        }

        return order;
    }

    private static double Gain(ReadOnlySpan<double> reference, int[] order)
    {
        var gain = 0.0;
        for (var place = 0; place < order.Length; place++)
            gain += reference[order[place]] / Math.Log2(place + 2);
        return gain;
    }
}
