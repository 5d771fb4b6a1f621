using System.Runtime.CompilerServices;
using System.Text.Json;
using Assay.Tracking;
using Assay.Tracking.Importing;

namespace Assay.Cli.Importing;

/// <summary>A running MLflow server, or another Assay: read through its API, page by page.</summary>
internal sealed class ServerSource(ServerCalls calls) : IMlflowSource
{
    private const int RunsAtOnce = 200;
    private const int PointsAtOnce = 10_000;

    private readonly ServerModels _models = new(calls);
    private readonly ServerJudges _judges = new(calls);

    public string Name => calls.Name;

    public IReadOnlyCollection<string> Notices => _judges.Notices;

    public async IAsyncEnumerable<SourceExperiment> Experiments(bool withDeleted, [EnumeratorCancellation] CancellationToken cancel)
    {
        var request = new Dictionary<string, object> { ["max_results"] = 1000, ["view_type"] = withDeleted ? "ALL" : "ACTIVE_ONLY" };
        await foreach (var page in calls.Pages("experiments/search", request, cancel))
        {
            foreach (var item in page.Items("experiments"))
                yield return new(item.Text("experiment_id"), item.Text("name"), item.Text("lifecycle_stage") == "deleted", Pairs(item, "tags"));
        }
    }

    public async IAsyncEnumerable<SourceRun> Runs(SourceExperiment experiment, bool withDeleted, [EnumeratorCancellation] CancellationToken cancel)
    {
        var request = new Dictionary<string, object>
        {
            ["experiment_ids"] = new[] { experiment.Id },
            ["max_results"] = RunsAtOnce,
            ["run_view_type"] = withDeleted ? "ALL" : "ACTIVE_ONLY",
            ["order_by"] = new[] { "attributes.start_time ASC" },
        };
        await foreach (var page in calls.Pages("runs/search", request, cancel))
        {
            foreach (var item in page.Items("runs"))
                yield return Run(item, experiment);
        }
    }

    public async IAsyncEnumerable<SourcePoint> History(SourceRun run, string metric, [EnumeratorCancellation] CancellationToken cancel)
    {
        var path = $"metrics/get-history?run_id={run.Id}&metric_key={Uri.EscapeDataString(metric)}&max_results={PointsAtOnce}";
        await foreach (var page in calls.Pages(path, null, cancel))
        {
            foreach (var point in page.Items("metrics"))
                yield return new(point.Integer("step") ?? 0, point.Integer("timestamp") ?? 0, point.Number("value"));
        }
    }

    public async IAsyncEnumerable<SourceFile> Files(SourceRun run, [EnumeratorCancellation] CancellationToken cancel)
    {
        var (folders, seen) = (new Stack<string>([""]), new HashSet<string>(StringComparer.Ordinal));
        while (folders.TryPop(out var folder))
        {
            await foreach (var page in calls.Pages($"artifacts/list?run_id={run.Id}&path={Uri.EscapeDataString(folder)}", null, cancel))
            {
                foreach (var item in page.Items("files"))
                {
                    // A server that lists a folder within itself would be followed without end.
                    var path = item.Text("path");
                    if (!IsBelow(path, folder) || !seen.Add(path))
                        throw new InvalidDataException($"{Name} lists a file '{path}' in the folder '{folder}' of run {run.Id}: it is not followed.");
                    if (item.Flag("is_dir"))
                        folders.Push(path);
                    else
                        yield return new(path, item.Integer("file_size") ?? 0);
                }
            }
        }
    }

    public Task<Stream> Open(SourceRun run, SourceFile file, CancellationToken cancel) =>
        calls.Download($"get-artifact?run_id={run.Id}&path={Uri.EscapeDataString(file.Path)}", cancel);

    public async IAsyncEnumerable<SourceModel> Models([EnumeratorCancellation] CancellationToken cancel)
    {
        await foreach (var page in calls.Pages("registered-models/search?max_results=100", null, cancel))
        {
            foreach (var item in page.Items("registered_models"))
            {
                yield return new(item.Text("name"), item.Text("description"), Pairs(item, "tags"))
                {
                    Aliases = item.Items("aliases").ToDictionary(alias => alias.Text("alias"), alias => alias.Text("version")),
                    Versions = await Versions(item.Text("name"), cancel),
                };
            }
        }
    }

    public IAsyncEnumerable<SourceLoggedModel> LoggedModels(SourceExperiment experiment, CancellationToken cancel) => _models.LoggedModels(experiment, cancel);

    public IAsyncEnumerable<SourceFile> ModelFiles(SourceLoggedModel model, CancellationToken cancel) => _models.Files(model, cancel);

