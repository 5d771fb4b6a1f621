namespace Assay.Learning.Features;

/// <summary>How a category enters the vector: one slot for each of the most frequent values of the training rows.</summary>
/// <param name="Feature">The category.</param>
/// <param name="Values">The value of each slot; the empty string stands for missing.</param>
/// <param name="Slots">Of each code plus one its slot, or −1: a value that is rare or was not seen.</param>
internal sealed record CategorySlots(CategoryFeature Feature, string[] Values, int[] Slots)
{
    public static CategorySlots Fit(CategoryFeature feature, ReadOnlySpan<int> rows)
    {
        var frequency = new int[feature.Categories.Length + 1];
        foreach (var row in rows)
            frequency[feature.Codes[row] + 1]++;

        // Of equally frequent values the ordinally first; then in code order, so that slots do not depend on frequency.
        var kept = Enumerable.Range(0, frequency.Length)
            .Where(code => frequency[code] > 0)
            .OrderByDescending(code => frequency[code])
            .ThenBy(code => code)
            .Take(Encoder.SlotsMax)
            .Order()
            .ToArray();
        var slots = new int[frequency.Length];
        Array.Fill(slots, -1);
        for (var slot = 0; slot < kept.Length; slot++)
            slots[kept[slot]] = slot;
        return new(feature, [.. kept.Select(code => code == 0 ? "" : feature.Categories[code - 1])], slots);
    }

    public int SlotOf(int row) => Slots[Feature.Codes[row] + 1];
}
