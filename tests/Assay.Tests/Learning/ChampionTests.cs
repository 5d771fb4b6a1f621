using Assay.Data.Datasets;
using Assay.Inference.Models;
using Assay.Learning;

namespace Assay.Tests.Learning;

public sealed class ChampionTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_champion_is_measured_on_the_same_rows_and_a_copy_of_it_is_no_better()
    {
        using var workshop = new Workshop();
        var table = Tables.Mixed().Without("amount");
        var first = await workshop.Train(table, Workshop.Ask("churn"), Cancel);
        workshop.Crown();

        var second = await workshop.Train(table, Workshop.Ask("churn") with { Champion = "champion", ChampionDigest = "sha256:ab" }, Cancel);

        Assert.Equal("sha256:ab", workshop.Read<Evaluation>(PackageFiles.Evaluation).Champion!.Digest);
        Assert.Equal(first.Metrics, second.ChampionMetrics);
        Assert.Equal(0, second.Difference!.Difference);
        Assert.False(workshop.Read<Evaluation>(PackageFiles.Evaluation).Champion!.Better);
    }

    [Fact]
    public async Task More_rows_make_a_better_model_and_the_interval_says_so()
    {
        using var workshop = new Workshop();
        var table = Tables.Mixed(rows: 6000).Without("churn").Without("shop");
        await workshop.Train(table.Picked([.. Enumerable.Range(0, 150)]), Workshop.Ask("amount"), Cancel);
        workshop.Crown();

        var outcome = await workshop.Train(table, Workshop.Ask("amount") with { Champion = "champion" }, Cancel);

        Assert.True(outcome.Difference!.Low > 0, $"{outcome.Difference}");
        Assert.True(outcome.Metrics["rmse"] < outcome.ChampionMetrics!["rmse"]);
        Assert.True(workshop.Read<Evaluation>(PackageFiles.Evaluation).Champion!.Better);
    }

    [Fact]
    public async Task The_successor_holds_out_what_the_champion_held_out_even_with_another_seed_and_other_columns()
    {
        using var workshop = new Workshop();
        var table = Tables.Mixed(rows: 800).Without("amount");
        var old = table.Picked([.. Enumerable.Range(0, 600)]);
        await workshop.Train(old, Workshop.Ask("churn"), Cancel);
        var split = workshop.Read<Evaluation>(PackageFiles.Evaluation).Split;
        workshop.Crown();

        // A constant column is screened out, and a new one comes in: neither may move a row to the other side.
        var wider = table with { Columns = [.. table.Columns, new NumberColumn("visits", ColumnKind.Number, [.. Enumerable.Range(0, 800).Select(i => i % 7.0)])] };
        var outcome = await workshop.Train(wider, Workshop.Ask("churn") with { Champion = "champion", Seed = 99 }, Cancel);

        var evaluation = workshop.Read<Evaluation>(PackageFiles.Evaluation);
        Assert.Equal((split.Seed, 99), (evaluation.Split.Seed, evaluation.Seed));
        Assert.Equal(split.Columns, evaluation.Split.Columns);
        Assert.Equal(Split.Holdout(wider, split.Columns, split.Seed).Count(held => held), outcome.HoldoutRows);
        Assert.Contains(outcome.Notes, note => note.Contains("split by seed 20", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_champion_that_answers_another_question_is_not_compared_and_the_note_says_why()
    {
        using var workshop = new Workshop();
        await workshop.Train(Tables.Mixed(rows: 400).Without("churn"), Workshop.Ask("amount"), Cancel);
        workshop.Crown();

        var outcome = await workshop.Train(
            Tables.Mixed(rows: 400).Without("amount"), Workshop.Ask("churn") with { Champion = "champion" }, Cancel);

        Assert.Null(outcome.Difference);
        Assert.Contains(outcome.Notes, note => note.Contains("it predicts 'amount' by regression", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_champion_that_needs_a_column_which_is_gone_is_not_compared()
    {
        using var workshop = new Workshop();
        var table = Tables.Mixed(rows: 400).Without("amount");
        await workshop.Train(table, Workshop.Ask("churn"), Cancel);
        workshop.Crown();

        var outcome = await workshop.Train(table.Without("income"), Workshop.Ask("churn") with { Champion = "champion" }, Cancel);

        Assert.Null(outcome.ChampionMetrics);
        Assert.Contains(outcome.Notes, note => note.Contains("its input 'income' is no number", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_folder_that_is_no_package_is_refused()
    {
        using var workshop = new Workshop();

        var refusal = await Assert.ThrowsAsync<TrainingRefusedException>(() => workshop.Train(
            Tables.Mixed(rows: 400).Without("amount"), Workshop.Ask("churn") with { Champion = "nowhere" }, Cancel));

        Assert.Contains("package to compare with", refusal.Message, StringComparison.Ordinal);
    }
}
