using Assay.Statistics.Metrics;
using FsCheck;
using FsCheck.Fluent;

namespace Assay.Tests.Statistics;

public sealed class MetricsTests
{
    // The example of sklearn.metrics.roc_auc_score's documentation.
    [Fact]
    public void Auc_has_the_known_value() =>
        Assert.Equal(0.75, ClassificationMetrics.Of([0.1f, 0.4f, 0.35f, 0.8f], [false, false, true, true]).Auc);

    [Fact]
    public void Auc_equals_its_definition_over_all_pairs() =>
        Prop.ForAll(Rows(), rows =>
        {
            double wins = 0, pairs = 0;
            foreach (var positive in rows.Where(row => row.Positive))
            {
                foreach (var negative in rows.Where(row => !row.Positive))
                {
                    pairs++;
                    wins += positive.Score > negative.Score ? 1 : positive.Score == negative.Score ? 0.5 : 0;
                }
            }

            var auc = ClassificationMetrics.Of(Scores(rows), Truth(rows)).Auc;
            return pairs == 0 ? double.IsNaN(auc) : Math.Abs(auc - (wins / pairs)) < 1e-12;
        }).QuickCheckThrowOnFailure();

    // The examples of sklearn.metrics.log_loss's and brier_score_loss's documentation.
    [Fact]
    public void Log_loss_and_brier_have_the_known_values()
    {
        Assert.Equal(
            0.21616187468057912,
            ClassificationMetrics.Of([0.9f, 0.1f, 0.2f, 0.65f], [true, false, false, true]).LogLoss,
            tolerance: 1e-7);
        Assert.Equal(
            0.0375, ClassificationMetrics.Of([0.1f, 0.9f, 0.8f, 0.3f], [false, true, true, false]).Brier, tolerance: 1e-7);
    }

    [Fact]
    public void A_sure_mistake_costs_much_and_not_infinitely() =>
        Assert.Equal(23 * Math.Log(2), ClassificationMetrics.Of([1f], [false]).LogLoss, tolerance: 1e-9);

    [Fact]
    public void Decisions_are_counted_at_one_half()
    {
        // Decided: + + + - -, truth: + + - + -
        var metrics = ClassificationMetrics.Of([0.9f, 0.5f, 0.6f, 0.4f, 0.1f], [true, true, false, true, false]);

        Assert.Equal(0.6, metrics.Accuracy);
        Assert.Equal(2.0 / 3, metrics.Precision);
        Assert.Equal(2.0 / 3, metrics.Recall);
        Assert.Equal(2.0 / 3, metrics.F1);
    }

    [Fact]
    public void Without_a_positive_decision_precision_is_zero_and_not_undefined()
    {
        var metrics = ClassificationMetrics.Of([0.1f, 0.2f], [true, false]);

        Assert.Equal((0.0, 0.0, 0.0), (metrics.Precision, metrics.Recall, metrics.F1));
    }

    // The examples of sklearn.metrics.mean_squared_error's, mean_absolute_error's and r2_score's documentation.
    [Fact]
    public void Regression_metrics_have_the_known_values()
    {
        var metrics = RegressionMetrics.Of([2.5f, 0.0f, 2, 8], [3, -0.5, 2, 7]);

        Assert.Equal(Math.Sqrt(0.375), metrics.Rmse, tolerance: 1e-12);
        Assert.Equal(0.5, metrics.Mae, tolerance: 1e-12);
        Assert.Equal(0.9486081370449679, metrics.R2, tolerance: 1e-12);
    }

    [Fact]
    public void Predicting_the_mean_explains_nothing_and_a_constant_truth_can_not_be_explained()
    {
        Assert.Equal(0, RegressionMetrics.Of([2, 2, 2], [1, 2, 3]).R2, tolerance: 1e-12);
        Assert.True(double.IsNaN(RegressionMetrics.Of([1, 2], [5, 5]).R2));
    }

    [Fact]
    public void Rows_that_can_not_be_measured_are_refused()
    {
        Assert.Throws<ArgumentException>(() => ClassificationMetrics.Of([], []));
        Assert.Throws<ArgumentException>(() => ClassificationMetrics.Of([0.5f], [true, false]));
        Assert.Throws<ArgumentException>(() => RegressionMetrics.Of([float.NaN], [1]));
    }

    private static float[] Scores((float Score, bool Positive)[] rows) => [.. rows.Select(row => row.Score)];

    private static bool[] Truth((float Score, bool Positive)[] rows) => [.. rows.Select(row => row.Positive)];

    private static Arbitrary<(float Score, bool Positive)[]> Rows() =>
        Gen.Choose(0, 12).SelectMany(score => Gen.Elements(true, false).Select(positive => (score / 12f, positive)))
            .NonEmptyListOf().Select(rows => rows.ToArray()).ToArbitrary();
}
