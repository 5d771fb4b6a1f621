using Assay.Statistics.Estimation;
using Assay.Statistics.Metrics;

namespace Assay.Tests.Statistics;

public sealed class ConfusionTableTests
{
    [Fact]
    public void Measures_agree_with_the_values_that_scikit_learn_publishes()
    {
        // From the documentation of f1_score and of balanced_accuracy_score.
        var scores = Of([0, 1, 2, 0, 1, 2], [0, 2, 1, 0, 0, 1]);
        Assert.Equal(0.266667, scores.MacroF1.Value, 6);
        Assert.Equal(0.266667, scores.WeightedF1.Value, 6);
        Assert.Equal([0.8, 0, 0], scores.Classes.Select(scores.F1));
        Assert.Equal(0.625, Of([0, 1, 0, 0, 1, 0], [0, 1, 0, 0, 0, 1]).BalancedAccuracy.Value, 9);
    }

    [Fact]
    public void A_class_that_was_answered_and_never_true_counts_for_f1_and_not_for_recall()
    {
        var table = Of([0, 0, 1, 1], [0, 2, 1, 1]);
        Assert.Equal(((2.0 / 3) + 1 + 0) / 3, table.MacroF1.Value, 9);
        Assert.Equal(0.75, table.BalancedAccuracy.Value, 9);
    }

    [Fact]
    public void All_right_on_few_rows_is_not_taken_for_certain()
    {
        var table = Of([0, 1, 2, 0, 1, 2], [0, 1, 2, 0, 1, 2]);
        foreach (var measure in new[] { table.Accuracy, table.MacroF1, table.WeightedF1, table.BalancedAccuracy })
        {
            Assert.Equal(1, measure.Value);
            Assert.True(measure.Low < 0.7, $"{measure}");
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Intervals_hold_the_true_value_in_at_least_nineteen_of_twenty_samples(bool cells)
    {
        // Three classes of unequal size, decided rightly in 80, 70 and 60 of a hundred.
        double[] size = [0.6, 0.3, 0.1], right = [0.8, 0.7, 0.6];
        var random = new Random(7);
        var truth = Draw(1_000_000, cells: true);
        var (macro, weighted, balanced) = (0, 0, 0);
        const int Samples = 400;
        for (var sample = 0; sample < Samples; sample++)
        {
            var table = Draw(400, cells);
            macro += Holds(table.MacroF1, truth.MacroF1.Value);
            weighted += Holds(table.WeightedF1, truth.WeightedF1.Value);
            balanced += Holds(table.BalancedAccuracy, truth.BalancedAccuracy.Value);
        }

        Assert.All(new[] { macro, weighted, balanced }, held => Assert.True(held >= 0.93 * Samples, $"{held} of {Samples}"));

        ConfusionTable Draw(int rows, bool cells)
        {
            var (truths, decided) = (new int[rows], new int[rows]);
            for (var row = 0; row < rows; row++)
            {
                var at = random.NextDouble();
                truths[row] = at < size[0] ? 0 : at < size[0] + size[1] ? 1 : 2;
                decided[row] = random.NextDouble() < right[truths[row]] ? truths[row] : (truths[row] + 1 + random.Next(2)) % 3;
            }

            return Of(truths, decided, cells);
        }

        static int Holds(Estimate estimate, double value) => estimate.Low <= value && value <= estimate.High ? 1 : 0;
    }

    private static ConfusionTable Of(int[] truths, int[] decided, bool cells = true) => new(
        truths.CountBy(place => place).ToDictionary(count => count.Key, count => (long)count.Value),
        decided.CountBy(place => place).ToDictionary(count => count.Key, count => (long)count.Value),
        truths.Zip(decided).Where(row => row.First == row.Second).CountBy(row => row.First).ToDictionary(count => count.Key, count => (long)count.Value),
        cells ? truths.Zip(decided).Where(row => row.First != row.Second).CountBy(row => row).ToDictionary(count => count.Key, count => (long)count.Value) : null);
}
