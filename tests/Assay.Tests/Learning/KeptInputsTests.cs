using System.Text.Json;
using Assay.Data.Datasets;
using Assay.Inference.Models;
using Assay.Learning;

namespace Assay.Tests.Learning;

public sealed class KeptInputsTests
{
    private static readonly TrainingRequest Unasked = Workshop.Ask("churn") with { Champion = "champion", KeepInputs = true };

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_column_that_callers_do_not_send_is_left_out_and_the_inputs_keep_their_order()
    {
        using var workshop = new Workshop();
        var table = Tables.Mixed(rows: 600).Without("amount");
        await workshop.Train(table, Workshop.Ask("churn"), Cancel);
        var served = workshop.Read<ModelSchema>(PackageFiles.Schema);
        workshop.Crown();

        var visits = new NumberColumn("visits", ColumnKind.Number, [.. Enumerable.Range(0, 600).Select(row => row % 7.0)]);
        var outcome = await workshop.Train(table with { Columns = [visits, .. table.Columns.Reverse()] }, Unasked, Cancel);

        var schema = workshop.Read<ModelSchema>(PackageFiles.Schema);
        Assert.Equal(served.Inputs.Select(input => input.Name), schema.Inputs.Select(input => input.Name));
        Assert.Empty(InputChanges.Between(served, schema));
        Assert.Contains("is not sent to the model in production", Assert.Single(outcome.ExcludedColumns, column => column.Column == "visits").Reason, StringComparison.Ordinal);
        Assert.NotNull(outcome.Difference);
    }

    [Fact]
    public async Task Values_that_no_row_has_any_more_are_still_answered()
    {
        using var workshop = new Workshop();
        var table = Tables.Mixed(rows: 900).Without("amount").Without("shop");
        await workshop.Train(table, Workshop.Ask("churn"), Cancel);
        var served = workshop.Read<ModelSchema>(PackageFiles.Schema);
        workshop.Crown();

        var (income, region) = (((NumberColumn)table.Find("income")!).Values, ((TextColumn)table.Find("region")!).Values);
        var fuller = table.Picked([.. Enumerable.Range(0, 900).Where(row => !double.IsNaN(income[row]) && region[row] is not (null or "south"))]);
        await workshop.Train(fuller, Unasked, Cancel);

        Assert.Empty(InputChanges.Between(served, workshop.Read<ModelSchema>(PackageFiles.Schema)));
        using var model = InferenceModel.Load(file => File.ReadAllBytes(Path.Combine(workshop.Package, file)));
        using var rows = model.Read(JsonSerializer.SerializeToUtf8Bytes(new object?[][] { [40, null, 1, "south"], [40, 1000, 0, null] }));
        Assert.All(model.Predict(rows, Cancel), probability => Assert.InRange(probability, 0, 1));
    }

    [Fact]
    public async Task A_training_that_somebody_asked_for_chooses_its_columns_anew()
    {
        using var workshop = new Workshop();
        var table = Tables.Mixed(rows: 400).Without("amount");
        await workshop.Train(table.Without("income"), Workshop.Ask("churn"), Cancel);
        var served = workshop.Read<ModelSchema>(PackageFiles.Schema);
        workshop.Crown();

        await workshop.Train(table, Unasked with { KeepInputs = false }, Cancel);

        Assert.Equal(["send 'income' (number) as well"], InputChanges.Between(served, workshop.Read<ModelSchema>(PackageFiles.Schema)));
    }

    [Fact]
    public async Task A_column_that_is_missing_of_another_type_or_useless_fails_the_training_by_name()
    {
        using var workshop = new Workshop();
        var table = Tables.Mixed(rows: 400).Without("amount");
        await workshop.Train(table, Workshop.Ask("churn"), Cancel);
        workshop.Crown();
        Table[] unfit =
        [
            table.Without("income"),
            table with { Columns = [.. table.Columns.Select(column => column.Name == "age" ? new TextColumn("age", ColumnKind.Text, [.. ((NumberColumn)column).Values.Select(age => age < 50 ? "young" : "old")]) : column)] },
            table with { Columns = [.. table.Columns.Select(column => column.Name == "member" ? new NumberColumn("member", ColumnKind.Boolean, new double[400]) : column)] },
        ];

        var refusals = new List<string>();
        foreach (var rows in unfit)
            refusals.Add((await Assert.ThrowsAsync<TrainingRefusedException>(() => workshop.Train(rows, Unasked, Cancel))).Message);

        Assert.Contains("'income' is missing", refusals[0], StringComparison.Ordinal);
        Assert.Contains("'age' is a category and was a number", refusals[1], StringComparison.Ordinal);
        Assert.Contains("'member' has the same value in every row", refusals[2], StringComparison.Ordinal);
    }
}
