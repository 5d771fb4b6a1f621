namespace Assay.Statistics.Profiles;

/// <summary>
/// Puts categories that are too rare in the reference to be compared one by one into the place of all others. A category has a place
/// of its own because it was frequent in the reference, and those that were so by chance come less often later: of values that had t
/// rows each, of which there are N, about t · N rows of the reference are such chance (Good, 1953). Without this, a steady column of
/// many rare values drifts from the first window on.
/// </summary>
public static class RareCategories
{
    private const double ChanceMax = 0.01;   // of the rows

    /// <summary>Both sides over the categories that are kept; as they are where the profile is of a number.</summary>
    /// <param name="reference">What is compared with.</param>
    /// <param name="live">Counts over its bins.</param>
    /// <exception cref="ArgumentException">The counts are over another number of bins.</exception>
    public static (Baseline Reference, long[] Live) Pool(Baseline reference, ReadOnlySpan<long> live)
    {
        if (live.Length != reference.Counts.Count)
            throw new ArgumentException($"Counts over {reference.Counts.Count} and {live.Length} bins can't be compared.", nameof(live));
        if (reference.Categories is not { } categories)
            return (reference, live.ToArray());
        var least = Least(reference.Counts);
        List<string> kept = [];
        List<long> before = [], now = [];
        var (others, otherLive) = (reference.Counts[^1], live[^1]);
        for (var place = 0; place < categories.Count; place++)
        {
            if (reference.Counts[place] >= least)
            {
                kept.Add(categories[place]);
                before.Add(reference.Counts[place]);
                now.Add(live[place]);
            }
            else
            {
                others += reference.Counts[place];
                otherLive += live[place];
            }
        }

        return (reference with { Categories = kept, Counts = [.. before, others] }, [.. now, otherLive]);
    }

    // The fewest rows of a category that is kept. Where some have no place, those that had as many as the last one that has
    // may be missing among the places, so they are not counted by its number.
    private static long Least(IReadOnlyList<long> reference)
    {
        var (rows, last) = (0L, reference[^1]);
        var frequency = new SortedDictionary<long, int>();
        for (var place = 0; place < reference.Count; place++)
        {
            rows += reference[place];
            if (place < reference.Count - 1)
                frequency[reference[place]] = frequency.GetValueOrDefault(reference[place]) + 1;
        }

        if (rows == 0 || frequency.Count == 0)
            return 0;
        var least = last == 0 ? 1 : frequency.Keys.First() + 1;
        while (frequency.TryGetValue(least, out var count) && least * count > ChanceMax * rows)
            least++;
        return least;
    }
}
