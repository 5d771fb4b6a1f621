using Assay.Data.Datasets;
using Assay.Inference.Models;
using Assay.Learning;

namespace Assay.Tests.Learning;

/// <summary>What a retraining is judged by: the recent rows, and what no model reaches.</summary>
public sealed class RecentRowsTests
{
    private const string Label = "amount";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_candidate_is_compared_with_the_champion_on_the_held_out_rows_of_the_last_dataset()
    {
        using var workshop = new Workshop();
        var recent = Line(slope: -1, rows: 1500, seed: 2);
        var outcome = await Retrain(workshop, recent);

        var evaluation = workshop.Read<Evaluation>(PackageFiles.Evaluation);
        var held = Split.Holdout(recent, evaluation.Split.Columns, evaluation.Split.Seed).Count(isHeld => isHeld);
        Assert.Equal(("recent", held), (evaluation.Champion!.Recent, evaluation.Champion.Rows));
        Assert.True(held < outcome.HoldoutRows);
        Assert.True(evaluation.Champion.Better, $"{evaluation.Champion.Difference}");
    }

    [Fact]
    public async Task With_few_recent_rows_all_that_are_held_out_decide_and_a_note_says_so()
    {
        using var workshop = new Workshop();
        var outcome = await Retrain(workshop, Line(slope: -1, rows: 100, seed: 2));

        var comparison = workshop.Read<Evaluation>(PackageFiles.Evaluation).Champion!;
        Assert.Equal((null, outcome.HoldoutRows), (comparison.Recent, comparison.Rows));
        Assert.Contains(outcome.Notes, note => note.Contains("too few to tell", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_model_that_the_last_value_beats_is_told_so()
    {
        using var workshop = new Workshop();
        var slow = Rows(400, seed: 1, (_, row) => row / 10.0);

        var outcome = await workshop.Train(slow, Workshop.Ask(Label), Cancel);

        var baselines = workshop.Read<Evaluation>(PackageFiles.Evaluation).Baselines!.ToDictionary(each => each.Name, each => each.Metrics["rmse"]);
        Assert.Equal(0.1, baselines["last value"], 0.05);
        Assert.InRange(baselines["constant"], 8, 15);   // the spread of the label: 40 / √12
        Assert.Contains(outcome.Notes, note => note.StartsWith("Without a model, the last value", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_model_that_beats_what_needs_no_model_gets_no_such_note()
    {
        using var workshop = new Workshop();
        var outcome = await workshop.Train(Line(slope: 1, rows: 600, seed: 1), Workshop.Ask(Label), Cancel);

        Assert.DoesNotContain(outcome.Notes, note => note.StartsWith("Without a model", StringComparison.Ordinal));
    }

    private static async Task<TrainingOutcome> Retrain(Workshop workshop, Table recent)
    {
        var first = Line(slope: 1, rows: 600, seed: 1);
        await workshop.Train(first, Workshop.Ask(Label), Cancel);
        workshop.Crown();
        workshop.Put("first.csv", first.Csv());
        workshop.Put("recent.csv", recent.Csv());
        return await workshop.Train(
            Workshop.Ask(Label) with { Datasets = [Workshop.File("first.csv"), Workshop.File("recent.csv")], Champion = "champion", CompareOnLast = true }, Cancel);
    }

    private static Table Line(double slope, int rows, int seed) => Rows(rows, seed, (amount, _) => slope * amount);

    private static Table Rows(int rows, int seed, Func<double, int, double> label)
    {
        var table = Tables.Mixed(rows, seed).Without("churn").Without("shop");
        return table with
        {
            Columns = [.. table.Columns.Select(Column (column) => column is NumberColumn { Name: Label } amount
                ? amount with { Values = [.. amount.Values.Select(label)] }
                : column)],
        };
    }
}
