using System.Globalization;
using Assay.Data.Lineage;
using Assay.Governance;
using Assay.Kernel;
using Assay.Serving.Rollouts;
using Microsoft.EntityFrameworkCore;

namespace Assay.Serving.Endpoints;

/// <summary>Endpoints: the version that each serves, and those that a roll-out tries there.</summary>
internal sealed class LineageOfEndpoints(AssayDb db, IAccess access) : ILineageSource
{
    public IReadOnlyCollection<LineageKind> Kinds { get; } = [LineageKind.Endpoint];

    public async Task<LineageKey?> Find(LineageKey asked, CancellationToken cancel)
    {
        access.Demand(ServingPermissions.Read, asked.Name);
        return await db.Endpoints.AnyAsync(row => row.Name == asked.Name, cancel) ? asked : null;
    }

    public async Task<IReadOnlyDictionary<LineageKey, LineageNode>> Describe(IReadOnlyList<LineageKey> keys, CancellationToken cancel)
    {
        var (reach, names) = (access.Reach(ServingPermissions.Read), keys.Names(LineageKind.Endpoint));
        var rows = await db.Endpoints.AsNoTracking().Where(row => names.Contains(row.Name)).ToListAsync(cancel);
        return rows
            .Select(row => (Row: row, Key: new LineageKey(LineageKind.Endpoint, row.Name)))
            .ToDictionary(row => row.Key, row => row.Key.Node(reach.Has(row.Row.Name), row.Row.Name, $"serves {row.Row.Target}", at: row.Row.UpdatedAt));
    }

    public async Task<IReadOnlyList<LineageLink>> Before(IReadOnlyList<LineageKey> keys, int max, CancellationToken cancel)
    {
        var names = keys.Names(LineageKind.Endpoint);
        if (names.Count == 0)
            return [];
        return await Links(db.Endpoints.Where(row => names.Contains(row.Name)), db.Rollouts.Where(row => names.Contains(row.Endpoint)), max, cancel);
    }

    public async Task<IReadOnlyList<LineageLink>> After(IReadOnlyList<LineageKey> keys, int max, CancellationToken cancel)
    {
        var (models, asked) = (keys.Names(LineageKind.ModelVersion), keys.ToHashSet());
        if (models.Count == 0)
            return [];
        var links = await Links(db.Endpoints.Where(row => models.Contains(row.Model)), db.Rollouts.Where(row => models.Contains(row.Model)), max, cancel);
        return links.FindAll(link => asked.Contains(link.From));
    }

    private static async Task<List<LineageLink>> Links(IQueryable<ModelEndpoint> endpoints, IQueryable<Rollout> rollouts, int max, CancellationToken cancel)
    {
        var served = await endpoints.AsNoTracking().Where(row => row.Version > 0).OrderBy(row => row.Name).Take(max).ToListAsync(cancel);
        var tried = await rollouts.AsNoTracking().Where(row => row.Active == true).OrderBy(row => row.Endpoint).Take(max).ToListAsync(cancel);
        return
        [
            .. served.Select(row => Link(row.Model, row.Version, row.Name, "served at")),
            .. tried.SelectMany(rollout => rollout.Arms.Select(arm => Link(
                rollout.Model, arm.Version, rollout.Endpoint, string.Create(CultureInfo.InvariantCulture, $"tried as {arm.Arm} at")))),
        ];
    }

    private static LineageLink Link(string model, int version, string endpoint, string label) =>
        new(LineageKeys.Version(LineageKind.ModelVersion, model, version), new(LineageKind.Endpoint, endpoint), label);
}
