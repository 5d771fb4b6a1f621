using System.Text.Json;
using Assay.Client;

namespace Assay.Cli.Importing;

/// <summary>Brings over what answers are judged by: scorers of an experiment, and evaluation datasets with their records.</summary>
internal sealed class JudgeTransfer(IMlflowSource source, AssayClient client, ImportTally tally)
{
    public async Task Scorer(SourceScorer scorer, string experiment, CancellationToken cancel)
    {
        await client.Imports.Scorer(experiment, scorer.Request, cancel);
        tally.Scorers.Here();
    }

    /// <param name="set">The dataset.</param>
    /// <param name="experiments">Ids here of experiments that came over, by those at the source.</param>
    /// <param name="cancel">Stops it.</param>
    public async Task Set(SourceSet set, IReadOnlyDictionary<string, string> experiments, CancellationToken cancel)
    {
        var here = set.Experiments.Where(experiments.ContainsKey).Select(id => experiments[id]).ToList();
        var (state, count) = (await client.Imports.EvaluationSet(set.Id, set.Request with { ExperimentIds = here }, cancel), 0L);
        await foreach (var records in source.Records(set, cancel))
        {
            var size = records.ValueKind == JsonValueKind.Array ? records.GetArrayLength() : 0;
            (count, state) = (count + size, size == 0 ? state : await client.Imports.EvaluationRecords(set.Id, new(records), cancel));
        }

        tally.Records.There(count);
        tally.Records.Here(Math.Min(count, state.Records));
        if (state.Records >= count && state.Tags >= set.Request.Tags.Count)
            tally.Sets.Here();
        else
            tally.Failed(set.Id, $"The evaluation dataset has {set.Request.Tags.Count} tags and {count} records at the source, and {state.Tags} and {state.Records} here.");
    }
}
