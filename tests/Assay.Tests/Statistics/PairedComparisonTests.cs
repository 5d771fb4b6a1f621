using Assay.Statistics.Metrics;

namespace Assay.Tests.Statistics;

public sealed class PairedComparisonTests
{
    [Fact]
    public void DeLongs_interval_equals_its_definition_over_all_pairs()
    {
        var random = new Random(1);
        var (candidate, champion, truth) = Classified(random, 60, quality: 1, otherQuality: 0.5);

        var result = PairedComparison.Auc(candidate, champion, truth);

        var (difference, deviation) = ByDefinition(candidate, champion, truth);
        Assert.Equal(difference, result.Difference, tolerance: 1e-12);
        Assert.Equal(difference - (1.959963984540054 * deviation), result.Low, tolerance: 1e-12);
        Assert.Equal(difference + (1.959963984540054 * deviation), result.High, tolerance: 1e-12);
    }

    [Fact]
    public void The_auc_interval_holds_the_true_difference_about_19_times_of_20()
    {
        var random = new Random(2);
        var held = 0;
        for (var trial = 0; trial < 400; trial++)
        {
            // Both are equally good, so the true difference is 0.
            var (candidate, champion, truth) = Classified(random, 300, quality: 1, otherQuality: 1);
            var result = PairedComparison.Auc(candidate, champion, truth);
            held += result.Low <= 0 && result.High >= 0 ? 1 : 0;
        }

        // 380 expected, deviation 4.4.
        Assert.InRange(held, 362, 395);
    }

    [Fact]
    public void A_model_is_no_better_than_itself()
    {
        var (scores, _, truth) = Classified(new Random(3), 100, 1, 1);

        Assert.Equal(new PairedDifference(0, 0, 0), PairedComparison.Auc(scores, scores, truth));
    }

    [Fact]
    public void A_better_classifier_is_surely_better()
    {
        var (candidate, champion, truth) = Classified(new Random(4), 1400, quality: 2, otherQuality: 0.7);

        var result = PairedComparison.Auc(candidate, champion, truth);

        Assert.InRange(result.Low, 0.05, result.Difference);
        Assert.True(PairedComparison.Auc(champion, candidate, truth).High < 0);
    }

    [Fact]
    public void A_smaller_error_is_a_positive_difference()
    {
        var random = new Random(5);
        double[] truth = [.. Enumerable.Range(0, 1000).Select(i => i / 10.0)];
        float[] good = [.. truth.Select(value => (float)(value + random.NextDouble() - 0.5))];
        float[] bad = [.. truth.Select(value => (float)(value + (4 * random.NextDouble()) - 2))];

        var result = PairedComparison.Rmse(good, bad, truth);

        // Uniform errors over widths 1 and 4: 4/√12 − 1/√12.
        Assert.Equal(3 / Math.Sqrt(12), result.Difference, tolerance: 0.05);
        Assert.InRange(result.Low, 0.7, result.Difference);
        Assert.InRange(result.High, result.Difference, 1.0);
        Assert.Equal(result, PairedComparison.Rmse(good, bad, truth));
    }

    [Fact]
    public void One_row_of_a_class_is_too_little_to_compare() =>
        Assert.Throws<ArgumentException>(() => PairedComparison.Auc([0.1f, 0.2f, 0.3f], [0.1f, 0.2f, 0.3f], [true, false, false]));

    private static (float[] Candidate, float[] Champion, bool[] Truth) Classified(
        Random random, int rows, double quality, double otherQuality)
    {
        bool[] truth = [.. Enumerable.Range(0, rows).Select(_ => random.NextDouble() < 0.4)];
        return (Score(quality), Score(otherQuality), truth);

        // Rounded, so that there are ties.
        float[] Score(double separation) =>
            [.. truth.Select(positive => MathF.Round((float)((positive ? separation : 0) + Normal()), 1))];

        double Normal() => Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
    }

    /// <summary>Structural components V10 and V01 of DeLong's paper, written down pair by pair.</summary>
    private static (double Difference, double Deviation) ByDefinition(float[] candidate, float[] champion, bool[] truth)
    {
        int[] positives = [.. Enumerable.Range(0, truth.Length).Where(row => truth[row])];
        int[] negatives = [.. Enumerable.Range(0, truth.Length).Where(row => !truth[row])];
        double[] onPositives = [.. positives.Select(p => negatives.Average(n => Kernel(p, n)))];
        double[] onNegatives = [.. negatives.Select(n => positives.Average(p => Kernel(p, n)))];
        return (onPositives.Average(), Math.Sqrt(
            (Variance(onPositives) / positives.Length) + (Variance(onNegatives) / negatives.Length)));

        double Kernel(int p, int n) => Win(candidate[p], candidate[n]) - Win(champion[p], champion[n]);
        static double Win(float x, float y) => x > y ? 1 : x == y ? 0.5 : 0;
        static double Variance(double[] values) =>
            values.Sum(value => Math.Pow(value - values.Average(), 2)) / (values.Length - 1);
    }
}
