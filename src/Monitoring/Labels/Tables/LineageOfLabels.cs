using System.Globalization;
using Assay.Data.Lineage;
using Assay.Kernel;
using Microsoft.EntityFrameworkCore;

namespace Assay.Monitoring.Labels.Tables;

/// <summary>Datasets that were made of labelled predictions come from the endpoint and from the versions that predicted.</summary>
internal sealed class LineageOfLabels(AssayDb db) : ILineageSource
{
    public IReadOnlyCollection<LineageKind> Kinds { get; } = [];

    public Task<LineageKey?> Find(LineageKey asked, CancellationToken cancel) => Task.FromResult<LineageKey?>(null);

    public Task<IReadOnlyDictionary<LineageKey, LineageNode>> Describe(IReadOnlyList<LineageKey> keys, CancellationToken cancel) =>
        Task.FromResult<IReadOnlyDictionary<LineageKey, LineageNode>>(new Dictionary<LineageKey, LineageNode>());

    public async Task<IReadOnlyList<LineageLink>> Before(IReadOnlyList<LineageKey> keys, int max, CancellationToken cancel)
    {
        var (names, versions, asked) = (keys.Names(LineageKind.Dataset), keys.Versions(LineageKind.Dataset), keys.ToHashSet());
        if (names.Count == 0)
            return [];
        var rows = await db.LabelledDatasets.AsNoTracking().Where(row => names.Contains(row.Dataset) && versions.Contains(row.Version))
            .OrderByDescending(row => row.MadeAt).ThenBy(row => row.ModelVersion).Take(max).ToListAsync(cancel);
        return [.. rows.SelectMany(Links).Where(link => asked.Contains(link.To)).Distinct()];
    }

    public async Task<IReadOnlyList<LineageLink>> After(IReadOnlyList<LineageKey> keys, int max, CancellationToken cancel)
    {
        var (endpoints, models, asked) = (keys.Names(LineageKind.Endpoint), keys.Names(LineageKind.ModelVersion), keys.ToHashSet());
        if (endpoints.Count + models.Count == 0)
            return [];
        var rows = await db.LabelledDatasets.AsNoTracking().Where(row => endpoints.Contains(row.Endpoint) || models.Contains(row.Model))
            .OrderByDescending(row => row.MadeAt).ThenBy(row => row.ModelVersion).Take(max).ToListAsync(cancel);
        return [.. rows.SelectMany(Links).Where(link => asked.Contains(link.From)).Distinct()];
    }

    private static IEnumerable<LineageLink> Links(LabelledDataset row)
    {
        var dataset = LineageKeys.Version(LineageKind.Dataset, row.Dataset, row.Version);
        yield return new(new(LineageKind.Endpoint, row.Endpoint), dataset, "labelled predictions");
        yield return new(
            LineageKeys.Version(LineageKind.ModelVersion, row.Model, row.ModelVersion), dataset,
            string.Create(CultureInfo.InvariantCulture, $"predicted {row.Rows:N0} rows"));
    }
}
