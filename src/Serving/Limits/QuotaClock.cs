using Assay.Kernel;
using Assay.Kernel.Projects;
using Assay.Serving.Live;
using Microsoft.Extensions.Logging;

namespace Assay.Serving.Limits;

/// <summary>
/// Keeps what callers used of their quotas, every two seconds and at the end, so that no start gives them a new day and
/// replicas count together. Without quotas it asks nobody.
/// </summary>
internal sealed class QuotaClock(IServiceScopeFactory scopes, LiveEndpoints live, TimeProvider clock, ILogger<QuotaClock> log)
    : PeriodicWork(TimeSpan.FromSeconds(2), clock, log)
{
    protected override string Failure => "What callers used of quotas could not be kept.";

    /// <inheritdoc/>
    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        await Turn(cancellationToken);
    }

    protected override async Task Turn(CancellationToken cancel)
    {
        foreach (var (project, name) in live.Names())
        {
            if (live.Find(project, name)?.Target.Gate is EndpointGate { Quotas: { } quotas })   // where it fails, memory goes on counting
                await Try($"What callers used of the quotas of endpoint {name} of project {project} could not be kept.", () => Keep(project, name, quotas.Today, cancel), cancel);
        }
    }

    private async Task Keep(string project, string name, UsedDay day, CancellationToken cancel)
    {
        await using var scope = scopes.Enter(project, ServingActors.Serving);
        var db = scope.ServiceProvider.GetRequiredService<AssayDb>();
        if (!day.IsRead)
        {
            await db.ForgetQuotas(day.Date, cancel);
            await db.ReadQuotas(day, project, name, cancel);
        }

        await db.KeepQuotas(day, name, cancel);
    }
}
