using System.ComponentModel.DataAnnotations;
using System.Text.Json;
using Assay.Kernel.Permissions;
using Assay.Kernel.Refusals;
using Assay.Tracking.Experiments;
using Assay.Tracking.Store;
using Assay.Tracking.Traces;
using Assay.Tracking.Traces.Spans;
using Microsoft.AspNetCore.Mvc;

namespace Assay.Tracking.Importing;

/// <summary>A trace of another MLflow server.</summary>
/// <param name="ExperimentId">Id of the experiment here that it becomes a part of.</param>
/// <param name="Info">What is known of it, with its assessments, as MLflow's API of version 3 says it.</param>
/// <param name="Spans">Its spans, as MLflow's clients keep them in a file: a list, which may be empty.</param>
public sealed record ImportTraceRequest([Required, StringLength(64, MinimumLength = 1)] string ExperimentId, JsonElement Info, JsonElement Spans);

/// <summary>What an imported trace has here.</summary>
/// <param name="Id">Its id, as at its source.</param>
/// <param name="Spans">Spans.</param>
/// <param name="Assessments">Assessments, also those that were replaced.</param>
public sealed record ImportedTrace(string Id, int Spans, int Assessments);

/// <summary>Takes a trace over under its id. The same request again changes nothing.</summary>
internal static class ImportTrace
{
    private const long BodyBytesMax = 64L << 20;

    public static void Map(RouteGroupBuilder traces) =>
        traces.MapPut("/{id}", Handle).WithName("ImportTrace").RequiresOnAny(TrackingPermissions.Write).WithMetadata(new RequestSizeLimitAttribute(BodyBytesMax));

    private static async Task<ImportedTrace> Handle(string id, ImportTraceRequest request, GroupWriter writer, ExperimentScope scope, TimeProvider clock)
    {
        if (request.Info.ValueKind != JsonValueKind.Object)
            throw Refusal.Invalid("info", "It is an object, as MLflow's API of version 3 answers it.");
        var trace = StartTrace.Read(request.Info, clock.GetUtcNow().ToUnixTimeMilliseconds(), request.ExperimentId);
        if (trace.Id != id)
            throw Refusal.Invalid("info", $"It is about the trace '{trace.Id}', and the address names '{id}'.");
        var spans = Read(request.Spans);
        return await writer.Write(session =>
        {
            var experiment = TraceWrites.FindIn(session, scope, request.ExperimentId);
            StartTrace.Put(session, scope, trace);
            if (spans.Count > 0)
                SpanWrites.Add(session, scope, experiment, new(id, spans));
            var kept = TraceReader.Get(session, scope, id);
            return new ImportedTrace(id, SpanRow.All(session, kept.Key).Count, kept.Assessments.Count);
        });
    }

    private static List<(OtlpSpan Span, SpanMeaning Meaning)> Read(JsonElement list)
    {
        if (list.ValueKind is JsonValueKind.Undefined or JsonValueKind.Null)
            return [];
        try
        {
            return [.. SpanFile.Spans(list, asSent: true).Select(span => (span, new SpanMeaning(span)))];
        }
        catch (Exception problem) when (problem is FormatException or InvalidOperationException)
        {
            throw Refusal.Invalid("spans", "They are not spans as MLflow's clients keep them in the file traces.json.");
        }
    }
}
