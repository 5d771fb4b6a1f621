using Assay.Data;
using Assay.Governance;
using Assay.Kernel;
using Assay.Kernel.Refusals;
using Assay.Monitoring.Alerts;
using Assay.Monitoring.Monitors;
using Assay.Pipelines;

namespace Assay.Monitoring.Feedback;

/// <summary>Why a retraining is to start.</summary>
/// <param name="Endpoint">Whose model.</param>
/// <param name="Model">The model.</param>
/// <param name="Version">The version that answers.</param>
/// <param name="Dataset">The dataset with the recent rows.</param>
/// <param name="Trigger">What starts it.</param>
/// <param name="Because">The cause in one sentence.</param>
internal sealed record RetrainingCause(string Endpoint, string Model, int Version, string Dataset, RetrainingTrigger Trigger, string Because);

/// <summary>
/// Starts what the loop asks for: a training on the datasets of the version that answers and the newest version of the
/// dataset with recent rows, which goes into production only through the gate.
/// </summary>
internal sealed class Retraining(
    AssayDb db, ILedger ledger, ITrainings trainings, IDatasets datasets, RetrainingGuards guards, TimeProvider clock)
{
    /// <summary>
    /// Starts what an alert asks for, in the transaction that is open, and writes down that, or why, it could not be started.
    /// Where the dataset is to be made of labels first, the alert waits for the clock that does so.
    /// </summary>
    public async Task Start(Alert alert, CancellationToken cancel)
    {
        var settings = await db.SettingsOf(alert.Endpoint, cancel);
        if (settings.Retrain is not { FromLabels: true })
            await Start(alert, settings, cancel);
    }

    /// <summary>The same with what there is now.</summary>
    public async Task Start(Alert alert, MonitorSettings settings, CancellationToken cancel)
    {
        var cause = new RetrainingCause(alert.Endpoint, alert.Model, alert.Version, alert.RetrainDataset!, RetrainingTrigger.Alert, alert.Summary);
        try
        {
            if (settings.Retrain is { } retrain && await guards.Held(alert.Endpoint, retrain, cancel) is { } held)
                Hold(alert, held);
            else
            {
                var run = await Start(cause, alert.Id, cancel);
                (alert.Training, alert.Reason) = (run.Training, null);
                alert.Revision++;
            }
        }
        catch (Refusal refusal) when (refusal.Status == StatusCodes.Status429TooManyRequests)
        {
            return;   // The queue is full: the alert keeps waiting, and the next tick tries again.
        }
        catch (Refusal refusal)
        {
            // The alert stands even if nothing can be done about it; its reader learns why.
            Finish(alert, new(RetrainingState.Failed, null, Promoted: false, refusal.Message));
        }

        await db.SaveChangesAsync(cancel);
    }

    /// <summary>Starts a retraining; the caller saves, or the training's own saving does.</summary>
    /// <exception cref="Refusal">It can't be started: the version was not trained here, the dataset is not there, or the queue is full.</exception>
    public async Task<RetrainingRun> Start(RetrainingCause cause, string? alert, CancellationToken cancel)
    {
        var newest = await datasets.Find(cause.Dataset, version: null, cancel) ?? throw Refusal.Conflict(
            $"There is no dataset '{cause.Dataset}' in this project: add it, or name another one in the settings of the monitor.");
        var training = await trainings.Start(await Describe(cause, newest.Version.Version, alert, cancel), cancel);
        var now = clock.GetUtcNow();
        var run = new RetrainingRun
        {
            Id = Guid.CreateVersion7(now).ToString("N"),
            Endpoint = cause.Endpoint,
            Model = cause.Model,
            Champion = cause.Version,
            Trigger = cause.Trigger,
            Because = cause.Because.Shortened(RetrainingRun.BecauseLengthMax),
            Alert = alert,
            Dataset = cause.Dataset,
            DatasetVersion = newest.Version.Version,
            Training = training.Id,
            State = RetrainingState.Running,
            StartedAt = now,
        };
        db.Retrainings.Add(run);
        ledger.Append(new RetrainingStarted(
            run.Endpoint, run.Id, run.Trigger, run.Because, alert, run.Training, run.Dataset, run.DatasetVersion));
        return run;
    }

    /// <summary>Writes down that the training is over and the gate open, and that a roll-out decides now; the caller saves.</summary>
    public void RollOut(RetrainingRun run, Alert? alert, int candidate)
    {
        (run.Candidate, run.EndedAt) = (candidate, clock.GetUtcNow());
        run.Revision++;
        if (alert is not null)
        {
            alert.Candidate = candidate;
            alert.Revision++;
        }

        ledger.Append(new RetrainingRollsOut(run.Endpoint, run.Id, run.Alert, run.Training, candidate));
    }

    /// <summary>Writes down how it ended, on the alert that started it as well; the caller saves.</summary>
    public void Finish(RetrainingRun run, Alert? alert, RetrainingEnd end)
    {
        (run.State, run.Candidate, run.Promoted, run.Reason) = (end.State, end.Candidate, end.Promoted, end.Reason.Shortened(Alert.ReasonLengthMax));
        run.EndedAt ??= clock.GetUtcNow();
        run.Revision++;
        if (alert is not null)
            Write(alert, end);
        ledger.Append(new RetrainingFinished(run.Endpoint, run.Id, run.Alert, run.Training, end.Candidate, end.Promoted, run.Reason));
    }

    /// <summary>Writes down how it ended where there is nothing but the alert; the caller saves.</summary>
    public void Finish(Alert alert, RetrainingEnd end)
    {
        Write(alert, end);
        ledger.Append(new RetrainingFinished(alert.Endpoint, null, alert.Id, alert.Training, end.Candidate, end.Promoted, alert.Reason!));
    }

    // Said once for each reason, not at each tick.
    private void Hold(Alert alert, string because)
    {
        if (alert.Reason == because)
            return;
        alert.Reason = because;
        alert.Revision++;
        ledger.Append(new RetrainingHeld(alert.Endpoint, alert.Id, because));
    }

    private static void Write(Alert alert, RetrainingEnd end)
    {
        (alert.RetrainingState, alert.Candidate, alert.Promoted, alert.Reason) = (end.State, end.Candidate, end.Promoted, end.Reason.Shortened(Alert.ReasonLengthMax));
        alert.Revision++;
    }

    private async Task<NewTraining> Describe(RetrainingCause cause, int newest, string? alert, CancellationToken cancel)
    {
        var former = await trainings.FindRecipe(cause.Model, cause.Version, cancel) ?? throw Refusal.Conflict(
            $"Version {cause.Version} of {cause.Model} was not trained here, so the rows that it learned from are not known: train it on '{cause.Dataset}' by hand.");

        // The same seed splits rows as before, so that the champion is never measured on rows that it was fitted on. The
        // recent rows come last: by them the two are compared.
        return former with
        {
            Datasets = [.. former.Datasets.Where(dataset => dataset.Name != cause.Dataset), new DatasetChoice(cause.Dataset, newest)],
            Promote = true,
            OnlyIfBetter = true,
            Reason = $"Retraining of endpoint {cause.Endpoint}: {(alert is null ? Words(cause.Trigger) : $"alert {alert}")}",
        };
    }

    private static string Words(RetrainingTrigger trigger) => trigger switch
    {
        RetrainingTrigger.Schedule => "its schedule",
        RetrainingTrigger.NewVersion => "new rows",
        RetrainingTrigger.NewLabels => "new labels",
        _ => "somebody asked",
    };
}

/// <summary>How a retraining ended.</summary>
internal sealed record RetrainingEnd(RetrainingState State, int? Candidate, bool Promoted, string Reason);
