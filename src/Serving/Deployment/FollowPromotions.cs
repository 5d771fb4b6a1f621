using System.Collections.Concurrent;
using Assay.Governance;
using Assay.Kernel;
using Assay.Kernel.Projects;
using Assay.Kernel.Refusals;
using Assay.Registry;
using Assay.Serving.Endpoints;
using Assay.Serving.Limits;
using Assay.Serving.Live;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Assay.Serving.Deployment;

/// <summary>
/// Loads every endpoint at start, several at a time, and then reads the ledger: when a model was promoted, the endpoints that follow it get
/// the new version, at once or by a roll-out. Reading an event twice does no harm, and what happened while nobody read is found by the loading.
/// </summary>
internal sealed class FollowPromotions(IServiceScopeFactory scopes, ILedgerFeed feed, LiveEndpoints live, LiveLimits limits, TimeProvider clock, ILogger<FollowPromotions> log)
    : BackgroundService
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    private readonly ConcurrentDictionary<(string Project, string Endpoint), Promotion> _promotions = new();   // the newest of each endpoint's model
    private bool _limited;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await Task.Yield();   // the host starts without waiting for the models
        await using var refreshes = new Refreshes(Refresh, clock, log);
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                var next = await feed.Size(stoppingToken);   // before loading, so that no promotion falls between
                await LoadAll(refreshes, stoppingToken);
                await foreach (var entry in feed.Follow(next, stoppingToken))
                    await Read(entry, refreshes, stoppingToken);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception problem)   // of the database, for as long as it lasts: what answers goes on answering
            {
                log.LogError(problem, "Endpoints can't follow the ledger. They go on with the models that they have, and try again.");
                await Task.Delay(Pause, clock, stoppingToken);
            }
        }
    }

    private async Task LoadAll(Refreshes refreshes, CancellationToken cancel)
    {
        List<ModelEndpoint> rows;
        await using (var scope = scopes.CreateAsyncScope())
        {
            var db = scope.ServiceProvider.GetRequiredService<AssayDb>();
            rows = await db.Endpoints.IgnoreQueryFilters([AssayDb.ProjectFilter]).AsNoTracking().ToListAsync(cancel);
            if (!_limited)
                await limits.HoldAll(db, live, cancel);   // before anybody is answered, and once: later each change holds as it is made
            _limited = true;
        }

        foreach (var row in rows)
            live.Open(row.Project, row.Name);
        live.AllAreKnown();
        foreach (var row in rows)
            refreshes.Ask(row.Project, row.Name, cancel);
    }

    private async Task Read(LedgerEntry entry, Refreshes refreshes, CancellationToken cancel)
    {
        if (entry.Type != ModelPromoted.EventType || entry.Project is null)
            return;
        var model = entry.Data.GetProperty("model").GetString();
        List<string> names;
        await using (var scope = Enter(entry.Project))
        {
            names = await scope.ServiceProvider.GetRequiredService<AssayDb>().Endpoints
                .Where(row => row.Model == model).Select(row => row.Name).ToListAsync(cancel);
        }

        foreach (var name in names)
        {
            _promotions[(entry.Project, name)] = new(entry.Data.GetProperty("digest").GetString()!, entry.At);
            refreshes.Ask(entry.Project, name, cancel);
        }
    }

    private async Task Refresh(string project, string name, CancellationToken cancel)
    {
        try
        {
            await Bring(project, name, cancel);
        }
        catch (Exception) when (!cancel.IsCancellationRequested)
        {
            // Where something answers, or a reason stands already, nothing better can be said.
            if (live.Find(project, name) is { State: EndpointState.Loading } loading)
                loading.Fail("Its version could not be brought here yet, for a reason that is not the model's, such as a database or files that are away. The server's log says which. It is tried again.");
            throw;
        }
    }

    /// <summary>Brings an endpoint to the version that its target names now.</summary>
    private async Task Bring(string project, string name, CancellationToken cancel)
    {
        await using var scope = Enter(project);
        var deployer = scope.ServiceProvider.GetRequiredService<Deployer>();
        using var turn = await deployer.TakeTurn(name, cancel);
        var row = await scope.ServiceProvider.GetRequiredService<AssayDb>().Endpoints.SingleOrDefaultAsync(row => row.Name == name, cancel);
        if (row is null)
        {
            live.Remove(project, name);   // deleted in the meantime
            _promotions.TryRemove((project, name), out _);
            return;
        }

        try
        {
            await scope.ServiceProvider.GetRequiredService<TargetFollower>().Follow(row, _promotions.GetValueOrDefault((project, name)), cancel);
        }
        catch (LoadFailedException problem) when (problem.MayPass)
        {
            live.Open(project, name).Fail($"{problem.Message} It is tried again.");
            throw;
        }
        catch (LoadFailedException problem)   // said in the ledger and shown beside the endpoint
        {
            log.LogError(problem, "Endpoint {Endpoint} of project {Project} can't take its model.", name, project);
        }
        catch (Refusal problem)   // the version is gone, or may not be served any more
        {
            live.Open(project, name).Fail(problem.Message);
        }
    }

    private AsyncServiceScope Enter(string project)
    {
        var scope = scopes.Enter(project, ServingActors.Serving);
        return scope;
    }
}
