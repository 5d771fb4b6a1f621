using Assay.Kernel;
using Assay.Kernel.Permissions;
using Assay.Kernel.Projects;
using Assay.Monitoring.Alerts;
using Assay.Monitoring.Monitors;
using Assay.Monitoring.Windows;
using Assay.Pipelines;
using Microsoft.EntityFrameworkCore;

namespace Assay.Monitoring.Feedback;

/// <summary>
/// Starts what waits (alerts that were held back, schedules, new rows), follows the trainings that were started, and writes
/// down how each ended.
/// </summary>
internal sealed class FeedbackFollower(IServiceScopeFactory scopes) : ITickWork
{
    private const int AtOnceMax = 100;

    /// <summary>Looks at the retrainings of every project.</summary>
    public async Task Run(CancellationToken cancel)
    {
        await Each(Waiting, StartWaiting, cancel);
        await Each(Running, Follow, cancel);
        await Each(Planned, (services, endpoint, stop) => services.GetRequiredService<RetrainingTriggers>().Look(endpoint, stop), cancel);
    }

    // Alerts that nothing was started for yet; and those whose training was started before retrainings were kept as such.
    private static IQueryable<Item> Waiting(AssayDb db)
    {
        var runs = db.Retrainings.IgnoreQueryFilters([AssayDb.ProjectFilter]);
        return db.Alerts.IgnoreQueryFilters([AssayDb.ProjectFilter])
            .Where(alert => alert.RetrainingState == RetrainingState.Running && !runs.Any(run => run.Alert == alert.Id))
            .OrderBy(alert => alert.Id)
            .Select(alert => new Item(alert.Project, alert.Id));
    }

    private static IQueryable<Item> Running(AssayDb db) =>
        db.Retrainings.IgnoreQueryFilters([AssayDb.ProjectFilter])
            .Where(run => run.State == RetrainingState.Running)
            .OrderBy(run => run.Id)
            .Select(run => new Item(run.Project, run.Id));

    private static IQueryable<Item> Planned(AssayDb db) =>
        db.MonitorSettings.IgnoreQueryFilters([AssayDb.ProjectFilter])
            .Where(settings => settings.RetrainDataset != null)
            .OrderBy(settings => settings.Endpoint)
            .Select(settings => new Item(settings.Project, settings.Endpoint));

    private async Task Each(Func<AssayDb, IQueryable<Item>> find, Func<IServiceProvider, string, CancellationToken, Task> work, CancellationToken cancel)
    {
        List<Item> items;
        await using (var scope = scopes.CreateAsyncScope())
            items = await find(scope.ServiceProvider.GetRequiredService<AssayDb>()).Take(AtOnceMax).ToListAsync(cancel);
        foreach (var item in items)
        {
            try
            {
                await using var scope = scopes.CreateAsyncScope();
                scope.ServiceProvider.GetRequiredService<ProjectScope>().Enter(item.Project);
                scope.ServiceProvider.GetRequiredService<Caller>().Set(WindowWriter.Actor);
                await work(scope.ServiceProvider, item.Id, cancel);
            }
            catch (DbUpdateException)
            {
                // Somebody closed the alert at this moment, or another replica was first: the next tick reads it again.
            }
        }
    }

    private static async Task StartWaiting(IServiceProvider services, string id, CancellationToken cancel)
    {
        var (db, retraining) = (services.GetRequiredService<AssayDb>(), services.GetRequiredService<Retraining>());
        var alert = await db.Alerts.SingleAsync(each => each.Id == id, cancel);
        if (alert.RetrainingState != RetrainingState.Running)
            return;
        if (alert.Training is { } training)
        {
            if (EndOf(await services.GetRequiredService<ITrainings>().Find(training, cancel)) is { } end)
                retraining.Finish(alert, end);
            await db.SaveChangesAsync(cancel);
            return;
        }

        await using var transaction = await db.Database.BeginTransactionAsync(cancel);
        await retraining.Start(alert, cancel);
        await transaction.CommitAsync(cancel);
    }

    private static async Task Follow(IServiceProvider services, string id, CancellationToken cancel)
    {
        var db = services.GetRequiredService<AssayDb>();
        var run = await db.Retrainings.SingleAsync(each => each.Id == id, cancel);
        if (run.State != RetrainingState.Running || EndOf(await services.GetRequiredService<ITrainings>().Find(run.Training, cancel)) is not { } end)
            return;
        var alert = run.Alert is null ? null : await db.Alerts.SingleOrDefaultAsync(each => each.Id == run.Alert, cancel);
        services.GetRequiredService<Retraining>().Finish(run, alert, end);
        await db.SaveChangesAsync(cancel);
    }

    // Null while it is not over.
    private static RetrainingEnd? EndOf(TrainingSummary? training) => training?.Status switch
    {
        null => new(RetrainingState.Failed, null, Promoted: false, "The training is not there any more."),
        TrainingStatus.Failed => new(RetrainingState.Failed, training.Version, Promoted: false, training.Problem ?? "The training failed."),
        TrainingStatus.Succeeded => new(RetrainingState.Finished, training.Version, training.Promoted == true, Verdict(training)),
        _ => null,
    };

    private static string Verdict(TrainingSummary training)
    {
        var rules = training.Gate?.Rules.Where(rule => rule.Passed == training.Gate.Passed)
            .Select(rule => $"{rule.Name}: {rule.Value}, bound {rule.Bound}") ?? [];
        var reasons = string.Join("; ", rules);
        return training.Promoted == true
            ? $"Version {training.Version} passed the gate ({reasons})."
            : $"Version {training.Version} did not pass the gate ({(reasons.Length > 0 ? reasons : "it was not asked")}); the version in production stays.";
    }

    /// <summary>A row of a project.</summary>
    private sealed record Item(string Project, string Id);
}
