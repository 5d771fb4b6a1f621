using Assay.Cli.CommandLine;
using Assay.Client;
using Assay.Tracking.Importing;

namespace Assay.Cli.Importing;

/// <summary>What is wanted of a source.</summary>
/// <param name="Experiments">Names; none for all.</param>
/// <param name="WithDeleted">Whether what is deleted there comes, too, and is deleted here as well.</param>
internal sealed record ImportWish(IReadOnlyCollection<string> Experiments, bool WithDeleted);

/// <summary>
/// Brings experiments and their runs over, a few at the same time. Each step may be repeated, so an import that was broken
/// off is run again: what is complete is passed by, and what is half here is finished.
/// </summary>
internal sealed class ImportWork(IMlflowSource source, AssayClient client, ImportTally tally)
{
    private const int AtOnce = 4;

    public async Task Run(ImportWish wish, CancellationToken cancel)
    {
        var (wanted, came) = (wish.Experiments.ToHashSet(StringComparer.Ordinal), new Dictionary<string, string>(StringComparer.Ordinal));
        await foreach (var experiment in source.Experiments(wish.WithDeleted, cancel))
        {
            if (wish.Experiments.Count == 0 || wanted.Remove(experiment.Name))
                came[experiment.Id] = await Experiment(experiment, wish.WithDeleted, cancel);
        }

        if (wanted.Count > 0)
            throw new CommandException($"The source has no experiment '{string.Join("', '", wanted)}'{(wish.WithDeleted ? "" : " that is not deleted")}.");
        var judges = new JudgeTransfer(source, client, tally);
        await foreach (var set in source.EvaluationSets(wish.Experiments.Count == 0 ? [] : [.. came.Keys], cancel))
            await Bring(set.Id, () => tally.Sets.There(), () => judges.Set(set, came, cancel));
    }

    /// <returns>Its id here.</returns>
    private async Task<string> Experiment(SourceExperiment experiment, bool withDeleted, CancellationToken cancel)
    {
        tally.Experiment();
        var here = await client.Imports.Experiment(new(experiment.Name) { Tags = experiment.Tags }, cancel);
        var transfer = new RunTransfer(source, client, tally);
        await Parallel.ForEachAsync(
            source.Runs(experiment, withDeleted, cancel),
            new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = cancel },
            (run, stop) => Bring(run.Id, tally.Run, () => transfer.Bring(run, here.Id, stop)));
        if (!experiment.IsDeleted && !here.IsDeleted)
            await Beside(experiment, here.Id, cancel);
        if (experiment.IsDeleted && !here.IsDeleted)
            await client.Experiments.Delete(here.Id, cancel);
        tally.ExperimentCame();
        return here.Id;
    }

    private async Task Beside(SourceExperiment experiment, string here, CancellationToken cancel)
    {
        var (transfer, several) = (new ExperimentTransfer(source, client, tally), new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = cancel });
        await Parallel.ForEachAsync(
            source.LoggedModels(experiment, cancel), several, (model, stop) => Bring(model.Id, () => tally.Models.There(), () => transfer.Model(model, here, stop)));
        await Parallel.ForEachAsync(
            source.Traces(experiment, cancel), several, (trace, stop) => Bring(trace.Id, () => tally.Traces.There(), () => transfer.Trace(trace, here, stop)));
        var judges = new JudgeTransfer(source, client, tally);
        await foreach (var scorer in source.Scorers(experiment, cancel))   // the first version first
            await Bring($"{scorer.Request.Name}@{scorer.Request.Version}", () => tally.Scorers.There(), () => judges.Scorer(scorer, here, cancel));
    }

    // One run that can't be kept, for a name of a metric perhaps, does not hold up the others.
    private async ValueTask Bring(string id, Action count, Func<Task> bring)
    {
        count();
        try
        {
            await bring();
        }
        catch (AssayException refusal) when (refusal.Status is not (null or System.Net.HttpStatusCode.Unauthorized or System.Net.HttpStatusCode.Forbidden))
        {
            tally.Failed(id, refusal.Message);
        }
        catch (InvalidDataException malformed)
        {
            tally.Failed(id, malformed.Message);
        }
    }
}
