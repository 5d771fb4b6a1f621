using Assay.Governance;
using Assay.Kernel;

namespace Assay.Pipelines.Trainings;

/// <summary>The two ways in which a training is over, each written with its event.</summary>
internal sealed class TrainingEnd(AssayDb db, ILedger ledger, PipelinesMeter meter, TimeProvider clock)
{
    public async Task Succeed(Training training, CancellationToken cancel)
    {
        training.Status = TrainingStatus.Succeeded;
        training.EndedAt = clock.GetUtcNow();
        ledger.Append(new TrainingFinished(training.Id, training.Model, training.Version!.Value, training.Promoted));
        await db.SaveChangesAsync(cancel);
        meter.Ended(training);
    }

    public async Task Fail(Training training, string problem, CancellationToken cancel)
    {
        training.Status = TrainingStatus.Failed;
        training.Problem = problem.Shortened(Training.ProblemLengthMax);
        training.EndedAt = clock.GetUtcNow();
        ledger.Append(new TrainingFailed(training.Id, training.Model, training.Problem));
        await db.SaveChangesAsync(cancel);
        meter.Ended(training);
    }
}
