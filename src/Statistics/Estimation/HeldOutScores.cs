namespace Assay.Statistics.Estimation;

/// <summary>
/// What a model's scores were worth on rows that it was not fitted on, by bin of the score: for classification those of
/// <see cref="ScoreBins"/>, for regression those of the package's baseline of the score.
/// </summary>
/// <param name="Rows">Rows per bin.</param>
/// <param name="Positives">For classification: the positive ones among them.</param>
/// <param name="AbsoluteErrors">For regression: sum of their absolute errors.</param>
/// <param name="SquaredErrors">For regression: sum of the squares of their errors.</param>
public sealed record HeldOutScores(
    SortedDictionary<int, long> Rows,
    SortedDictionary<int, long>? Positives,
    SortedDictionary<int, double>? AbsoluteErrors,
    SortedDictionary<int, double>? SquaredErrors)
{
    /// <summary>Counts probabilities of the positive class.</summary>
    public static HeldOutScores OfClasses(ReadOnlySpan<float> probabilities, ReadOnlySpan<double> labels)
    {
        var counted = new HeldOutScores([], [], null, null);
        for (var row = 0; row < labels.Length; row++)
        {
            var bin = ScoreBins.Of(probabilities[row]);
            counted.Rows[bin] = counted.Rows.GetValueOrDefault(bin) + 1;
            if (labels[row] == 1)
                counted.Positives![bin] = counted.Positives.GetValueOrDefault(bin) + 1;
        }

        return counted;
    }

    /// <summary>Counts predicted numbers.</summary>
    /// <param name="predictions">Of the model.</param>
    /// <param name="labels">The truth.</param>
    /// <param name="edges">Of the baseline's bins.</param>
    public static HeldOutScores OfNumbers(ReadOnlySpan<float> predictions, ReadOnlySpan<double> labels, IReadOnlyList<double> edges)
    {
        var counted = new HeldOutScores([], null, [], []);
        for (var row = 0; row < labels.Length; row++)
        {
            var (bin, error) = (BinOf(predictions[row], edges), predictions[row] - labels[row]);
            counted.Rows[bin] = counted.Rows.GetValueOrDefault(bin) + 1;
            counted.AbsoluteErrors![bin] = counted.AbsoluteErrors.GetValueOrDefault(bin) + Math.Abs(error);
            counted.SquaredErrors![bin] = counted.SquaredErrors.GetValueOrDefault(bin) + (error * error);
        }

        return counted;
    }

    /// <summary>The bin of a number among those of a baseline, where a border belongs to the bin below.</summary>
    public static int BinOf(double number, IReadOnlyList<double> edges)
    {
        var (low, high) = (0, edges.Count);
        while (low < high)
        {
            var middle = (low + high) / 2;
            (low, high) = edges[middle] < number ? (middle + 1, high) : (low, middle);
        }

        return low;
    }
}
