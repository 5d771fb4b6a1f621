using Assay.Data;
using Assay.Governance;
using Assay.Kernel;
using Assay.Kernel.Refusals;
using Assay.Monitoring.Alerts;
using Assay.Pipelines;

namespace Assay.Monitoring.Feedback;

/// <summary>
/// Starts what an alert asks for: a training on the datasets of the version that drifted and the newest version of the
/// feedback dataset, which goes into production only through the gate.
/// </summary>
internal sealed class Retraining(AssayDb db, ILedger ledger, ITrainings trainings, IDatasets datasets)
{
    /// <summary>Starts it in the transaction that is open, and writes down that, or why, it could not be started.</summary>
    public async Task Start(Alert alert, CancellationToken cancel)
    {
        try
        {
            var training = await trainings.Start(await Describe(alert, cancel), cancel);
            alert.Training = training.Id;
            alert.Revision++;
            ledger.Append(new RetrainingStarted(alert.Endpoint, alert.Id, training.Id));
        }
        catch (Refusal refusal) when (refusal.Status == StatusCodes.Status429TooManyRequests)
        {
            return;   // The queue is full: the alert keeps waiting, and the next tick tries again.
        }
        catch (Refusal refusal)
        {
            // The alert stands even if nothing can be done about it; its reader learns why.
            Finish(alert, RetrainingState.Failed, candidate: null, promoted: false, refusal.Message);
        }

        await db.SaveChangesAsync(cancel);
    }

    /// <summary>Writes down how it ended; the caller saves.</summary>
    public void Finish(Alert alert, RetrainingState state, int? candidate, bool promoted, string reason)
    {
        alert.RetrainingState = state;
        alert.Candidate = candidate;
        alert.Promoted = promoted;
        alert.Reason = reason.Length <= Alert.ReasonLengthMax ? reason : reason[..(Alert.ReasonLengthMax - 1)] + "…";
        alert.Revision++;
        ledger.Append(new RetrainingFinished(alert.Endpoint, alert.Id, alert.Training, candidate, promoted, alert.Reason));
    }

    private async Task<NewTraining> Describe(Alert alert, CancellationToken cancel)
    {
        var feedback = alert.RetrainDataset!;
        var former = await trainings.FindRecipe(alert.Model, alert.Version, cancel) ?? throw Refusal.Conflict(
            $"Version {alert.Version} of {alert.Model} was not trained here, so the rows that it learned from are not known: train it on '{feedback}' by hand.");
        var newest = await datasets.Find(feedback, version: null, cancel) ?? throw Refusal.Conflict(
            $"There is no dataset '{feedback}' in this project: add it, or name another one in the settings of the monitor.");
        var choice = new DatasetChoice(feedback, newest.Version.Version);

        // The same seed splits rows as before, so that the champion is never measured on rows that it was fitted on.
        return former with
        {
            Datasets = [.. former.Datasets.Where(dataset => dataset.Name != feedback), choice],
            Promote = true,
            OnlyIfBetter = true,
            Reason = $"Drift of endpoint {alert.Endpoint}, alert {alert.Id}",
        };
    }
}
