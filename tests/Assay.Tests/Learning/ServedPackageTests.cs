using System.Text.Json;
using Assay.Data.Datasets;
using Assay.Inference.Models;
using Assay.Learning;
using Assay.Statistics.Metrics;

namespace Assay.Tests.Learning;

public sealed class ServedPackageTests
{
    [Fact]
    public async Task Held_out_rows_asked_of_the_engine_give_the_metrics_of_the_evaluation()
    {
        using var workshop = new Workshop();
        var table = Tables.Mixed(rows: 1200).Without("amount");
        var outcome = await workshop.Train(table, Workshop.Ask("churn"), TestContext.Current.CancellationToken);
        var rows = HeldOut(workshop, table);

        var predictions = Ask(workshop, table, rows);

        var churn = ((TextColumn)table.Find("churn")!).Values;
        var metrics = ClassificationMetrics.Of(predictions, Array.ConvertAll(rows, row => churn[row] == "Yes"));
        Assert.Equal(outcome.HoldoutRows, rows.Length);
        Assert.Equal(outcome.Metrics["auc"], metrics.Auc, tolerance: 1e-9);
        Assert.Equal(outcome.Metrics["log_loss"], metrics.LogLoss, tolerance: 1e-9);
    }

    [Fact]
    public async Task A_served_regression_has_the_error_of_the_evaluation()
    {
        using var workshop = new Workshop();
        var table = Tables.Mixed(rows: 1200, unit: 300).Without("churn");
        var outcome = await workshop.Train(table, Workshop.Ask("amount"), TestContext.Current.CancellationToken);
        var rows = HeldOut(workshop, table);

        var predictions = Ask(workshop, table, rows);

        var amount = ((NumberColumn)table.Find("amount")!).Values;
        var metrics = RegressionMetrics.Of(predictions, Array.ConvertAll(rows, row => amount[row]));
        Assert.Equal(outcome.Metrics["rmse"], metrics.Rmse, tolerance: 1e-9);
    }

    private static int[] HeldOut(Workshop workshop, Table table)
    {
        var split = workshop.Read<Evaluation>(PackageFiles.Evaluation).Split;
        return [.. Enumerable.Range(0, table.Rows).Where(row => Split.IsHoldout(table, row, split.Columns, split.Seed))];
    }

    private static float[] Ask(Workshop workshop, Table table, int[] rows)
    {
        using var model = InferenceModel.Load(file => File.ReadAllBytes(Path.Combine(workshop.Package, file)));
        var columns = model.Schema.Inputs.Select(input => table.Find(input.Name)!).ToArray();
        var body = rows.Select(row => columns.Select(column => Cell(column, row)));
        using var read = model.Read(JsonSerializer.SerializeToUtf8Bytes(body));
        return model.Predict(read, TestContext.Current.CancellationToken);
    }

    private static object? Cell(Column column, int row) => column switch
    {
        NumberColumn number => double.IsNaN(number.Values[row]) ? null : number.Values[row],
        _ => ((TextColumn)column).Values[row],
    };
}
