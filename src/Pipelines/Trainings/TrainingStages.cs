using System.Globalization;
using System.Text.Json;
using Assay.Governance;
using Assay.Kernel;
using Assay.Learning;
using Assay.Pipelines.Steps;
using Assay.Registry;
using Microsoft.EntityFrameworkCore;

namespace Assay.Pipelines.Trainings;

/// <summary>The stages of a training. Each does nothing when it was done before, and leaves no half of itself.</summary>
internal sealed class TrainingStages(
    TrainingContext context, TrainingInput input, StepProcess process, TrainingPapers papers, IModels models, TrainingEnd end)
{
    // Shares of the bar: what lies before and after the child's own 0 to 100.
    private const int PercentBefore = 3;
    private const int PercentAfter = 92;
    private const string Production = "Production";

    /// <summary>From the request to a package in the folder; null when the version is registered, or the training over, already.</summary>
    public async Task<TrainingOutcome?> Fit(string id, TrainingFolder folder, CancellationToken cancel)
    {
        var training = await context.Find(id, cancel);
        if (training.IsOver || training.Version is not null)
            return null;

        context.Progress.Report(id, "preparing data", 0);
        await input.Write(training, folder, cancel);
        await process.Run(
            ["step", "train", "--input", folder.Input, "--output", folder.Output],
            folder.Root,
            line => context.Progress.Report(id, line.Words, PercentBefore + (line.Percent * (PercentAfter - PercentBefore) / 100)),
            cancel);
        return await folder.ReadOutcome(cancel);
    }

    /// <summary>
    /// From the package to a signed version. One transaction for runs, version and the training's row: after a crash there
    /// is all of it or nothing, and never a second version of the same training.
    /// </summary>
    public async Task Register(string id, TrainingFolder folder, TrainingOutcome outcome, CancellationToken cancel)
    {
        context.Progress.Report(id, "registering", PercentAfter);
        await using var transaction = await context.Db.Database.BeginTransactionAsync(cancel);
        var training = await context.Find(id, cancel);
        if (training.IsOver || training.Version is not null)
            return;

        var registered = await papers.Register(training, folder, outcome, cancel);
        training.Version = registered.Version.Version;
        training.CandidatesJson = JsonSerializer.Serialize(outcome.Candidates, AssayJson.Options);
        context.Ledger.Append(new TrainingRegistered(training.Id, training.Model, registered.Version.Version, registered.Version.Digest));
        await context.Db.SaveChangesAsync(cancel);
        await transaction.CommitAsync(cancel);
    }

    /// <summary>From the registered version to the end: through the gate when that was asked for.</summary>
    public async Task Judge(string id, CancellationToken cancel)
    {
        var training = await context.Find(id, cancel);
        if (training.IsOver)
            return;

        if (training.Promote)
        {
            context.Progress.Report(id, "gate", 96);
            var verdict = await Verdict(training, cancel);
            training.Promoted = verdict.Passed;
            training.GateJson = JsonSerializer.Serialize(verdict, AssayJson.Options);
        }

        await end.Succeed(training, cancel);
    }

    /// <summary>Ends it with a problem, unless it is over.</summary>
    public async Task Fail(string id, string problem, CancellationToken cancel)
    {
        var training = await context.Find(id, cancel);
        if (!training.IsOver)
            await end.Fail(training, problem, cancel);
    }

    private async Task<GateVerdict> Verdict(Training training, CancellationToken cancel)
    {
        // A gate that refused isn't asked again after a crash: its verdict is in the ledger already.
        var version = training.Version!.Value;
        var found = await models.Find(training.Model, version.ToString(CultureInfo.InvariantCulture), cancel);
        if (found!.Gate is { Passed: false } refused)
            return refused;
        return training.OnlyIfBetter
            ? await models.PromoteIfBetter(training.Model, version, Production, cancel)
            : await models.Promote(training.Model, version, Production, cancel);
    }
}

/// <summary>What every stage works with.</summary>
internal sealed class TrainingContext(AssayDb db, ILedger ledger, TrainingProgress progress)
{
    public AssayDb Db => db;

    public ILedger Ledger => ledger;

    public TrainingProgress Progress => progress;

    public Task<Training> Find(string id, CancellationToken cancel) => db.Trainings.SingleAsync(training => training.Id == id, cancel);
}
