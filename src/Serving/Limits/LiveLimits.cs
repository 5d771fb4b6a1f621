using System.Text.Json;
using Assay.Inference.Predictions;
using Assay.Kernel;
using Assay.Serving.Live;
using Microsoft.EntityFrameworkCore;

namespace Assay.Serving.Limits;

/// <summary>Makes limits hold at endpoints of this process.</summary>
internal sealed class LiveLimits(LimitsMeter meter, TimeProvider clock)
{
    private const long Megabyte = 1 << 20;

    /// <summary>
    /// Holds a target to limits from now on; null frees it. Calls that are under way end by those that they began with. The same
    /// limits as before change nothing, so that no rate, no turn and no kept prediction is forgotten for them.
    /// </summary>
    public void Hold(PredictTarget target, EndpointLimits? limits)
    {
        var former = target.Gate as EndpointGate;
        if (former?.Limits == limits)
            return;
        (target.Gate, target.Bounds) = limits is null ? (null, null) : (new EndpointGate(target, limits, meter, clock, former), Bounds(limits));
        former?.Leave();
    }

    /// <summary>Holds all endpoints to what the database says.</summary>
    public async Task HoldAll(AssayDb db, LiveEndpoints live, CancellationToken cancel)
    {
        foreach (var row in await db.EndpointLimits.IgnoreQueryFilters([AssayDb.ProjectFilter]).AsNoTracking().ToListAsync(cancel))
        {
            var target = live.Open(row.Project, row.Endpoint).Target;
            Hold(target, Read(row.Limits));
            if (target.Gate is EndpointGate { Quotas: { } quotas })
                await db.ReadQuotas(quotas.Today, row.Project, row.Endpoint, cancel);
        }
    }

    public static EndpointLimits Read(string json) => JsonSerializer.Deserialize<EndpointLimits>(json, AssayJson.Options)!;

    private static CallBounds Bounds(EndpointLimits limits) => new(
        limits.BodyBytesMax,
        limits.RowsMax,
        limits.TimeoutMilliseconds is { } milliseconds ? TimeSpan.FromMilliseconds(milliseconds) : null,
        limits.CacheMegabytes is > 0 and var megabytes ? new PredictionCache(megabytes * Megabyte) : null);
}
