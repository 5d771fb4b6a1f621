using System.Text.Json.Serialization;
using Assay.Inference.Models;
using Assay.Statistics.Estimation;

namespace Assay.Monitoring.Performance;

/// <summary>
/// What was predicted and what of it turned out true, as sums: those of any two windows can be added, and what a label added
/// can be taken out again. The bins are those of the score: of <see cref="ScoreBins"/>, or of the version's baseline for a
/// regression.
/// </summary>
internal sealed class PerformanceCounts
{
    private const double LeastProbability = 1.0 / (1 << 23);

    public long Predictions { get; set; }
    public SortedDictionary<int, long> Scores { get; set; } = [];
    public long Labelled { get; set; }

    /// <summary>Labelled rows per bin.</summary>
    public SortedDictionary<int, long> Known { get; set; } = [];

    /// <summary>The positive ones among them.</summary>
    public SortedDictionary<int, long> Positives { get; set; } = [];

    public double LogLoss { get; set; }
    public double LogLossSquares { get; set; }

    /// <summary>Σ (prediction − truth)²; of a classifier the Brier score's sum.</summary>
    public double Squares { get; set; }

    /// <summary>Σ (prediction − truth)⁴, by which the interval of <see cref="Squares"/> is known.</summary>
    public double Fourths { get; set; }

    public double Errors { get; set; }
    public SortedDictionary<int, double> AbsoluteErrors { get; set; } = [];
    public SortedDictionary<int, double> SquaredErrors { get; set; } = [];
    public double Truths { get; set; }
    public double TruthSquares { get; set; }

    /// <summary>Of a model of several classes; its bins are those of the answered class's probability, and <see cref="Positives"/> are right answers.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public ClassCounts? Classes { get; set; }

    /// <summary>Numbers of the business that were posted, where this counts one.</summary>
    public long Numbers { get; set; }
    public double NumberSum { get; set; }
    public double NumberSquares { get; set; }

    /// <summary>Counts a prediction.</summary>
    public void AddPrediction(int bin)
    {
        Predictions++;
        Scores[bin] = Scores.GetValueOrDefault(bin) + 1;
    }

    /// <summary>Counts a label, or takes it out again.</summary>
    /// <param name="task">What the model predicts.</param>
    /// <param name="bin">Of the prediction.</param>
    /// <param name="score">The prediction.</param>
    /// <param name="truth">The label's number.</param>
    /// <param name="sign">1 to count it, −1 to take it out.</param>
    public void AddLabel(ModelTask task, int bin, double score, double truth, int sign)
    {
        Labelled += sign;
        Add(Known, bin, sign);
        var error = score - truth;
        Squares += sign * error * error;
        Fourths += sign * error * error * error * error;
        if (task == ModelTask.Classification)
        {
            if (truth == 1)
                Add(Positives, bin, sign);
            var loss = -Math.Log(Math.Clamp(truth == 1 ? score : 1 - score, LeastProbability, 1 - LeastProbability));
            LogLoss += sign * loss;
            LogLossSquares += sign * loss * loss;
            return;
        }

        Errors += sign * error;
        AbsoluteErrors[bin] = AbsoluteErrors.GetValueOrDefault(bin) + (sign * Math.Abs(error));
        SquaredErrors[bin] = SquaredErrors.GetValueOrDefault(bin) + (sign * error * error);
        Truths += sign * truth;
        TruthSquares += sign * truth * truth;
    }

    /// <summary>Counts an answer of several classes.</summary>
    /// <param name="place">Of the class.</param>
    /// <param name="probability">Of the class; NaN where it isn't known.</param>
    /// <param name="probabilities">Of every class; null where they aren't known.</param>
    public void AddAnswer(int place, float probability, IReadOnlyList<float>? probabilities = null)
    {
        (Classes ??= new()).AddAnswer(place, probabilities);
        if (float.IsNaN(probability))
            Predictions++;
        else
            AddPrediction(ScoreBins.Of(probability));
    }

    /// <summary>Counts the label of an answer of several classes, or takes it out again.</summary>
    /// <param name="places">Of the class that was true, and of the one that was answered.</param>
    /// <param name="score">Its probability; null where it isn't known.</param>
    /// <param name="probabilities">Of every class; null where they aren't known.</param>
    /// <param name="sign">1 to count it, −1 to take it out.</param>
    public void AddLabel((int Truth, int Decided) places, double? score, IReadOnlyList<float>? probabilities, int sign)
    {
        var (truth, decided) = places;
        Labelled += sign;
        var isWeighed = truth != ClassCounts.Unknown && probabilities is not null;
        (Classes ??= new()).AddLabel(truth, decided, isWeighed, sign);
        if (score is { } probability)
        {
            Add(Known, ScoreBins.Of(probability), sign);
            if (truth == decided)
                Add(Positives, ScoreBins.Of(probability), sign);
        }

        if (!isWeighed)
            return;
        var loss = -Math.Log(Math.Clamp(probabilities![truth], LeastProbability, 1 - LeastProbability));
        LogLoss += sign * loss;
        LogLossSquares += sign * loss * loss;
        var square = 0.0;
        for (var place = 0; place < probabilities.Count; place++)
            square += Math.Pow(probabilities[place] - (place == truth ? 1 : 0), 2);
        Squares += sign * square;
        Fourths += sign * square * square;
    }

    /// <summary>Counts a number of the business, or takes it out again.</summary>
    public void AddNumber(double value, int sign)
    {
        Numbers += sign;
        NumberSum += sign * value;
        NumberSquares += sign * value * value;
    }

    /// <summary>Adds the sums of another.</summary>
    public void Add(PerformanceCounts other)
    {
        Predictions += other.Predictions;
        Labelled += other.Labelled;
        Add(Scores, other.Scores);
        Add(Known, other.Known);
        Add(Positives, other.Positives);
        Add(AbsoluteErrors, other.AbsoluteErrors);
        Add(SquaredErrors, other.SquaredErrors);
        if (other.Classes is { } classes)
            (Classes ??= new()).Add(classes);
        (LogLoss, LogLossSquares) = (LogLoss + other.LogLoss, LogLossSquares + other.LogLossSquares);
        (Squares, Fourths) = (Squares + other.Squares, Fourths + other.Fourths);
        (Errors, Truths, TruthSquares) = (Errors + other.Errors, Truths + other.Truths, TruthSquares + other.TruthSquares);
        (Numbers, NumberSum, NumberSquares) = (Numbers + other.Numbers, NumberSum + other.NumberSum, NumberSquares + other.NumberSquares);
    }

    private static void Add(SortedDictionary<int, long> sums, int bin, int sign)
    {
        var sum = sums.GetValueOrDefault(bin) + sign;
        if (sum == 0)
            sums.Remove(bin);
        else
            sums[bin] = sum;
    }

    private static void Add(SortedDictionary<int, long> sums, SortedDictionary<int, long> others)
    {
        foreach (var (bin, count) in others)
        {
            var sum = sums.GetValueOrDefault(bin) + count;
            if (sum == 0)
                sums.Remove(bin);
            else
                sums[bin] = sum;
        }
    }

    private static void Add(SortedDictionary<int, double> sums, SortedDictionary<int, double> others)
    {
        foreach (var (bin, value) in others)
            sums[bin] = sums.GetValueOrDefault(bin) + value;
    }
}
