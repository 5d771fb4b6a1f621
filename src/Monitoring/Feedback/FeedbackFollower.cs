using Assay.Kernel;
using Assay.Kernel.Permissions;
using Assay.Kernel.Projects;
using Assay.Monitoring.Alerts;
using Assay.Monitoring.Monitors;
using Assay.Monitoring.Windows;
using Assay.Pipelines;
using Microsoft.EntityFrameworkCore;

namespace Assay.Monitoring.Feedback;

/// <summary>Follows the trainings that alerts started, and writes down on the alert how each ended.</summary>
internal sealed class FeedbackFollower(IServiceScopeFactory scopes) : ITickWork
{
    /// <summary>Looks at every alert of every project whose training is not over.</summary>
    public async Task Run(CancellationToken cancel)
    {
        foreach (var (project, id) in await Running(cancel))
        {
            try
            {
                await using var scope = scopes.CreateAsyncScope();
                scope.ServiceProvider.GetRequiredService<ProjectScope>().Enter(project);
                scope.ServiceProvider.GetRequiredService<Caller>().Set(WindowWriter.Actor);
                await Follow(scope.ServiceProvider, id, cancel);
            }
            catch (DbUpdateConcurrencyException)
            {
                // The alert was closed at this moment, or another replica was first: the next tick reads it again.
            }
        }
    }

    private async Task<List<(string Project, string Id)>> Running(CancellationToken cancel)
    {
        await using var scope = scopes.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<AssayDb>();
        var rows = await db.Alerts.IgnoreQueryFilters([AssayDb.ProjectFilter])
            .Where(alert => alert.RetrainingState == RetrainingState.Running)
            .Select(alert => new { alert.Project, alert.Id })
            .ToListAsync(cancel);
        return [.. rows.Select(row => (row.Project, row.Id))];
    }

    private static async Task Follow(IServiceProvider services, string id, CancellationToken cancel)
    {
        var db = services.GetRequiredService<AssayDb>();
        var retraining = services.GetRequiredService<Retraining>();
        var alert = await db.Alerts.SingleAsync(each => each.Id == id, cancel);
        if (alert.RetrainingState != RetrainingState.Running)
            return;
        if (alert.Training is null)
        {
            await using var transaction = await db.Database.BeginTransactionAsync(cancel);
            await retraining.Start(alert, cancel);
            await transaction.CommitAsync(cancel);
            return;
        }

        var training = await services.GetRequiredService<ITrainings>().Find(alert.Training, cancel);
        switch (training?.Status)
        {
            case null:
                retraining.Finish(alert, RetrainingState.Failed, candidate: null, promoted: false, "The training is not there any more.");
                break;
            case TrainingStatus.Failed:
                retraining.Finish(alert, RetrainingState.Failed, training.Version, promoted: false, training.Problem ?? "The training failed.");
                break;
            case TrainingStatus.Succeeded:
                retraining.Finish(alert, RetrainingState.Finished, training.Version, training.Promoted == true, Verdict(training));
                break;
            default:
                return;
        }

        await db.SaveChangesAsync(cancel);
    }

    private static string Verdict(TrainingSummary training)
    {
        var rules = training.Gate?.Rules.Where(rule => rule.Passed == training.Gate.Passed)
            .Select(rule => $"{rule.Name}: {rule.Value}, bound {rule.Bound}") ?? [];
        var reasons = string.Join("; ", rules);
        return training.Promoted == true
            ? $"Version {training.Version} passed the gate ({reasons})."
            : $"Version {training.Version} did not pass the gate ({(reasons.Length > 0 ? reasons : "it was not asked")}); the version in production stays.";
    }
}
