using System.Globalization;
using Assay.Data;
using Assay.Data.Datasets;
using Assay.Monitoring.Reports;

namespace Assay.Monitoring.DatasetMonitors;

/// <summary>
/// Draws rows of versions of a dataset into tables. So many at most that a comparison takes the same memory and time however long
/// a version is: it is made beside requests, which must not notice.
/// </summary>
internal sealed class VersionTables(IDatasets datasets)
{
    private const int CellsMax = 1_000_000;   // of each side
    private const int RowsMax = 20_000;
    private const int RowsMin = 200;

    /// <summary>The table, how many rows were drawn from, and why there is none.</summary>
    public async Task<(NamedTable? Table, string? Note, string? Trouble)> Draw(string dataset, IReadOnlyList<int> versions, IReadOnlySet<string> ignored, CancellationToken cancel)
    {
        List<DatasetVersionDetail> found = [];
        foreach (var version in versions)
        {
            if (await datasets.Find(dataset, version, cancel) is not { } detail)
                return (null, null, $"Version {version} of {dataset} is not there any more.");
            found.Add(detail);
        }

        // Of several versions the columns that all have, of the kind that the newest one has.
        List<ColumnProfile> columns = [.. found[0].Profile.Where(column => !ignored.Contains(column.Name)
            && found.TrueForAll(each => each.Profile.Any(other => other.Name == column.Name && other.Kind == column.Kind)))];
        if (columns.Count == 0)
            return (null, null, $"{Name(dataset, versions)} has no column to compare.");
        var wanted = Math.Clamp(CellsMax / columns.Count, RowsMin, RowsMax);
        var all = Math.Max(1, found.Sum(each => each.Version.Rows));
        var (rows, read) = (new List<IReadOnlyList<string?>>(), 0L);
        foreach (var each in found)
        {
            var part = (int)Math.Ceiling((double)wanted * each.Version.Rows / all);
            if (part == 0)
                continue;
            if (await datasets.Sample(dataset, each.Version.Version, [.. columns.Select(column => column.Name)], part, cancel) is not { } sample)
                return (null, null, $"The rows of version {each.Version.Version} of {dataset} are not there any more.");
            read += sample.Read;
            rows.AddRange(sample.Rows);
        }

        var table = new Table([.. columns.Select((column, place) => Make(column, rows, place))], rows.Count);
        var note = rows.Count == all ? null : string.Create(
            CultureInfo.InvariantCulture,
            $"Of {Name(dataset, versions)} {rows.Count:N0} rows were drawn of {(read < all ? $"the first {read:N0} of " : "")}{all:N0}: what only a few of the others have is not seen.");
        return (new(Name(dataset, versions), table), note, null);
    }

    private static string Name(string dataset, IReadOnlyList<int> versions) =>
        $"{dataset}, {(versions.Count == 1 ? "version" : "versions")} {string.Join(", ", versions)}";

    private static Column Make(ColumnProfile column, List<IReadOnlyList<string?>> rows, int place) => column.Kind is ColumnKind.Number or ColumnKind.Boolean
        ? new NumberColumn(column.Name, column.Kind, [.. rows.Select(row => double.TryParse(row[place], NumberStyles.Float, CultureInfo.InvariantCulture, out var number) ? number : double.NaN)])
        : new TextColumn(column.Name, column.Kind, [.. rows.Select(row => row[place])]);
}
