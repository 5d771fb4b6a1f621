using System.Text.Json;
using Assay.Data.Datasets;
using Assay.Inference.Models;
using Assay.Kernel;
using Assay.Learning;
using Assay.Statistics.Profiles;

namespace Assay.Tests.Learning;

public sealed class TrainStepTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_table_becomes_a_whole_package_whose_files_agree()
    {
        using var workshop = new Workshop();

        var outcome = await workshop.Train(Tables.Mixed().Without("amount"), Workshop.Ask("churn"), Cancel);

        Assert.Equal(
            ["MLmodel", "baseline.json", "evaluation.json", "model.onnx", "schema.json"],
            Directory.GetFiles(workshop.Package).Select(Path.GetFileName).Order(StringComparer.Ordinal));
        var schema = workshop.Read<ModelSchema>(PackageFiles.Schema);
        Assert.Equal((ModelTask.Classification, "churn", "probability"), (schema.Task, schema.Label, schema.Output));
        Assert.Equal(["No", "Yes"], schema.Classes!);
        Assert.Equal(["age", "income", "member", "region", "shop"], schema.Inputs.Select(input => input.Name));
        Assert.Equal([false, true, false, true, false], schema.Inputs.Select(input => input.Nullable));
        Assert.Equal(["east's", "north", "south", "wëst"], schema.Inputs[3].Categories!);
        Assert.Equal(300, schema.Inputs[4].Categories!.Count);

        var baseline = workshop.Read<BaselineProfile>(PackageFiles.Baseline);
        Assert.Equal(schema.Inputs.Select(input => input.Name), baseline.Features.Select(feature => feature.Name));
        Assert.Equal(outcome.TrainRows, baseline.Rows);
        Assert.Equal(outcome.TrainRows, baseline.Score.Counts.Sum());

        var evaluation = workshop.Read<Evaluation>(PackageFiles.Evaluation);
        Assert.Equal(outcome.Metrics, evaluation.Metrics);
        Assert.Equal(outcome.HoldoutRows, evaluation.Holdout.Rows);
        Assert.Equal(["age", "churn", "income", "member", "region", "shop"], evaluation.Split.Columns);
        Assert.Equal(["member", "region"], evaluation.Segments!.Select(column => column.Column));
        Assert.Equal(evaluation.Holdout.Rows, evaluation.Segments![0].Groups.Sum(group => group.Rows));
        Assert.All(evaluation.Segments!.SelectMany(column => column.Groups), group => Assert.InRange(group.TruePositive, 0, Math.Min(group.Selected, group.Positive)));
        Assert.Equal(evaluation.Holdout.Rows, evaluation.HeldOut!.Rows.Values.Sum());
        Assert.Equal(evaluation.Segments![0].Groups.Sum(group => group.Positive), evaluation.HeldOut.Positives!.Values.Sum());
        Assert.Contains(outcome.Notes, note => note.Contains("'shop' has 300 different values", StringComparison.Ordinal));
    }

    [Fact]
    public async Task The_leaderboard_has_every_trainer_best_first_and_the_best_is_packaged()
    {
        using var workshop = new Workshop();

        var outcome = await workshop.Train(Tables.Mixed().Without("churn"), Workshop.Ask("amount"), Cancel);

        Assert.Equal(ModelTask.Regression, outcome.Task);
        var heldOut = workshop.Read<Evaluation>(PackageFiles.Evaluation).HeldOut!;
        Assert.Equal(outcome.Metrics["mae"], heldOut.AbsoluteErrors!.Values.Sum() / heldOut.Rows.Values.Sum(), 1e-4 * outcome.Metrics["mae"]);
        Assert.Equal(
            ["fast-tree", "light-gbm", "linear-regression"], outcome.Candidates.Select(candidate => candidate.Trainer).Order());
        Assert.Equal(outcome.Candidates.OrderBy(candidate => candidate.Mean), outcome.Candidates);
        Assert.Equal(outcome.Candidates[0].Trainer, outcome.Trainer);
        Assert.All(outcome.Candidates, candidate => Assert.Equal(("rmse", 5), (candidate.Metric, candidate.FoldMetrics.Count)));
        Assert.All(outcome.Candidates, candidate => Assert.Equal(candidate.FoldMetrics.Average(), candidate.Mean, tolerance: 1e-12));
        Assert.Equal(["mae", "r2", "rmse"], outcome.Metrics.Keys.Order());
        Assert.True(outcome.Metrics["r2"] > 0.6, $"r2 {outcome.Metrics["r2"]}");
        Assert.InRange(outcome.ExportDifference, 0, 1e-5);
    }

    [Fact]
    public async Task A_line_is_learned_from_a_single_number()
    {
        using var workshop = new Workshop();
        var random = new Random(5);
        double[] size = [.. Enumerable.Range(0, 400).Select(_ => random.NextDouble() * 100)];
        double[] price = [.. size.Select(each => 20 + (3 * each) + random.NextDouble())];
        var table = new Table([new NumberColumn("size", ColumnKind.Number, size), new NumberColumn("price", ColumnKind.Number, price)], 400);

        var outcome = await workshop.Train(table, Workshop.Ask("price"), Cancel);

        Assert.DoesNotContain(outcome.Notes, note => note.Contains("takes no part", StringComparison.Ordinal));
        Assert.Equal("linear-regression", outcome.Trainer);
        Assert.InRange(outcome.Metrics["r2"], 0.999, 1);
    }

    [Fact]
    public async Task The_same_data_and_seed_give_the_same_package_byte_for_byte()
    {
        using var first = new Workshop();
        using var second = new Workshop();
        var table = Tables.Mixed().Without("churn");

        await first.Train(table, Workshop.Ask("amount"), Cancel);
        await second.Train(table, Workshop.Ask("amount"), Cancel);

        foreach (var file in Directory.GetFiles(first.Package).Select(Path.GetFileName))
        {
            Assert.True(
                File.ReadAllBytes(Path.Combine(first.Package, file!)).SequenceEqual(File.ReadAllBytes(Path.Combine(second.Package, file!))),
                $"{file} differs.");
        }
    }

    [Fact]
    public async Task Progress_is_json_lines_that_rise_to_a_hundred()
    {
        using var workshop = new Workshop();

        await workshop.Train(Tables.Mixed(rows: 400).Without("amount"), Workshop.Ask("churn") with { Folds = 2 }, Cancel);

        var lines = workshop.Progress.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(line => JsonSerializer.Deserialize<TrainingProgress>(line, AssayJson.Options)!).ToArray();
        Assert.Equal(lines.Select(line => line.Percent).Order(), lines.Select(line => line.Percent));
        Assert.Equal(("done", 100), (lines[^1].Stage, lines[^1].Percent));
        Assert.Equal(6, lines.Count(line => line is { Stage: "cross-validation", Of: 2, Fold: 1 or 2 }));
    }

    [Fact]
    public async Task Rows_without_a_label_are_left_out_with_a_note_but_their_categories_are_known()
    {
        using var workshop = new Workshop();
        var csv = Tables.Mixed(rows: 400).Without("amount").Without("shop").Csv();
        workshop.Put("rows.csv", csv + "40,100,true,mars,\n41,200,true,mars,\n");

        var outcome = await workshop.Train(Workshop.Ask("churn") with { Datasets = [Workshop.File("rows.csv")] }, Cancel);

        Assert.Equal(400, outcome.Rows);
        Assert.Contains(outcome.Notes, note => note.StartsWith("2 rows have no value in 'churn'", StringComparison.Ordinal));
        Assert.Contains("mars", workshop.Read<ModelSchema>(PackageFiles.Schema).Inputs[3].Categories!);
    }

    [Fact]
    public async Task Several_datasets_are_one_table_of_the_columns_that_all_have()
    {
        using var workshop = new Workshop();
        var table = Tables.Mixed(rows: 600).Without("amount");
        workshop.Put("old.csv", table.Picked([.. Enumerable.Range(0, 400)]).Csv());
        workshop.Put("new.csv", table.Picked([.. Enumerable.Range(400, 200)]).Without("shop").Csv());

        var outcome = await workshop.Train(
            Workshop.Ask("churn") with { Datasets = [Workshop.File("old.csv"), Workshop.File("new.csv")] }, Cancel);

        Assert.Equal(600, outcome.Rows);
        Assert.Equal("is not in dataset 'new'", Assert.Single(outcome.ExcludedColumns, column => column.Column == "shop").Reason);
        Assert.Equal(["old", "new"], workshop.Read<Evaluation>(PackageFiles.Evaluation).Datasets.Select(dataset => dataset.Name));
    }

    [Fact]
    public async Task A_cancelled_step_stops_and_leaves_no_half_package()
    {
        using var workshop = new Workshop();
        using var stop = new CancellationTokenSource();
        var training = workshop.Train(Tables.Mixed(rows: 5000).Without("amount"), Workshop.Ask("churn") with { Folds = 20 }, stop.Token);
        while (!workshop.Progress.ToString().Contains("cross-validation", StringComparison.Ordinal) && !training.IsCompleted)
            await Task.Delay(10, Cancel);

        await stop.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => training);
        Assert.Empty(Directory.EnumerateFileSystemEntries(workshop.Output));
    }

    [Fact]
    public async Task What_an_earlier_attempt_left_is_taken_away_even_when_this_one_fails()
    {
        using var workshop = new Workshop();
        Directory.CreateDirectory(workshop.Package);
        Directory.CreateDirectory(workshop.Package + ".unfinished");
        await File.WriteAllTextAsync(Path.Combine(workshop.Output, "result.json"), "{}", Cancel);

        await Assert.ThrowsAsync<TrainingRefusedException>(
            () => workshop.Train(Tables.Mixed(rows: 10), Workshop.Ask("churn"), Cancel));

        Assert.Empty(Directory.EnumerateFileSystemEntries(workshop.Output));
    }

    [Fact]
    public async Task Too_few_rows_say_how_many_are_needed()
    {
        var table = Tables.Mixed(rows: 600);
        var churn = ((TextColumn)table.Find("churn")!).Values;
        int[] yes = [.. Enumerable.Range(0, 600).Where(row => churn[row] == "Yes")], no = [.. Enumerable.Range(0, 600).Except(yes)];

        Assert.Contains("49 have a value in 'churn', and at least 50", await Refusal(table.Picked([.. yes[..20], .. no[..29]])), StringComparison.Ordinal);
        Assert.Contains(
            "19 have 'Yes' in 'churn', and at least 20 of each class", await Refusal(table.Picked([.. yes[..19], .. no[..100]])), StringComparison.Ordinal);
        Assert.Contains(
            "Too few different rows with 'Yes'", await Refusal(table.Picked([.. Enumerable.Repeat(yes[0], 30), .. no[..100]])), StringComparison.Ordinal);
    }

    [Fact]
    public async Task When_every_column_is_left_out_the_reasons_are_told()
    {
        var table = Tables.Mixed(rows: 100);
        var lonely = table with { Columns = [table.Find("churn")!] };
        var identifier = new NumberColumn("row", ColumnKind.Number, [.. Enumerable.Range(1, 100).Select(i => (double)i)]);

        Assert.Contains("no other column", await Refusal(lonely), StringComparison.Ordinal);
        Assert.Contains("'row' is an identifier", await Refusal(table with { Columns = [identifier, table.Find("churn")!] }), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("not json")]
    [InlineData("{\"modelName\":\"m\",\"label\":\"\",\"datasets\":[]}")]
    [InlineData("{\"modelName\":\"m\",\"label\":\"churn\",\"datasets\":[]}")]
    [InlineData("{\"modelName\":\"m\",\"label\":\"churn\",\"folds\":1,\"datasets\":[{\"file\":\"a\",\"format\":\"csv\",\"name\":\"a\",\"version\":1,\"digest\":\"\"}]}")]
    public async Task A_request_that_says_too_little_is_refused(string request)
    {
        using var workshop = new Workshop();
        workshop.Put("request.json", request);

        await Assert.ThrowsAsync<TrainingRefusedException>(() => TrainStep.Run(workshop.Input, workshop.Output, TextWriter.Null, Cancel));
    }

    private static async Task<string> Refusal(Table table)
    {
        using var workshop = new Workshop();
        return (await Assert.ThrowsAsync<TrainingRefusedException>(() => workshop.Train(table, Workshop.Ask("churn"), Cancel))).Message;
    }
}
