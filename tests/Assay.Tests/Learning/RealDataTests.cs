using Assay.Inference.Models;
using Assay.Learning;

namespace Assay.Tests.Learning;

public sealed class RealDataTests
{
    [Fact]
    public async Task Churn_is_predicted_with_an_auc_of_083()
    {
        using var workshop = new Workshop();
        var outcome = await Train(workshop, "telco-churn.csv", "churn");

        Assert.True(outcome.Metrics["auc"] >= 0.83, $"auc {outcome.Metrics["auc"]}");
        Assert.Equal(["rownames"], outcome.ExcludedColumns.Select(column => column.Column));
        Assert.Equal(7043, outcome.Rows);
        Assert.InRange(outcome.ExportDifference, 0, 1e-5);
    }

    [Fact]
    public async Task Rentals_are_predicted_without_the_columns_that_give_them_away()
    {
        using var workshop = new Workshop();
        var outcome = await Train(workshop, "bike-hour.csv", "cnt");

        Assert.Equal(ModelTask.Regression, outcome.Task);
        Assert.Equal(["instant", "dteday", "casual", "registered"], outcome.ExcludedColumns.Select(column => column.Column));
        Assert.True(outcome.Metrics["r2"] > 0.9, $"r2 {outcome.Metrics["r2"]}");
        Assert.InRange(outcome.ExportDifference, 0, 1e-5);
    }

    [Fact]
    public async Task Incomes_are_predicted_from_parquet_with_missing_categories()
    {
        using var workshop = new Workshop();
        var outcome = await Train(workshop, "adult.parquet", "class");

        Assert.True(outcome.Metrics["auc"] >= 0.92, $"auc {outcome.Metrics["auc"]}");
        var schema = workshop.Read<ModelSchema>(PackageFiles.Schema);
        Assert.Equal(["<=50K", ">50K"], schema.Classes!);
        Assert.Equal(
            ["workclass", "occupation", "native-country"], schema.Inputs.Where(input => input.Nullable).Select(input => input.Name));
    }

    private static Task<TrainingOutcome> Train(Workshop workshop, string file, string label)
    {
        workshop.Copy(SharedData.Path(file));
        return workshop.Train(Workshop.Ask(label) with { Datasets = [Workshop.File(file)] }, TestContext.Current.CancellationToken);
    }
}
