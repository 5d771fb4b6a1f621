using System.Globalization;
using Assay.Data.Datasets;
using Assay.Governance;
using Assay.Kernel;
using Microsoft.EntityFrameworkCore;

namespace Assay.Data.Lineage;

/// <summary>Versions of datasets. They come from outside, and what came of them is recorded where it was made.</summary>
internal sealed class LineageOfDatasets(AssayDb db, IAccess access, IDatasets datasets) : ILineageSource
{
    public IReadOnlyCollection<LineageKind> Kinds { get; } = [LineageKind.Dataset];

    public async Task<LineageKey?> Find(LineageKey asked, CancellationToken cancel)
    {
        access.Demand(DataPermissions.Read, asked.Name);
        var found = await ShowVersion.Find(datasets, asked.Name, asked.Part!, cancel);
        return asked with { Part = found.Version.Version.ToString(CultureInfo.InvariantCulture) };
    }

    public async Task<IReadOnlyDictionary<LineageKey, LineageNode>> Describe(IReadOnlyList<LineageKey> keys, CancellationToken cancel)
    {
        var reach = access.Reach(DataPermissions.Read);
        var (names, versions, asked) = (keys.Names(LineageKind.Dataset), keys.Versions(LineageKind.Dataset), keys.ToHashSet());
        var rows = await db.DatasetVersions.AsNoTracking().Where(row => names.Contains(row.Dataset) && versions.Contains(row.Version))
            .Select(row => new { row.Dataset, row.Version, row.Digest, row.Rows, row.CreatedAt }).ToListAsync(cancel);
        return rows
            .Select(row => (Row: row, Key: LineageKeys.Version(LineageKind.Dataset, row.Dataset, row.Version)))
            .Where(row => asked.Contains(row.Key))
            .ToDictionary(row => row.Key, row => row.Key.Node(
                reach.Has(row.Row.Dataset), $"{row.Row.Dataset} v{row.Row.Version}",
                string.Create(CultureInfo.InvariantCulture, $"{row.Row.Rows:N0} rows"), row.Row.Digest, row.Row.CreatedAt));
    }

    public Task<IReadOnlyList<LineageLink>> Before(IReadOnlyList<LineageKey> keys, int max, CancellationToken cancel) => Nothing;

    public Task<IReadOnlyList<LineageLink>> After(IReadOnlyList<LineageKey> keys, int max, CancellationToken cancel) => Nothing;

    private static Task<IReadOnlyList<LineageLink>> Nothing => Task.FromResult<IReadOnlyList<LineageLink>>([]);
}
