using Assay.Kernel;
using Assay.Registry.Retention;
using Assay.Serving.Rollouts;
using Microsoft.EntityFrameworkCore;

namespace Assay.Serving.Endpoints;

/// <summary>A version that an endpoint serves is needed.</summary>
internal sealed class EndpointUse(AssayDb db) : IVersionUse
{
    public async Task<IReadOnlyList<string>> Uses(string model, int version, CancellationToken cancel)
    {
        var names = await db.Endpoints.Where(row => row.Model == model && row.Version == version).Select(row => row.Name).OrderBy(name => name).ToListAsync(cancel);
        var tried = await db.Rollouts.AsNoTracking().Where(row => row.Model == model && row.Active == true).ToListAsync(cancel);
        return
        [
            .. names.ConvertAll(name => $"The endpoint '{name}' serves it. Deploy another version there, or delete the endpoint first."),
            .. tried.Where(rollout => rollout.Arms.Any(arm => arm.Version == version))
                .Select(rollout => $"A roll-out at the endpoint '{rollout.Endpoint}' tries it. Promote or abort that first."),
        ];
    }
}
