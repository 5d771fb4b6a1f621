using Assay.Governance;
using Assay.Kernel;
using Assay.Kernel.Permissions;
using Assay.Kernel.Projects;
using Assay.Registry.Gates;
using Assay.Registry.Policies;
using Assay.Registry.Versions;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Assay.Registry.Approvals;

/// <summary>Does what time brings: reminds of requests that wait, and ends emergencies whose time is up.</summary>
internal sealed class ApprovalClock(
    IServiceScopeFactory scopes, IOptions<ApprovalOptions> options, ApprovalMeter meter, TimeProvider clock, ILogger<ApprovalClock> log)
    : PeriodicWork(TimeSpan.FromSeconds(30), clock, log, first: TimeSpan.Zero)
{
    private const string Actor = "system:approvals";

    protected override string Failure => "Requests and emergencies could not be looked at.";

    protected override Task Turn(CancellationToken cancel) => Tick(cancel);

    /// <summary>Looks at every project once.</summary>
    public async Task Tick(CancellationToken cancel)
    {
        var now = Clock.GetUtcNow();
        await using var outside = scopes.CreateAsyncScope();
        var db = outside.ServiceProvider.GetRequiredService<AssayDb>();
        var oldest = now - TimeSpan.FromHours(options.Value.RemindAfterHours);
        var waiting = await db.ApprovalRequests.IgnoreQueryFilters([AssayDb.ProjectFilter]).AsNoTracking()
            .Where(row => row.State == RequestState.Open && row.RemindedAt == null && row.At < oldest).ToListAsync(cancel);
        foreach (var row in waiting)
            await InProject(row.Project, services => Remind(services, row.Id, now, cancel), cancel);

        var glass = await db.BrokenGlass.IgnoreQueryFilters([AssayDb.ProjectFilter]).AsNoTracking()
            .Where(row => row.EndedAt == null || row.ReviewedAt == null).ToListAsync(cancel);
        foreach (var row in glass.Where(row => row.EndedAt is null && row.Until <= now))
            await InProject(row.Project, services => services.GetRequiredService<EmergencyEnd>().End(row.Id, cancel), cancel);
        meter.Unreviewed = glass.Count(row => row.ReviewedAt is null);
    }

    private Task InProject(string project, Func<IServiceProvider, Task> work, CancellationToken cancel) => Try($"What is due in project {project} could not be done.", async () =>
    {
        await using var scope = scopes.Enter(project, Actor);
        await work(scope.ServiceProvider);
    }, cancel);

    private static async Task Remind(IServiceProvider services, string id, DateTimeOffset now, CancellationToken cancel)
    {
        const int PeopleMax = 50;
        var db = services.GetRequiredService<AssayDb>();
        var row = await db.ApprovalRequests.SingleAsync(each => each.Id == id, cancel);
        var version = await services.GetRequiredService<VersionBook>().Get(row.Model, $"{row.Version}", cancel);
        var policy = await services.GetRequiredService<PolicyBook>().Decisive(row.Stage, cancel);
        var excluded = await services.GetRequiredService<Exclusions>().Of(version, row.Stage, policy.Text, cancel);
        var (check, directory) = (services.GetRequiredService<ApprovalCheck>(), services.GetRequiredService<IDirectory>());
        var people = directory.Holders(RegistryPermissions.Approve, row.Project, row.Model)
            .Where(person => check.WhyNot(version, person, person, policy, excluded) is null)
            .Select(person => person.Id).Take(PeopleMax).ToList();
        row.RemindedAt = now;
        services.GetRequiredService<ILedger>().Append(new ApprovalReminded(row.Model, row.Version, row.Stage, row.Id, people));
        await db.SaveChangesAsync(cancel);
    }
}

/// <summary>Ends an emergency: the version stays when it has its approvals by now, and else falls back.</summary>
internal sealed class EmergencyEnd(AssayDb db, ILedger ledger, VersionBook book, Promotion promotion, StageClearance clearance, TimeProvider clock)
{
    public async Task End(string id, CancellationToken cancel)
    {
        var row = await db.BrokenGlass.SingleAsync(each => each.Id == id, cancel);
        if (row.EndedAt is not null)
            return;
        var version = await book.Get(row.Model, $"{row.Version}", cancel);
        var isThere = version.Stage == row.Stage;
        var kept = isThere && (await promotion.Judge(version, row.Stage, requireBetter: false, cancel)).Passed;
        var former = isThere && !kept ? await Former(row, cancel) : null;

        row.EndedAt = clock.GetUtcNow();
        ledger.Append(new GlassEnded(row.Model, row.Version, row.Id, kept, former?.Version));
        if (former is null)
            await db.SaveChangesAsync(cancel);
        else
            await promotion.FallBack(former, row.Stage, cancel);   // saves all of it together
    }

    // What was let in before must still hold; else the version stays where it is, red, and is not loaded again.
    private async Task<ModelVersion?> Former(BrokenGlass row, CancellationToken cancel) =>
        row.Former is { } number && await book.Find(row.Model, $"{number}", cancel) is { } former && await clearance.WhyNot(former, row.Stage, cancel) is null
            ? former
            : null;
}
