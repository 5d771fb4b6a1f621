extern alias console;

using Assay.Serving.PredictionLog.Reading;
using console::Assay.Console.Pages.Endpoints;
using console::Assay.Console.Tables;

namespace Assay.Tests.Console;

/// <summary>What a table of the console writes into a file.</summary>
public class ExportTests
{
    [Fact]
    public void Why_a_call_failed_is_exported_though_it_stands_in_the_cell_of_its_outcome()
    {
        var call = new LoggedPrediction(
            "a-1", new(2026, 3, 1, 8, 0, 0, TimeSpan.Zero), "churn", 1, null, null, null, "invalid", 400, "Row 1, column 'age': \"old\" is no number.", "token:1", new(0, 0, 0, 0), 0, []);

        var lines = Csv.Of(LastCalls.Columns, [call]).Split("\r\n");

        Assert.StartsWith("Began,Outcome,Problem,", lines[0], StringComparison.Ordinal);
        Assert.StartsWith("2026-03-01 08:00:00Z,invalid,\"Row 1, column 'age': \"\"old\"\" is no number.\",", lines[1], StringComparison.Ordinal);
        Assert.False(LastCalls.Columns.Single(column => column.Title == "Problem").Stands);
    }
}
