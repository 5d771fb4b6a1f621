using System.Text.Json;
using Assay.Tracking.Experiments;
using Assay.Tracking.Mlflow;

namespace Assay.Tracking.Traces;

/// <summary>Traces as clients read them, in both versions of the API.</summary>
internal static class TraceJson
{
    /// <summary>The members of a <c>TraceInfoV3</c>.</summary>
    public static void WriteInfo(Utf8JsonWriter json, TraceRow trace)
    {
        json.WriteString("trace_id"u8, trace.Id);
        if (trace.ClientRequestId is not null)
            json.WriteString("client_request_id"u8, trace.ClientRequestId);
        json.WriteStartObject("trace_location"u8);
        json.WriteString("type"u8, "MLFLOW_EXPERIMENT"u8);
        json.WriteStartObject("mlflow_experiment"u8);
        json.WriteString("experiment_id"u8, trace.ExperimentId);
        json.WriteEndObject();
        json.WriteEndObject();
        json.WriteString("request_time"u8, TraceTimes.Time(trace.StartedAt));
        if (trace.DurationMs is { } duration)
            json.WriteString("execution_duration"u8, TraceTimes.Duration(duration));
        json.WriteString("state"u8, trace.State);
        WriteMap(json, "trace_metadata"u8, trace.Metadata);
        if (trace.Assessments.Count > 0)
        {
            json.WriteStartArray("assessments"u8);
            foreach (var assessment in trace.Assessments)
            {
                json.WriteStartObject();
                assessment.Write(json, trace.Id);
                json.WriteEndObject();
            }

            json.WriteEndArray();
        }

        WriteMap(json, "tags"u8, trace.Tags);
        if (trace.RequestPreview is not null)
            json.WriteString("request_preview"u8, trace.RequestPreview);
        if (trace.ResponsePreview is not null)
            json.WriteString("response_preview"u8, trace.ResponsePreview);
    }

    /// <summary>The members of a <c>TraceInfo</c> of version 2.</summary>
    public static void WriteOldInfo(Utf8JsonWriter json, TraceRow trace)
    {
        json.WriteString("request_id"u8, trace.Id);
        json.WriteString("experiment_id"u8, trace.ExperimentId);
        json.WriteNumber("timestamp_ms"u8, trace.StartedAt);
        if (trace.DurationMs is { } duration)
            json.WriteNumber("execution_time_ms"u8, duration);
        json.WriteString("status"u8, trace.State == TraceRow.States[0] ? "TRACE_STATUS_UNSPECIFIED" : trace.State);
        json.WritePairs("request_metadata"u8, trace.Metadata);
        json.WritePairs("tags"u8, trace.Tags);
    }

    /// <summary>Answers with one trace of version 3, without spans.</summary>
    public static Task Answer(MlflowCall call, TraceRow trace) => call.Answer(json =>
    {
        json.WriteStartObject("trace"u8);
        json.WriteStartObject("trace_info"u8);
        WriteInfo(json, trace);
        json.WriteEndObject();
        json.WriteEndObject();
    });

    /// <summary>The same for clients of version 2.</summary>
    public static Task AnswerOld(MlflowCall call, TraceRow trace) => call.Answer(json =>
    {
        json.WriteStartObject("trace_info"u8);
        WriteOldInfo(json, trace);
        json.WriteEndObject();
    });

    private static void WriteMap(Utf8JsonWriter json, ReadOnlySpan<byte> name, List<KeyValuePair<string, string>> pairs)
    {
        if (pairs.Count == 0)
            return;
        json.WriteStartObject(name);
        foreach (var (key, value) in pairs)
            json.WriteString(key, value);
        json.WriteEndObject();
    }
}
