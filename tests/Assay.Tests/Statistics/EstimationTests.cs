using Assay.Statistics.Estimation;
using Assay.Statistics.Metrics;

namespace Assay.Tests.Statistics;

public sealed class EstimationTests
{
    [Theory]
    [InlineData(16, 20, 0.5840, 0.9193)]
    [InlineData(0, 10, 0, 0.2775)]
    [InlineData(81, 263, 0.2553, 0.3662)]   // Newcombe (1998), his first example, method 3
    public void A_share_has_Wilsons_interval(double part, double whole, double low, double high)
    {
        var interval = Estimate.Share(part, whole);

        Assert.Equal((low, high), (Math.Round(interval.Low, 4), Math.Round(interval.High, 4)));
    }

    [Fact]
    public void A_difference_of_shares_has_Newcombes_interval()
    {
        // Newcombe (1998), example (a) of 56 of 70 against 48 of 80, method 10.
        var interval = Estimate.Difference(Estimate.Share(56, 70), Estimate.Share(48, 80));

        Assert.Equal((0.2, 0.0524, 0.3339), (Math.Round(interval.Value, 4), Math.Round(interval.Low, 4), Math.Round(interval.High, 4)));
    }

    [Fact]
    public void An_area_has_the_standard_error_of_Hanley_and_McNeil()
    {
        // Hanley and McNeil (1982): an area of 0.893 of 51 abnormal and 58 normal images has a standard error of 0.032.
        var interval = Estimate.Area(0.893, 51, 58);

        Assert.Equal(0.0325, (interval.High - interval.Low) / 2 / 1.959964, 0.0001);
    }

    [Fact]
    public void The_decision_is_a_border_of_bins_and_their_middles_stand_within()
    {
        Assert.Equal(ScoreBins.FirstPositive, ScoreBins.Of(0.5));
        Assert.Equal(ScoreBins.FirstPositive - 1, ScoreBins.Of(BitConverter.UInt32BitsToSingle(BitConverter.SingleToUInt32Bits(0.5f) - 1)));
        for (var bin = 0; bin < ScoreBins.Count; bin++)
            Assert.Equal(bin, ScoreBins.Of(ScoreBins.Middle(bin)));
        Assert.Equal((0, 0, ScoreBins.Count - 1), (ScoreBins.Of(0), ScoreBins.Of(-1), ScoreBins.Of(1)));
    }

    [Fact]
    public void The_area_by_bins_is_near_that_by_ranks_also_for_a_rare_class()
    {
        var random = new Random(4);
        float[] scores = [.. Enumerable.Range(0, 20_000).Select(_ => (float)(0.02 * Math.Pow(random.NextDouble(), 3)))];
        bool[] positive = [.. scores.Select(score => random.NextDouble() < 20 * score)];
        var (positives, negatives) = (new double[ScoreBins.Count], new double[ScoreBins.Count]);
        for (var row = 0; row < scores.Length; row++)
            (positive[row] ? positives : negatives)[ScoreBins.Of(scores[row])]++;

        Assert.Equal(ClassificationMetrics.Of(scores, positive).Auc, BinnedArea.Of(positives, negatives), 0.005);
    }

    [Fact]
    public void Calibration_rises_and_pools_what_violates_it()
    {
        var calibration = Calibration.Learn(
            new Dictionary<int, long> { [100] = 100, [120] = 50, [140] = 50, [200] = 100 },
            new Dictionary<int, long> { [100] = 10, [120] = 30, [140] = 20, [200] = 90 })!;

        Assert.Equal((0.1, 0.5, 0.9), (calibration.At(0), calibration.At(130), calibration.At(257)));
        Assert.True(Enumerable.Range(1, ScoreBins.Count - 1).All(bin => calibration.At(bin) >= calibration.At(bin - 1)));
        Assert.Null(Calibration.Learn(new Dictionary<int, long> { [100] = 99 }, new Dictionary<int, long> { [100] = 10 }));
        Assert.Null(Calibration.Learn(new Dictionary<int, long> { [100] = 500 }, new Dictionary<int, long>()));
    }

    [Fact]
    public void The_estimate_before_labels_holds_what_labels_show_when_what_is_asked_shifts()
    {
        // Scores are too sure: the truth has half their log-odds. Held-out rows teach that, and live rows are of another mixture.
        var random = new Random(7);
        var inside = 0;
        for (var model = 0; model < 200; model++)
        {
            var heldOut = Draw(random, 2000, 0);
            var calibration = Calibration.Learn(heldOut.Rows, heldOut.Positives!)!;
            var live = Draw(random, 1000, 1.5);
            var right = live.Rows.Sum(bin => bin.Key >= ScoreBins.FirstPositive
                ? live.Positives!.GetValueOrDefault(bin.Key)
                : bin.Value - live.Positives!.GetValueOrDefault(bin.Key));
            var estimate = ConfidenceEstimate.Of(live.Rows, calibration)!.Accuracy;
            inside += estimate.Low <= right / 1000.0 && right / 1000.0 <= estimate.High ? 1 : 0;
            var raw = ConfidenceEstimate.Of(live.Rows, Calibration.Raw)!.Accuracy;
            Assert.True(raw.Value > estimate.Value + 0.02, "Raw scores are too sure, and calibration must take that away.");
        }

        Assert.InRange(inside, 170, 200);
    }

    [Fact]
    public void The_expected_loss_follows_what_is_predicted()
    {
        var random = new Random(5);
        double[] edges = [.. Enumerable.Range(1, 9).Select(edge => (double)edge)];
        float[] predictions = [.. Enumerable.Range(0, 5000).Select(_ => (float)(10 * random.NextDouble()))];
        double[] labels = [.. predictions.Select(prediction => prediction + (prediction * (random.NextDouble() - 0.5)))];
        var heldOut = HeldOutScores.OfNumbers(predictions, labels, edges);

        var small = LossEstimate.Of(new Dictionary<int, long> { [0] = 500, [1] = 500 }, heldOut.Rows, heldOut.AbsoluteErrors!, heldOut.SquaredErrors!)!;
        var large = LossEstimate.Of(new Dictionary<int, long> { [9] = 1000 }, heldOut.Rows, heldOut.AbsoluteErrors!, heldOut.SquaredErrors!)!;

        // The mean absolute error of a prediction p is p / 4.
        Assert.InRange(0.25, small.Low, small.High);
        Assert.InRange(9.5 / 4, large.Low, large.High);
        Assert.Null(LossEstimate.Of(new Dictionary<int, long>(), heldOut.Rows, heldOut.AbsoluteErrors!, heldOut.SquaredErrors!));
    }

    private static HeldOutScores Draw(Random random, int rows, double shift)
    {
        var (scores, labels) = (new float[rows], new double[rows]);
        for (var row = 0; row < rows; row++)
        {
            var odds = shift + (4 * (random.NextDouble() - 0.5));
            scores[row] = (float)(1 / (1 + Math.Exp(-2 * odds)));
            labels[row] = random.NextDouble() < 1 / (1 + Math.Exp(-odds)) ? 1 : 0;
        }

        return HeldOutScores.OfClasses(scores, labels);
    }
}