    public Task<Stream> OpenModelFile(SourceLoggedModel model, SourceFile file, CancellationToken cancel) => _models.Open(model, file, cancel);

    public IAsyncEnumerable<SourceTrace> Traces(SourceExperiment experiment, CancellationToken cancel) => _models.Traces(experiment, cancel);

    public Task<JsonElement> Spans(SourceTrace trace, CancellationToken cancel) => _models.Spans(trace, cancel);

    public IAsyncEnumerable<SourceScorer> Scorers(SourceExperiment experiment, CancellationToken cancel) => _judges.Scorers(experiment, cancel);

    public IAsyncEnumerable<SourceSet> EvaluationSets(IReadOnlyCollection<string> experiments, CancellationToken cancel) => _judges.Sets(experiments, cancel);

    public IAsyncEnumerable<JsonElement> Records(SourceSet set, CancellationToken cancel) => _judges.Records(set, cancel);

    public void Dispose() => calls.Dispose();

    private async Task<List<SourceVersion>> Versions(string model, CancellationToken cancel)
    {
        var (versions, quote) = (new List<SourceVersion>(), model.Contains('\'', StringComparison.Ordinal) ? '"' : '\'');
        await foreach (var page in calls.Pages($"model-versions/search?filter={Uri.EscapeDataString($"name={quote}{model}{quote}")}&max_results=200", null, cancel))
        {
            versions.AddRange(page.Items("model_versions").Select(item => new SourceVersion(
                (int)(item.Integer("version") ?? 0), item.Text("source"), item.Text("run_id"), item.Text("current_stage"))
            {
                Description = item.Text("description"),
                Tags = Pairs(item, "tags"),
            }));
        }

        return [.. versions.OrderBy(version => version.Number)];
    }

    /// <summary>Whether a listed path is in the folder that was listed.</summary>
    public static bool IsBelow(string path, string folder) =>
        path.Length <= 1000 && path.StartsWith(folder.Length == 0 ? "" : folder + "/", StringComparison.Ordinal) && path.Split('/').All(part => part is not ("" or "." or ".."));

    private static SourceRun Run(JsonElement item, SourceExperiment experiment)
    {
        var (info, data) = (item.GetProperty("info"), item.TryGetProperty("data", out var some) ? some : default);
        var tags = Pairs(data, "tags");
        var id = info.Text("run_id") is { Length: > 0 } said ? said : info.Text("run_uuid");
        if (id.Length != 32 || !id.All(char.IsAsciiHexDigitLower))
            throw new InvalidDataException($"'{id}' is no id of a run: 32 lower-case hexadecimal digits.");
        return new(id, experiment.Id)
        {
            Name = info.Text("run_name") is { Length: > 0 } name ? name : tags.GetValueOrDefault("mlflow.runName") ?? id,
            UserId = info.Text("user_id") is { Length: > 0 } user ? user : tags.GetValueOrDefault("mlflow.user") ?? "",
            Status = Enum.TryParse<RunStatus>(info.Text("status"), ignoreCase: true, out var status) ? status : RunStatus.Running,
            StartedAt = info.Integer("start_time") ?? 0,
            EndedAt = info.Integer("end_time") is > 0 and var ended ? ended : null,
            IsDeleted = info.Text("lifecycle_stage") == "deleted",
            Params = Pairs(data, "params"),
            Tags = tags,
            Metrics = [.. data.Items("metrics").Select(metric => metric.Text("key"))],
            Datasets = [.. (item.TryGetProperty("inputs", out var inputs) ? inputs : default).Items("dataset_inputs").Select(Dataset)],
            ModelInputs = [.. inputs.Items("model_inputs").Select(model => model.Text("model_id"))],
            ModelOutputs = [.. (item.TryGetProperty("outputs", out var outputs) ? outputs : default).Items("model_outputs").Select(model => new ImportedOutput(model.Text("model_id"), model.Integer("step") ?? 0))],
        };
    }

    private static ImportedDataset Dataset(JsonElement input)
    {
        var dataset = input.GetProperty("dataset");
        return new(dataset.Text("name"), dataset.Text("digest"), dataset.Text("source_type"), dataset.Text("source"))
        {
            Schema = dataset.Text("schema") is { Length: > 0 } schema ? schema : null,
            Profile = dataset.Text("profile") is { Length: > 0 } profile ? profile : null,
            Tags = Pairs(input, "tags"),
        };
    }

    /// <summary>A list of keys and values.</summary>
    public static Dictionary<string, string> Pairs(JsonElement item, string list)
    {
        var pairs = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var pair in item.Items(list))
            pairs[pair.Text("key")] = pair.Text("value");
        return pairs;
    }
}
