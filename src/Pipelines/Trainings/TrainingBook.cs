using System.Text.Json;
using Assay.Data;
using Assay.Governance;
using Assay.Kernel;
using Assay.Kernel.Permissions;
using Assay.Kernel.Refusals;
using Assay.Learning;
using Assay.Pipelines.Steps;
using Assay.Registry;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Assay.Pipelines.Trainings;

internal sealed class TrainingBook(
    AssayDb db, ILedger ledger, IDatasets datasets, Caller caller, TrainingProgress progress, IOptions<StepOptions> options, TimeProvider clock)
    : ITrainings
{
    public async Task<TrainingSummary> Start(NewTraining training, CancellationToken cancel)
    {
        await RefuseWhenFull(cancel);
        var chosen = new List<TrainingDataset>();
        foreach (var (choice, index) in training.Datasets.Select((choice, index) => (choice, index)))
            chosen.Add(await Choose(choice, $"datasets[{index}]", cancel));

        var now = clock.GetUtcNow();
        var row = new Training
        {
            Id = Guid.CreateVersion7(now).ToString("N"),
            Model = training.Model,
            Label = training.Label,
            Task = training.Task,
            Seed = training.Seed,
            Promote = training.Promote,
            OnlyIfBetter = training.OnlyIfBetter,
            Reason = training.Reason,
            RequestedBy = caller.Id,
            DatasetsJson = JsonSerializer.Serialize(chosen, AssayJson.Options),
            CreatedAt = now,
            Status = TrainingStatus.Queued,
        };
        db.Trainings.Add(row);
        ledger.Append(new TrainingStarted(row.Id, row.Model, row.Label, chosen, row.Reason));
        await db.SaveChangesAsync(cancel);
        return Summary(row, atWork: false);
    }

    public async Task<TrainingSummary?> Find(string id, CancellationToken cancel)
    {
        var row = await db.Trainings.AsNoTracking().SingleOrDefaultAsync(training => training.Id == id, cancel);
        return row is null ? null : (await Complete([row], cancel))[0];
    }

    public async Task<NewTraining?> FindRecipe(string model, int version, CancellationToken cancel)
    {
        var row = await db.Trainings.AsNoTracking()
            .SingleOrDefaultAsync(training => training.Model == model && training.Version == version, cancel);
        return row is null ? null : new(
            row.Model,
            [.. Read<List<TrainingDataset>>(row.DatasetsJson).Select(dataset => new DatasetChoice(dataset.Name, dataset.Version))],
            row.Label,
            row.Task,
            row.Seed,
            row.Promote,
            row.Reason,
            row.OnlyIfBetter);
    }

    /// <summary>Summaries of rows that were read, in their order.</summary>
    public async Task<List<TrainingSummary>> Complete(IReadOnlyList<Training> rows, CancellationToken cancel)
    {
        var open = rows.Where(row => !row.IsOver).Select(row => row.Id).ToList();
        var atWork = await db.TrainingAttempts
            .Where(attempt => open.Contains(attempt.TrainingId) && attempt.EndedAt == null)
            .Select(attempt => attempt.TrainingId)
            .ToListAsync(cancel);
        return [.. rows.Select(row => Summary(row, atWork.Contains(row.Id)))];
    }

    private TrainingSummary Summary(Training row, bool atWork)
    {
        var status = !row.IsOver && atWork ? TrainingStatus.Running : row.Status;
        var (stage, percent) = status switch
        {
            TrainingStatus.Queued => ("waiting", 0),
            TrainingStatus.Running => progress.Find(row.Id) ?? ("starting", 0),
            TrainingStatus.Succeeded => ("done", 100),
            _ => progress.Find(row.Id) ?? ("failed", 0),
        };
        return new(
            row.Id,
            row.Model,
            status,
            stage,
            percent,
            row.Problem,
            row.Label,
            Read<List<TrainingDataset>>(row.DatasetsJson),
            Read<List<Candidate>>(row.CandidatesJson),
            row.Version,
            row.Promoted,
            row.Reason,
            row.GateJson is null ? null : Read<GateVerdict>(row.GateJson),
            row.CreatedAt,
            row.EndedAt);
    }

    private static T Read<T>(string json) => JsonSerializer.Deserialize<T>(json, AssayJson.Options)!;

    private async Task RefuseWhenFull(CancellationToken cancel)
    {
        var open = await OpenTrainings.Of(db).CountAsync(cancel);
        if (open >= options.Value.QueueLengthMax)
        {
            throw Refusal.Limit(
                StatusCodes.Status429TooManyRequests,
                $"{open} trainings are waiting or at work, and no more may wait. Try again when some are done, or raise Steps:QueueLengthMax.");
        }
    }

    private async Task<TrainingDataset> Choose(DatasetChoice choice, string field, CancellationToken cancel)
    {
        var found = await datasets.Find(choice.Name, choice.Version, cancel)
            ?? throw Refusal.Invalid(field, choice.Version is null
                ? $"There is no dataset '{choice.Name}' in this project."
                : $"There is no version {choice.Version} of dataset '{choice.Name}' in this project.");
        return new(found.Version.Dataset, found.Version.Version, found.Version.Digest);
    }
}
