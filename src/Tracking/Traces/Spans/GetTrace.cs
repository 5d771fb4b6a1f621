using System.Text.Json;
using Assay.Tracking.Artifacts;
using Assay.Tracking.Mlflow;
using Assay.Tracking.Store;

namespace Assay.Tracking.Traces.Spans;

/// <summary>Traces with their spans, which are here, or in a file that the client has kept with the trace.</summary>
internal static class GetTrace
{
    /// <summary>How often, and how long in between, spans that are still under way are waited for.</summary>
    private const int Tries = 4;
    private static readonly TimeSpan Wait = TimeSpan.FromMilliseconds(400);

    public static void Map(IEndpointRouteBuilder group)
    {
        group.MapOperationOnAny("GET", "/traces/get", One, TrackingPermissions.Read);
        group.MapOperationOnAny("GET", "/traces/batchGet", Many, TrackingPermissions.Read);
        group.MapOperationOnAny("GET", "/get-trace-artifact", AsFile, TrackingPermissions.Read);
    }

    public static void MapOld(IEndpointRouteBuilder group) => group.MapOperationOnAny("GET", "/get-trace-artifact", AsFile, TrackingPermissions.Read);

    private static async Task One(MlflowCall call)
    {
        var (id, isPartial) = (call.Fields.RequiredText("trace_id"), call.Fields.Flag("allow_partial") == true);
        for (var attempt = 1; ; attempt++)
        {
            var (trace, spans) = await Read(call, Find(call, id));
            if (isPartial || IsWhole(trace, spans))
            {
                await call.Answer(json =>
                {
                    json.WriteStartObject("trace"u8);
                    Write(json, trace, spans);
                    json.WriteEndObject();
                });
                return;
            }

            if (attempt == Tries)
                throw MlflowError.NotFound($"Trace with ID {id} is not fully exported yet, please try again later.");
            await Task.Delay(Wait, call.Get<TimeProvider>(), call.Cancel);
        }
    }

    private static async Task Many(MlflowCall call)
    {
        var (scope, ids) = (call.Scope, GetTraceInfo.IdsOf(call));
        var found = new List<(TraceRow Trace, List<SpanRow> Spans)>();
        foreach (var trace in call.Get<Sessions>().Read(session => TraceReader.GetAll(session, scope, ids)))
        {
            var (row, spans) = await Read(call, trace);
            if (IsWhole(row, spans))
                found.Add((row, spans));
        }

        await call.Answer(json =>
        {
            if (found.Count == 0)
                return;
            json.WriteStartArray("traces"u8);
            foreach (var (trace, spans) in found)
            {
                json.WriteStartObject();
                Write(json, trace, spans);
                json.WriteEndObject();
            }

            json.WriteEndArray();
        });
    }

    /// <summary>The spans alone, as clients keep them in a file.</summary>
    private static async Task AsFile(MlflowCall call)
    {
        var (_, spans) = await Read(call, Find(call, call.Fields.RequiredText("request_id")));
        call.Http.Response.Headers.ContentDisposition = "attachment; filename=traces.json";
        await call.Answer(json =>
        {
            json.WriteStartArray("spans"u8);
            foreach (var span in spans)
            {
                json.WriteStartObject();
                span.WriteAsFile(json);
                json.WriteEndObject();
            }

            json.WriteEndArray();
        });
    }

    private static TraceRow Find(MlflowCall call, string id)
    {
        var scope = call.Scope;
        return call.Get<Sessions>().Read(session => TraceReader.TryFind(session, scope, id) is { } trace
            ? TraceReader.Complete(session, trace)
            : throw MlflowError.NotFound($"Trace with ID {id} is not found."));
    }

    private static async Task<(TraceRow Trace, List<SpanRow> Spans)> Read(MlflowCall call, TraceRow trace) =>
        (trace, await SpansOfTrace.TryRead(call.Get<Sessions>(), call.Get<FileStore>(), call.Project, trace, call.Cancel)
            ?? throw MlflowError.Invalid($"The spans of the trace '{trace.Id}' are not stored in tracking store: its client has sent none, and has uploaded no file of them."));

    // The client says how many there are when the trace is over; some may still be under way.
    private static bool IsWhole(TraceRow trace, List<SpanRow> spans)
    {
        if (trace.MetadataOf(TraceKeys.SizeStats) is not { } stats)
            return true;
        try
        {
            using var json = JsonDocument.Parse(stats);
            return json.RootElement.Member("num_spans") is not { ValueKind: JsonValueKind.Number } count || !count.TryGetInt32(out var number) || spans.Count >= number;
        }
        catch (JsonException)   // cut off, or none of MLflow's
        {
            return true;
        }
    }

    private static void Write(Utf8JsonWriter json, TraceRow trace, List<SpanRow> spans)
    {
        json.WriteStartObject("trace_info"u8);
        TraceJson.WriteInfo(json, trace);
        json.WriteEndObject();
        if (spans.Count == 0)
            return;
        json.WriteStartArray("spans"u8);
        foreach (var span in spans)
            span.Write(json);
        json.WriteEndArray();
    }
}
