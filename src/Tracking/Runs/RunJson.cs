using System.Text.Json;
using Assay.Tracking.Experiments;
using Assay.Tracking.Mlflow;

namespace Assay.Tracking.Runs;

/// <summary>Runs as MLflow's clients read them.</summary>
internal static class RunJson
{
    /// <summary>The names of a run's states in the order of their numbers, from 1.</summary>
    public static readonly IReadOnlyList<string> Statuses = ["RUNNING", "SCHEDULED", "FINISHED", "FAILED", "KILLED"];

    public static void Write(Utf8JsonWriter json, RunRow run)
    {
        json.WriteStartObject("info"u8);
        WriteInfo(json, run);
        json.WriteEndObject();
        json.WriteStartObject("data"u8);
        WriteMetrics(json, run.Metrics);
        json.WritePairs("params"u8, run.Params);
        json.WritePairs("tags"u8, run.Tags);
        json.WriteEndObject();
        json.WriteStartObject("inputs"u8);
        WriteInputs(json, run);
        json.WriteEndObject();
        json.WriteStartObject("outputs"u8);
        WriteOutputs(json, run);
        json.WriteEndObject();
    }

    public static void WriteInfo(Utf8JsonWriter json, RunRow run)
    {
        json.WriteString("run_uuid"u8, run.Id);
        json.WriteString("experiment_id"u8, run.ExperimentId);
        json.WriteString("run_name"u8, run.Name);
        json.WriteString("user_id"u8, run.UserId);
        json.WriteString("status"u8, StatusOf(run.Status));
        json.WriteNumber("start_time"u8, run.StartedAt);
        if (run.EndedAt is { } ended)
            json.WriteNumber("end_time"u8, ended);
        json.WriteString("artifact_uri"u8, run.ArtifactUri);
        json.WriteString("lifecycle_stage"u8, run.IsDeleted ? "deleted"u8 : "active"u8);
        json.WriteString("run_id"u8, run.Id);
    }

    /// <summary>MLflow's name of a state.</summary>
    private static string StatusOf(string stored) => stored switch
    {
        nameof(RunStatus.Running) => "RUNNING",
        nameof(RunStatus.Finished) => "FINISHED",
        nameof(RunStatus.Failed) => "FAILED",
        nameof(RunStatus.Killed) => "KILLED",
        _ => "SCHEDULED",
    };

    private static void WriteMetrics(Utf8JsonWriter json, List<LatestPoint> metrics)
    {
        if (metrics.Count == 0)
            return;
        json.WriteStartArray("metrics"u8);
        foreach (var metric in metrics)
        {
            json.WriteStartObject();
            json.WriteString("key"u8, metric.Key);
            json.WriteDouble("value"u8, metric.Value ?? double.NaN);
            json.WriteNumber("timestamp"u8, metric.At);
            json.WriteNumber("step"u8, metric.Step);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void WriteInputs(Utf8JsonWriter json, RunRow run)
    {
        if (run.Datasets.Count > 0)
        {
            json.WriteStartArray("dataset_inputs"u8);
            foreach (var input in run.Datasets)
            {
                json.WriteStartObject();
                json.WritePairs("tags"u8, input.Tags);
                json.WriteStartObject("dataset"u8);
                json.WriteString("name"u8, input.Name);
                json.WriteString("digest"u8, input.Digest);
                json.WriteString("source_type"u8, input.SourceType);
                json.WriteString("source"u8, input.Source);
                if (input.Schema is not null)
                    json.WriteString("schema"u8, input.Schema);
                if (input.Profile is not null)
                    json.WriteString("profile"u8, input.Profile);
                json.WriteEndObject();
                json.WriteEndObject();
            }

            json.WriteEndArray();
        }

        if (run.ModelInputs.Count == 0)
            return;
        json.WriteStartArray("model_inputs"u8);
        foreach (var model in run.ModelInputs)
        {
            json.WriteStartObject();
            json.WriteString("model_id"u8, model);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void WriteOutputs(Utf8JsonWriter json, RunRow run)
    {
        if (run.ModelOutputs.Count == 0)
            return;
        json.WriteStartArray("model_outputs"u8);
        foreach (var (model, step) in run.ModelOutputs)
        {
            json.WriteStartObject();
            json.WriteString("model_id"u8, model);
            json.WriteNumber("step"u8, step);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }
}
