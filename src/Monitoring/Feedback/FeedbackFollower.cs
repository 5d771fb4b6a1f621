using Assay.Kernel;
using Assay.Kernel.Databases;
using Assay.Kernel.Projects;
using Assay.Kernel.Refusals;
using Assay.Monitoring.Alerts;
using Assay.Monitoring.Monitors;
using Assay.Pipelines;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;

namespace Assay.Monitoring.Feedback;

/// <summary>
/// Starts what waits (alerts that were held back, schedules, new rows), follows the trainings that were started, and writes
/// down how each ended.
/// </summary>
internal sealed partial class FeedbackFollower(IServiceScopeFactory scopes, ILogger<FeedbackFollower> log) : ITickWork
{
    private const int AtOnceMax = 100;

    /// <summary>Looks at the retrainings of every project.</summary>
    public async Task Run(CancellationToken cancel)
    {
        await Each(Waiting, (services, id, stop) => StartWaiting(services, id, fromLabels: false, stop), cancel);
        await Each(Running, Follow, cancel);
        await Each(Planned, (services, endpoint, stop) => services.GetRequiredService<RetrainingTriggers>().Look(endpoint, fromLabels: false, stop), cancel);
    }

    /// <summary>The same for monitors that make their dataset of labels first, which takes longer.</summary>
    public async Task RunFromLabels(CancellationToken cancel)
    {
        await Each(Waiting, (services, id, stop) => StartWaiting(services, id, fromLabels: true, stop), cancel);
        await Each(Planned, (services, endpoint, stop) => services.GetRequiredService<RetrainingTriggers>().Look(endpoint, fromLabels: true, stop), cancel);
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
                await using var scope = scopes.Enter(item.Project, MonitoringActor.Id);
                await work(scope.ServiceProvider, item.Id, cancel);
            }
            catch (DbUpdateException problem) when (StorageTrouble.IsLost(problem))
            {
                // Somebody closed the alert at this moment, or another replica was first: the next tick reads it again.
            }
            catch (Exception problem) when (!cancel.IsCancellationRequested)   // one's trouble must not keep the others from their turn
            {
                Failed(problem, $"{item.Project}/{item.Id}");
            }
        }
    }

    private static async Task StartWaiting(IServiceProvider services, string id, bool fromLabels, CancellationToken cancel)
    {
        var (db, retraining) = (services.GetRequiredService<AssayDb>(), services.GetRequiredService<Retraining>());
        var alert = await db.Alerts.SingleAsync(each => each.Id == id, cancel);
        var settings = await db.SettingsOf(alert.Endpoint, cancel);
        if (alert.RetrainingState != RetrainingState.Running || (settings.Retrain?.FromLabels == true) != fromLabels)
            return;
        if (alert.Training is { } training)
        {
            if (EndOf(await services.GetRequiredService<ITrainings>().Find(training, cancel)) is { } end)
                retraining.Finish(alert, end);
            await db.SaveChangesAsync(cancel);
            return;
        }

        if (fromLabels)
            await MakeOfLabels(services, alert, settings.Retrain!, cancel);
        await using var transaction = await db.Database.BeginTransactionAsync(cancel);
        await retraining.Start(alert, settings, cancel);
        await transaction.CommitAsync(cancel);
    }

    // Not while a guard holds it back: the alert says so, and asks again.
    private static async Task MakeOfLabels(IServiceProvider services, Alert alert, RetrainSettings settings, CancellationToken cancel)
    {
        var served = services.GetRequiredService<WatchedEndpoints>().List().FirstOrDefault(each => each.Name == alert.Endpoint);
        if (served is null || await services.GetRequiredService<RetrainingGuards>().Held(alert.Endpoint, settings, cancel) is not null)
            return;
        try
        {
            await services.GetRequiredService<FreshLabels>().Make(served, alert.RetrainDataset!, cancel);
        }
        catch (Refusal)
        {
            // There is no version at all, which the start of the training is refused for in its own words.
        }
    }

    private static async Task Follow(IServiceProvider services, string id, CancellationToken cancel)
    {
        var db = services.GetRequiredService<AssayDb>();
        var run = await db.Retrainings.SingleAsync(each => each.Id == id, cancel);
        if (run.State != RetrainingState.Running)
            return;
        var (training, retraining) = (await services.GetRequiredService<ITrainings>().Find(run.Training, cancel), services.GetRequiredService<Retraining>());

        // The outcome is no part of an alert of a dataset, which may start several.
        var alert = run.Alert is null ? null : await db.Alerts.SingleOrDefaultAsync(each => each.Id == run.Alert && each.Endpoint == run.Endpoint, cancel);
        var isLetThrough = training is { Status: TrainingStatus.Succeeded, Promoted: true, Version: not null };
        var end = isLetThrough
            ? await services.GetRequiredService<CandidateEnd>().Of(run, training!.Version!.Value, Verdict(training), cancel)
            : EndOf(training);
        if (end is not null)
            retraining.Finish(run, alert, end);
        else if (isLetThrough && run.Candidate is null)
            retraining.RollOut(run, alert, training!.Version!.Value);
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

    [LoggerMessage(Level = LogLevel.Error, Message = "The retraining of {What} could not be looked after; it is tried again at the next tick.")]
    private partial void Failed(Exception problem, string what);

    /// <summary>A row of a project.</summary>
    private sealed record Item(string Project, string Id);
}
