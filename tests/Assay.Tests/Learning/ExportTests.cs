using Assay.Data.Datasets;
using Assay.Inference.Models;
using Assay.Learning;
using Assay.Learning.Features;
using Assay.Learning.Labels;
using Assay.Learning.Onnx;
using Assay.Learning.Trainers;
using Microsoft.ML.Data;

namespace Assay.Tests.Learning;

public sealed class ExportTests
{
    private const int Seed = 20;

    public static TheoryData<string, ModelTask, double, double> EveryTrainer() => new()
    {
        { "logistic-regression", ModelTask.Classification, 1, 0 },
        { "fast-tree", ModelTask.Classification, 1, 0 },
        { "light-gbm", ModelTask.Classification, 1, 0 },
        { "linear-regression", ModelTask.Regression, 1, 0 },
        { "fast-tree", ModelTask.Regression, 1, 0 },
        { "light-gbm", ModelTask.Regression, 1, 0 },

        // Hundreds, with many predictions near 0, where single precision would not do; millions; small on a large origin.
        { "linear-regression", ModelTask.Regression, 200, 0 },
        { "fast-tree", ModelTask.Regression, 200, 0 },
        { "light-gbm", ModelTask.Regression, 200, 0 },
        { "linear-regression", ModelTask.Regression, 1e6, 0 },
        { "fast-tree", ModelTask.Regression, 1e6, 0 },
        { "light-gbm", ModelTask.Regression, 1e6, 0 },
        { "linear-regression", ModelTask.Regression, 1, 2000 },
        { "light-gbm", ModelTask.Regression, 1, 2000 },
    };

    [Theory]
    [MemberData(nameof(EveryTrainer))]
    public async Task The_graph_predicts_what_the_trainer_predicts(string name, ModelTask task, double unit, double origin)
    {
        var rows = Rows(Tables.Mixed(unit: unit, origin: origin), task);
        var trainer = AllTrainers.For(task, 1000, Seed).Single(trainer => trainer.Name == name);
        int[] train = [.. Enumerable.Range(0, 1000)], rest = [.. Enumerable.Range(1000, 500)];

        var model = await TrainedModel.Fit(trainer, rows, train, Seed, TestContext.Current.CancellationToken);
        var (graph, output) = OnnxExporter.Export(model, rows);
        using var scorer = new OnnxScorer(graph);
        var expected = model.Predict(rows, rest);
        var actual = scorer.Predict(rows.Features, output, rest);

        Assert.InRange(ExportCheck.Difference(expected, actual), 0, ExportCheck.Tolerance);
        Assert.True(expected.Distinct().Count() > 100, "The model predicts hardly anything, so agreeing means nothing.");
    }

    [Theory]
    [InlineData("probability")]
    [InlineData("concat")]
    [InlineData("it's \"weights\", ünd so")]
    public async Task A_column_may_have_any_name(string name)
    {
        var rows = Rows(Tables.Mixed().Renamed("income", name), ModelTask.Classification);
        int[] all = [.. Enumerable.Range(0, 1500)];

        var model = await TrainedModel.Fit(new LogisticRegression(), rows, all, Seed, TestContext.Current.CancellationToken);
        var (graph, output) = OnnxExporter.Export(model, rows);
        using var scorer = new OnnxScorer(graph);

        Assert.Equal(name == "probability" ? "probability_" : "probability", output);
        Assert.InRange(
            ExportCheck.Difference(model.Predict(rows, all), scorer.Predict(rows.Features, output, all)), 0, ExportCheck.Tolerance);
    }

    [Theory]
    [InlineData("age")]
    [InlineData("income")]
    [InlineData("region")]
    public async Task One_feature_is_enough_of_any_kind(string feature)
    {
        var table = Tables.Mixed();
        var rows = Rows(table with { Columns = [table.Find(feature)!, table.Find("churn")!] }, ModelTask.Classification);
        int[] all = [.. Enumerable.Range(0, 1500)];

        foreach (var trainer in AllTrainers.For(ModelTask.Classification, 1500, Seed))
        {
            var model = await TrainedModel.Fit(trainer, rows, all, Seed, TestContext.Current.CancellationToken);
            var (graph, output) = OnnxExporter.Export(model, rows);
            using var scorer = new OnnxScorer(graph);
            Assert.InRange(
                ExportCheck.Difference(model.Predict(rows, all), scorer.Predict(rows.Features, output, all)), 0, ExportCheck.Tolerance);
        }
    }

    [Fact]
    public void A_difference_is_absolute_up_to_one_and_relative_above_and_never_hidden_by_nan()
    {
        Assert.Equal(0.25, ExportCheck.Difference([0.5f], [0.25f]));
        Assert.Equal(0.01, ExportCheck.Difference([1000], [1010]), tolerance: 1e-9);
        Assert.Equal(double.PositiveInfinity, ExportCheck.Difference([0.5f], [float.NaN]));
    }

    private static LearningRows Rows(Table table, ModelTask task)
    {
        var (name, other) = task == ModelTask.Classification ? ("churn", "amount") : ("amount", "churn");
        var label = Label.Read(table, name, task);
        return new(task, FeatureReader.Read(table, name, [other]).Features, label.Values);
    }
}
