using System.Security.Cryptography;
using Assay.Kernel;
using Assay.Kernel.Projects;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Assay.Governance.Webhooks;

/// <summary>What deliveries read and write, each step in a scope of its own: a crash between two leaves an event to be sent again.</summary>
internal sealed class WebhookBook(IServiceScopeFactory scopes, IOptions<WebhookOptions> options)
{
    public const string Actor = "system:webhooks";

    /// <summary>Webhooks of all projects that deliver, each with a mark that changes with where it delivers what, and how it signs.</summary>
    public async Task<List<(string Id, string Project, string Mark)>> Active(CancellationToken cancel)
    {
        await using var scope = scopes.CreateAsyncScope();
        var rows = await scope.ServiceProvider.GetRequiredService<AssayDb>().Webhooks.IgnoreQueryFilters([AssayDb.ProjectFilter]).AsNoTracking()
            .Where(hook => hook.Active).Select(hook => new { hook.Id, hook.Project, hook.Url, hook.Types, hook.UpdatedAt, hook.Secret }).ToListAsync(cancel);
        return rows.ConvertAll(row => (row.Id, row.Project, $"{row.Url}\n{row.Types}\n{row.UpdatedAt:O}\n{Convert.ToHexString(SHA256.HashData(row.Secret))}"));
    }

    /// <summary>The webhook, or null when it is gone or paused.</summary>
    public async Task<(Webhook Hook, WebhookProgress Progress)?> Read(string id, string project, CancellationToken cancel)
    {
        await using var scope = Enter(project);
        var hook = await Db(scope).Webhooks.AsNoTracking().SingleOrDefaultAsync(hook => hook.Id == id && hook.Active, cancel);
        var progress = await Db(scope).WebhookProgress.AsNoTracking().SingleOrDefaultAsync(progress => progress.WebhookId == id, cancel);
        return hook is null || progress is null ? null : (hook, progress);
    }

    /// <summary>Writes how far a webhook has come; nothing when it was deleted, or sent ahead, in the meantime.</summary>
    public async Task Write(WebhookProgress progress, CancellationToken cancel)
    {
        await using var scope = scopes.CreateAsyncScope();
        await Db(scope).WebhookProgress.Where(row => row.WebhookId == progress.WebhookId && row.NextPlace <= progress.NextPlace).ExecuteUpdateAsync(
            set => set.SetProperty(row => row.NextPlace, progress.NextPlace).SetProperty(row => row.Failures, progress.Failures)
                .SetProperty(row => row.FailingSince, progress.FailingSince).SetProperty(row => row.NextAttemptAt, progress.NextAttemptAt),
            cancel);
    }

    /// <summary>Pauses a webhook that nobody answers, and says so in the ledger.</summary>
    public async Task Pause(Webhook hook, WebhookProgress progress, string reason, CancellationToken cancel)
    {
        await using var scope = Enter(hook.Project);
        var row = await Db(scope).Webhooks.SingleOrDefaultAsync(row => row.Id == hook.Id && row.Active, cancel);
        if (row is null)
            return;   // somebody was first
        (row.Active, row.PausedBecause) = (false, reason);
        scope.ServiceProvider.GetRequiredService<ILedger>().Append(new WebhookDeliveryFailed(row.Id, progress.NextPlace, progress.Failures, reason));
        await Db(scope).SaveChangesAsync(cancel);
    }

    /// <summary>Keeps an attempt, and forgets those that are too many.</summary>
    public async Task Keep(string project, WebhookAttempt attempt, CancellationToken cancel)
    {
        await using var scope = Enter(project);
        var db = Db(scope);
        db.WebhookAttempts.Add(attempt);
        await db.SaveChangesAsync(cancel);
        var newest = db.WebhookAttempts.Where(row => row.WebhookId == attempt.WebhookId).OrderByDescending(row => row.Id);
        var tooOld = await newest.Skip(options.Value.AttemptsKept).Select(row => (long?)row.Id).FirstOrDefaultAsync(cancel);
        if (tooOld is { } last)
            await db.WebhookAttempts.Where(row => row.WebhookId == attempt.WebhookId && row.Id <= last).ExecuteDeleteAsync(cancel);
    }

    private AsyncServiceScope Enter(string project)
    {
        var scope = scopes.Enter(project, Actor);
        return scope;
    }

    private static AssayDb Db(AsyncServiceScope scope) => scope.ServiceProvider.GetRequiredService<AssayDb>();
}
