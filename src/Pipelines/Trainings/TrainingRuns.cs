using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Assay.Kernel;
using Assay.Learning;
using Assay.Tracking;

namespace Assay.Pipelines.Trainings;

/// <summary>Writes a training down as runs: one for each candidate, and one for the model that came of it.</summary>
internal sealed class TrainingRuns(IRuns runs)
{
    /// <summary>Records them all; returns the id of the final run.</summary>
    public async Task<string> Record(
        Training training, TrainingOutcome outcome, DateTimeOffset startedAt, DateTimeOffset endedAt, CancellationToken cancel)
    {
        var common = Tags(training, outcome);
        var final = Final(training, outcome, common) with { StartedAt = startedAt, EndedAt = endedAt };
        await runs.Record(final, cancel);

        // Only durations are known of the candidates, which followed one another.
        var begin = startedAt;
        foreach (var candidate in outcome.Candidates)
        {
            var end = begin.AddSeconds(candidate.Seconds);
            var run = OfCandidate(training, candidate, common) with { StartedAt = begin, EndedAt = end };
            await runs.Record(run with { Tags = With(run.Tags, "mlflow.parentRunId", final.Id) }, cancel);
            begin = end;
        }

        return final.Id;
    }

    private static NewRun Final(Training training, TrainingOutcome outcome, Dictionary<string, string> tags)
    {
        var winner = outcome.Candidates.First(candidate => candidate.Trainer == outcome.Trainer);
        return new(FinalRunId(training.Id), training.Model, $"{training.Model}: {outcome.Trainer}", RunStatus.Finished, default, default)
        {
            Params = Params(training, winner),
            Metrics = [.. outcome.Metrics.Select(metric => new MetricPoint(metric.Key, metric.Value))],
            Tags = With(tags, "assay.kind", "final"),
        };
    }

    private static NewRun OfCandidate(Training training, Candidate candidate, Dictionary<string, string> tags) =>
        new(RunId(training.Id, candidate.Trainer), training.Model, $"{training.Model}: {candidate.Trainer}, cross-validation", RunStatus.Finished, default, default)
        {
            Params = Params(training, candidate),
            Metrics =
            [
                .. candidate.FoldMetrics.Select((value, fold) => new MetricPoint($"fold_{candidate.Metric}", value, fold)),
                new($"cv_{candidate.Metric}_mean", candidate.Mean),
                new($"cv_{candidate.Metric}_std", candidate.Std),
                new("seconds", candidate.Seconds),
            ],
            Tags = With(tags, "assay.kind", "candidate"),
        };

    private static Dictionary<string, string> Params(Training training, Candidate candidate)
    {
        var seed = training.Seed ?? TrainingRequest.DefaultSeed;
        var settings = new Dictionary<string, string>(candidate.Params)
        {
            ["trainer"] = candidate.Trainer,
            ["label"] = training.Label,
            ["seed"] = seed.ToString(CultureInfo.InvariantCulture),
            ["folds"] = candidate.FoldMetrics.Count.ToString(CultureInfo.InvariantCulture),
        };
        return settings;
    }

    private static Dictionary<string, string> Tags(Training training, TrainingOutcome outcome)
    {
        var datasets = JsonSerializer.Deserialize<List<TrainingDataset>>(training.DatasetsJson, AssayJson.Options)!;
        var tags = new Dictionary<string, string>
        {
            ["mlflow.source.type"] = "JOB",
            ["mlflow.source.name"] = "assay step train",
            ["mlflow.source.git.commit"] = CodeVersion.Commit ?? "unknown",
            ["assay.training"] = training.Id,
            ["assay.dataset"] = string.Join(", ", datasets.Select(dataset => $"{dataset.Name}@{dataset.Version}")),
            ["assay.dataset.digest"] = string.Join(", ", datasets.Select(dataset => dataset.Digest)),
        };
        foreach (var (name, value) in outcome.Environment)
            tags[$"assay.environment.{name}"] = value;
        return tags;
    }

    private static Dictionary<string, string> With(IReadOnlyDictionary<string, string> tags, string key, string value) =>
        new(tags) { [key] = value };

    /// <summary>Id of the run of the model that came of a training.</summary>
    public static string FinalRunId(string training) => RunId(training, "final");

    // The same training gives the same ids, so that recording again after a crash finds what is there.
    private static string RunId(string training, string part) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{training}/{part}")).AsSpan(0, 16));
}
