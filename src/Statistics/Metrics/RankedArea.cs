namespace Assay.Statistics.Metrics;

/// <summary>
/// The area under the ROC curve by ranks: the share of (positive, negative) pairs in which the positive row has the
/// higher score, a tie counting half (Mann and Whitney, 1947), in O(n log n).
/// </summary>
internal static class RankedArea
{
    public static double Of(ReadOnlySpan<float> scores, ReadOnlySpan<bool> positive)
    {
        var ranks = Midranks(scores.ToArray());
        long positives = 0;
        var sum = 0.0;
        for (var row = 0; row < positive.Length; row++)
        {
            if (!positive[row])
                continue;
            positives++;
            sum += ranks[row];
        }

        var negatives = positive.Length - positives;
        return positives == 0 || negatives == 0
            ? double.NaN
            : (sum - (positives * (positives + 1) / 2.0)) / ((double)positives * negatives);
    }

    /// <summary>Rank from 1 of each value; tied values share the mean of their ranks.</summary>
    public static double[] Midranks(float[] values)
    {
        var order = new int[values.Length];
        for (var i = 0; i < order.Length; i++)
            order[i] = i;
        var sorted = values.AsSpan().ToArray();
        Array.Sort(sorted, order);

        var ranks = new double[values.Length];
        for (var first = 0; first < sorted.Length;)
        {
            var end = first + 1;
            while (end < sorted.Length && sorted[end] == sorted[first])
                end++;
            for (var i = first; i < end; i++)
                ranks[order[i]] = (first + end + 1) / 2.0;
            first = end;
        }

        return ranks;
    }
}
