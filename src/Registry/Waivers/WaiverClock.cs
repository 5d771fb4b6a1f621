using Assay.Governance;
using Assay.Kernel;
using Assay.Kernel.Projects;
using Microsoft.EntityFrameworkCore;

namespace Assay.Registry.Waivers;

/// <summary>
/// Notes the end of waivers whose time is up, granted ones and those that nobody decided on. It opens and closes nothing: a
/// waiver stops to count at its hour, whether or not anybody has noted it.
/// </summary>
internal sealed class WaiverClock(IServiceScopeFactory scopes, QuarantineMeter meter, TimeProvider clock, ILogger<WaiverClock> log)
    : PeriodicWork(TimeSpan.FromSeconds(30), clock, log, first: TimeSpan.Zero)
{
    private const string Actor = "system:waivers";

    protected override string Failure => "Waivers whose time is up could not be looked at.";

    protected override Task Turn(CancellationToken cancel) => Tick(cancel);

    /// <summary>Looks at every project once.</summary>
    public async Task Tick(CancellationToken cancel)
    {
        var now = Clock.GetUtcNow();
        await using var outside = scopes.CreateAsyncScope();
        var waivers = outside.ServiceProvider.GetRequiredService<AssayDb>().Waivers.IgnoreQueryFilters([AssayDb.ProjectFilter]).AsNoTracking();
        var due = await waivers
            .Where(row => (row.State == WaiverState.Granted || row.State == WaiverState.Open) && row.ExpiresAt <= now)
            .Select(row => new { row.Id, row.Project }).ToListAsync(cancel);
        foreach (var row in due)
            await Try($"A waiver of project {row.Project} could not be ended.", () => Expire(row.Project, row.Id, cancel), cancel);
        meter.Granted = await waivers.CountAsync(row => row.State == WaiverState.Granted && row.ExpiresAt > now, cancel);
    }

    private async Task Expire(string project, string id, CancellationToken cancel)
    {
        await using var scope = scopes.Enter(project, Actor);
        var db = scope.ServiceProvider.GetRequiredService<AssayDb>();
        var row = await db.Waivers.SingleAsync(each => each.Id == id, cancel);
        row.State = WaiverState.Expired;
        scope.ServiceProvider.GetRequiredService<ILedger>().Append(new WaiverExpired(row.Model, row.Version, row.Id));
        await db.SaveChangesAsync(cancel);
    }
}
