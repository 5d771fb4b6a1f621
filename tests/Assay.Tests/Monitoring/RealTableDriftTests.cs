using Assay.Data.Datasets;
using Assay.Statistics.Drift;
using Assay.Statistics.Profiles;

namespace Assay.Tests.Monitoring;

/// <summary>The alert rule on real tables: rows that were held out are calm, a slice of them is not.</summary>
public sealed class RealTableDriftTests
{
    [Theory]
    [InlineData("telco-churn.csv", "csv", "tenure")]
    [InlineData("adult.parquet", "parquet", "age")]
    [InlineData("bike-hour.csv", "csv", "temp")]
    public void Held_out_rows_are_calm_and_those_from_one_end_of_a_feature_are_not(string file, string format, string feature)
    {
        var table = TableFile.Read(SharedData.Path(file), format, cancel: TestContext.Current.CancellationToken);
        var random = new Random(20);
        bool[] heldOut = [.. Enumerable.Range(0, table.Rows).Select(_ => random.NextDouble() < 0.2)];
        int[] training = [.. Enumerable.Range(0, table.Rows).Where(row => !heldOut[row])];
        int[] live = [.. Enumerable.Range(0, table.Rows).Where(row => heldOut[row])];
        var values = ((NumberColumn)table.Find(feature)!).Values;
        var upper = live.OrderBy(row => values[row]).Skip(live.Length / 2).ToArray();

        var steady = new DriftRule().Drifted(Compare(table, training, live));
        var shifted = new DriftRule().Drifted(Compare(table, training, upper));

        Assert.Empty(steady);
        Assert.Contains(feature, shifted.Select(result => result.Name));
    }

    private static List<DriftResult> Compare(Table table, int[] training, int[] live) =>
        [.. table.Columns.Select(column => column is NumberColumn number
            ? Compare(BaselineBuilder.Numbers(column.Name, [.. training.Select(row => number.Values[row])]), live, (counts, row) => counts.Add(number.Values[row]))
            : Compare(
                BaselineBuilder.Categories(column.Name, [.. training.Select(row => ((TextColumn)column).Values[row])]),
                live,
                (counts, row) => counts.Add(((TextColumn)column).Values[row])))];

    private static DriftResult Compare(Baseline baseline, int[] live, Action<LiveCounts, int> add)
    {
        var counts = new LiveCounts(baseline);
        foreach (var row in live)
            add(counts, row);
        return DriftTest.Compare(baseline, counts.Take());
    }
}
