using Assay.Inference.Models;
using Assay.Learning;
using Assay.Learning.Features;
using Assay.Learning.Labels;
using Assay.Learning.Selection;
using Assay.Learning.Trainers;
using Microsoft.ML;

namespace Assay.Tests.Learning;

public sealed class FailingTrainerTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task It_takes_no_part_and_the_reason_is_kept()
    {
        var ranking = await Selection().Rank([new Failing(), new LinearRegression()], (_, _) => { }, Cancel);

        Assert.Equal(["linear-regression"], ranking.Standings.Select(standing => standing.Trainer.Name));
        Assert.Equal("failing could not fit these rows and takes no part: It diverges.", Assert.Single(ranking.Failed).ToString());
    }

    [Fact]
    public async Task When_the_best_fails_on_all_rows_the_next_one_is_taken()
    {
        var ranking = await Selection().Rank([new LinearRegression(), new FastTree(ModelTask.Regression, 300, 1)], (_, _) => { }, Cancel);

        var left = ranking.WithoutBest("It diverges.");

        Assert.Equal([ranking.Standings[1]], left.Standings);
        Assert.Equal([new FailedTrainer(ranking.Standings[0].Trainer.Name, "It diverges.")], left.Failed);
    }

    [Fact]
    public async Task When_all_fail_the_training_is_refused_with_what_each_said()
    {
        var refused = await Assert.ThrowsAsync<TrainingRefusedException>(() => Selection().Rank([new Failing()], (_, _) => { }, Cancel));

        Assert.Equal("No trainer can learn from these rows. failing could not fit these rows and takes no part: It diverges.", refused.Message);
    }

    private static CrossValidation Selection()
    {
        var table = Tables.Mixed(rows: 300);
        var label = Label.Read(table, "amount", ModelTask.Regression);
        var rows = new LearningRows(ModelTask.Regression, FeatureReader.Read(table, "amount", ["churn", "shop"]).Features, label.Values);
        int[] train = [.. Enumerable.Range(0, 300)];
        return new(rows, train, Array.ConvertAll(train, row => row % 2), folds: 2, seed: 1);
    }

    private sealed class Failing : ITrainer
    {
        public string Name => "failing";

        public IReadOnlyDictionary<string, string> Parameters { get; } = new Dictionary<string, string>();

        public bool Scales => false;

        public Fitted Fit(MLContext context, IDataView rows) => throw new InvalidOperationException("It diverges.");
    }
}
