using Microsoft.ML.Data;

namespace Assay.Learning.Features;

/// <summary>
/// Turns a row's features into the vector that a trainer reads. Fitted on training rows only: numbers first (missing
/// ones filled with the median, and scaled to mean 0 and deviation 1 where the trainer needs it), then for each number
/// that had missing values whether it was missing, then one slot per category value. All in single precision, exactly
/// as the exported graph computes it.
/// </summary>
internal sealed class Encoder
{
    /// <summary>Most values of one category that get a slot; any other value is all zeros.</summary>
    public const int SlotsMax = 200;

    private Encoder(NumberSlots numbers, IReadOnlyList<CategorySlots> categories)
    {
        Numbers = numbers;
        Categories = categories;
        Width = numbers.Features.Length + numbers.Flagged.Length + categories.Sum(category => category.Values.Length);
    }

    public NumberSlots Numbers { get; }

    public IReadOnlyList<CategorySlots> Categories { get; }

    /// <summary>Length of the vector.</summary>
    public int Width { get; }

    public static Encoder Fit(IReadOnlyList<Feature> features, ReadOnlySpan<int> rows, bool scales)
    {
        List<CategorySlots> categories = [];
        foreach (var category in features.OfType<CategoryFeature>())
            categories.Add(CategorySlots.Fit(category, rows));
        return new(NumberSlots.Fit([.. features.OfType<NumberFeature>()], rows, scales), categories);
    }

    public VBuffer<float> Encode(int row)
    {
        var numbers = Numbers.Features.Length;
        var entries = numbers + Numbers.Flagged.Length + Categories.Count;
        var indices = new int[entries];
        var values = new float[entries];
        for (var i = 0; i < numbers; i++)
            (indices[i], values[i]) = (i, Numbers.ValueOf(i, row));

        var count = numbers;
        for (var i = 0; i < Numbers.Flagged.Length; i++)
        {
            if (float.IsNaN(Numbers.Features[Numbers.Flagged[i]].Values[row]))
                (indices[count], values[count++]) = (numbers + i, 1);
        }

        var first = numbers + Numbers.Flagged.Length;
        foreach (var category in Categories)
        {
            var slot = category.SlotOf(row);
            if (slot >= 0)
                (indices[count], values[count++]) = (first + slot, 1);
            first += category.Values.Length;
        }

        return count == Width ? new(Width, values) : new(Width, count, values, indices);
    }
}
