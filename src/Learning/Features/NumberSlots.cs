using Assay.Statistics.Sketches;

namespace Assay.Learning.Features;

/// <summary>How numbers enter the vector.</summary>
/// <param name="Features">One slot each.</param>
/// <param name="Fill">Of each the median of the training rows, put in place of a missing value.</param>
/// <param name="Flagged">Positions of those that had missing values in the training rows: these get a second slot, 1 when missing.</param>
/// <param name="Offset">Subtracted after filling; null when the trainer needs no scaling.</param>
/// <param name="Scale">Multiplied after that; null when the trainer needs no scaling.</param>
internal sealed record NumberSlots(NumberFeature[] Features, float[] Fill, int[] Flagged, float[]? Offset, float[]? Scale)
{
    public static NumberSlots Fit(NumberFeature[] features, ReadOnlySpan<int> rows, bool scales)
    {
        var (fill, flagged) = (new float[features.Length], new List<int>());
        var (offset, scale) = (new float[features.Length], new float[features.Length]);
        var present = new float[rows.Length];
        for (var i = 0; i < features.Length; i++)
        {
            var count = 0;
            foreach (var row in rows)
            {
                if (!float.IsNaN(features[i].Values[row]))
                    present[count++] = features[i].Values[row];
            }

            if (count < rows.Length)
                flagged.Add(i);
            fill[i] = Median(present.AsSpan(0, count));
            (offset[i], scale[i]) = Standard(present.AsSpan(0, count), rows.Length - count, fill[i]);
        }

        return new(features, fill, [.. flagged], scales ? offset : null, scales ? scale : null);
    }

    public float ValueOf(int slot, int row)
    {
        var value = Features[slot].Values[row];
        if (float.IsNaN(value))
            value = Fill[slot];
        return Offset is null ? value : (value - Offset[slot]) * Scale![slot];
    }

    private static float Median(Span<float> values)
    {
        if (values.IsEmpty)
            return 0;
        values.Sort();
        return values[(values.Length - 1) / 2];
    }

    private static (float Offset, float Scale) Standard(ReadOnlySpan<float> present, int missing, float fill)
    {
        var moments = new Moments();
        foreach (var value in present)
            moments.Add(value);
        for (var i = 0; i < missing; i++)
            moments.Add(fill);
        var scale = (float)(1 / moments.StandardDeviation);
        return ((float)moments.Mean, float.IsFinite(scale) ? scale : 1);
    }
}
