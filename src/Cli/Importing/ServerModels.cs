using System.Runtime.CompilerServices;
using System.Text.Json;
using Assay.Tracking.Importing;

namespace Assay.Cli.Importing;

/// <summary>Logged models and traces of a running server, which servers before version 3 don't have.</summary>
internal sealed class ServerModels(ServerCalls calls)
{
    private const int AtOnce = 100;
    private const string Newer = "api/3.0/mlflow/";
    private const string Unspecified = "LOGGED_MODEL_STATUS_UNSPECIFIED";
    private const string Pending = "LOGGED_MODEL_PENDING";

    public async IAsyncEnumerable<SourceLoggedModel> LoggedModels(SourceExperiment experiment, [EnumeratorCancellation] CancellationToken cancel)
    {
        var request = new Dictionary<string, object> { ["experiment_ids"] = new[] { experiment.Id }, ["max_results"] = AtOnce };
        await foreach (var page in calls.Pages("logged-models/search", request, cancel, optional: true))
        {
            foreach (var item in page.Items("models"))
                yield return Model(item);
        }
    }

    public async IAsyncEnumerable<SourceFile> Files(SourceLoggedModel model, [EnumeratorCancellation] CancellationToken cancel)
    {
        var (folders, seen) = (new Stack<string>([""]), new HashSet<string>(StringComparer.Ordinal));
        while (folders.TryPop(out var folder))
        {
            await foreach (var page in calls.Pages($"logged-models/{model.Id}/artifacts/directories?artifact_directory_path={Uri.EscapeDataString(folder)}", null, cancel))
            {
                foreach (var item in page.Items("files"))
                {
                    var path = item.Text("path");
                    if (!ServerSource.IsBelow(path, folder) || !seen.Add(path))
                        throw new InvalidDataException($"{calls.Name} lists a file '{path}' in the folder '{folder}' of logged model {model.Id}: it is not followed.");
                    if (item.Flag("is_dir"))
                        folders.Push(path);
                    else
                        yield return new(path, item.Integer("file_size") ?? 0);
                }
            }
        }
    }

    public Task<Stream> Open(SourceLoggedModel model, SourceFile file, CancellationToken cancel) =>
        calls.Download($"ajax-api/2.0/mlflow/logged-models/{model.Id}/artifacts/files?artifact_file_path={Uri.EscapeDataString(file.Path)}", cancel);

    public async IAsyncEnumerable<SourceTrace> Traces(SourceExperiment experiment, [EnumeratorCancellation] CancellationToken cancel)
    {
        var request = new Dictionary<string, object>
        {
            ["locations"] = new[] { new { type = "MLFLOW_EXPERIMENT", mlflow_experiment = new { experiment_id = experiment.Id } } },
            ["max_results"] = AtOnce,
            ["order_by"] = new[] { "timestamp_ms ASC" },
        };
        await foreach (var page in calls.Pages(Newer + "traces/search", request, cancel, optional: true))
        {
            foreach (var item in page.Items("traces"))
                yield return new(item.Text("trace_id"), item.Clone());
        }
    }

    /// <summary>A list of spans; undefined where the server has none.</summary>
    public async Task<JsonElement> Spans(SourceTrace trace, CancellationToken cancel)
    {
        await foreach (var page in calls.Pages($"ajax-api/2.0/mlflow/get-trace-artifact?request_id={Uri.EscapeDataString(trace.Id)}", null, cancel, optional: true))
        {
            if (page.TryGetProperty("spans", out var spans))
                return spans.Clone();
        }

        return default;
    }

    private static SourceLoggedModel Model(JsonElement item)
    {
        var (info, data) = (item.GetProperty("info"), item.TryGetProperty("data", out var some) ? some : default);
        return new(info.Text("model_id"), new()
        {
            Name = info.Text("name"),
            ModelType = info.Text("model_type"),
            SourceRunId = info.Text("source_run_id"),
            Status = info.Text("status") is { Length: > 0 } status and not Unspecified ? status : Pending,
            CreatedAtMilliseconds = info.Integer("creation_timestamp_ms") ?? 0,
            UpdatedAtMilliseconds = info.Integer("last_updated_timestamp_ms") ?? 0,
            Params = ServerSource.Pairs(data, "params"),
            Tags = ServerSource.Pairs(info, "tags"),
        })
        {
            Points = [.. data.Items("metrics").Select(Point)],
        };
    }

    private static ImportedModelPoint Point(JsonElement item)
    {
        var value = item.Number("value");
        return new(
            item.Text("key"), double.IsNaN(value) ? null : Math.Clamp(value, double.MinValue, double.MaxValue), item.Integer("step") ?? 0, item.Integer("timestamp") ?? 0, item.Text("run_id"))
        {
            DatasetName = item.Text("dataset_name"),
            DatasetDigest = item.Text("dataset_digest"),
        };
    }
}
