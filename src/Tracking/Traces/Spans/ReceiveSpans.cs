using System.IO.Compression;
using System.Text.Json;
using Assay.Kernel.Permissions;
using Assay.Kernel.Refusals;
using Assay.Tracking.Experiments;
using Assay.Tracking.Mlflow;
using Assay.Tracking.Store;
using Microsoft.AspNetCore.Mvc;

namespace Assay.Tracking.Traces.Spans;

/// <summary>Takes spans by OpenTelemetry's protocol over HTTP: of MLflow's clients since 3.4, and of any program with an exporter. A header says the experiment.</summary>
internal static class ReceiveSpans
{
    private const string Header = "x-mlflow-experiment-id";
    private const string Protobuf = "application/x-protobuf";
    private const string Json = "application/json";
    private const int BytesMax = 64 << 20;
    private const int SpansMax = 20_000;
    private const int AttributesMax = 1000;

    public static void Map(IEndpointRouteBuilder routes) =>
        routes.MapPost("/v1/traces", (RequestDelegate)Handle).RequiresOnAny(TrackingPermissions.Write).WithMetadata(new RequestSizeLimitAttribute(BytesMax));

    private static async Task Handle(HttpContext http)
    {
        var call = new MlflowCall(http, MlflowFields.None);
        var experimentId = http.Request.Headers[Header].ToString() is { Length: > 0 } said
            ? said
            : throw Unprocessable($"The header {Header} is missing: it says the experiment whose traces these are.");
        var type = http.Request.ContentType?.Split(';')[0].Trim();
        if (type is not (Protobuf or Json))
            throw MlflowError.Invalid($"Invalid Content-Type: {type}. Expected: {Protobuf} or {Json}");
        await MlflowOperation.EnsureProject(http);
        var traces = Read(await Body(http), type == Json);
        var scope = call.Scope;
        if (traces.Count > 0)
        {
            await call.Get<GroupWriter>().Write(session =>
            {
                var experiment = TraceWrites.FindIn(session, scope, experimentId);
                DemandOthers(session, scope, experiment, traces);
                foreach (var trace in traces)
                    SpanWrites.Add(session, scope, experiment, trace);
                return true;
            });
        }

        // An answer without a field is an empty message, in both encodings.
        http.Response.ContentType = type;
        if (type == Json)
            await http.Response.WriteAsync("{}", call.Cancel);
    }

    // Spans join their trace where it is: its client may have said another experiment than the one its spans are sent to.
    private static void DemandOthers(Session session, ExperimentScope scope, ExperimentRef experiment, List<TraceSpans> traces)
    {
        foreach (var trace in traces)
        {
            if (TraceReader.TryFind(session, scope, trace.TraceId) is { } known && known.ExperimentId != experiment.Id)
                scope.Demand(known.ExperimentId);
        }
    }

    private static List<TraceSpans> Read(ReadOnlyMemory<byte> body, bool isJson)
    {
        List<OtlpSpan> spans;
        try
        {
            spans = isJson ? OtlpJson.Read(body) : OtlpProtobuf.Read(body.Span);
        }
        catch (Exception problem) when (problem is FormatException or JsonException or InvalidOperationException)   // or half a surrogate pair
        {
            throw MlflowError.Invalid($"Invalid OpenTelemetry {(isJson ? "JSON" : "protobuf")} format. {problem.Message}");
        }

        if (spans.Count == 0 && !isJson && body.IsEmpty)
            throw MlflowError.Invalid("Invalid OpenTelemetry protobuf format - no spans found");
        if (spans.Count > SpansMax)
            throw Refusal.Limit(StatusCodes.Status413PayloadTooLarge, $"The request has {spans.Count} spans; at most {SpansMax} are taken at once. Send them in smaller batches.");
        var traces = new Dictionary<string, TraceSpans>(StringComparer.Ordinal);
        foreach (var span in spans)
        {
            Check(span);
            var meaning = new SpanMeaning(span);
            var id = TraceFields.DemandId(meaning.TraceId ?? $"tr-{span.TraceId}");
            if (traces.TryGetValue(id, out var trace))
                trace.Spans.Add((span, meaning));
            else
                traces.Add(id, new(id, [(span, meaning)]));
        }

        return [.. traces.Values];
    }

    private static void Check(OtlpSpan span)
    {
        if (span.TraceId.Length != 32 || span.SpanId.Length != 16 || span.ParentId.Length is not (0 or 16))
            throw Unprocessable($"Cannot convert OpenTelemetry span to MLflow span: '{span.Name}' has no trace id of 16 bytes, or no span id of 8.");
        if (span.Attributes.Count > AttributesMax)
            throw Unprocessable($"The span '{span.Name}' has {span.Attributes.Count} attributes; at most {AttributesMax} are kept.");
        if (span.Links.Exists(link => link.TraceId.Length % 2 == 1 || link.SpanId.Length % 2 == 1))
            throw Unprocessable($"The span '{span.Name}' has a link whose ids are not whole bytes.");
    }

    private static async Task<ReadOnlyMemory<byte>> Body(HttpContext http)
    {
        var encoding = http.Request.Headers.ContentEncoding.ToString().ToLowerInvariant();
        await using Stream body = encoding switch
        {
            "" or "identity" => http.Request.Body,
            "gzip" => new GZipStream(http.Request.Body, CompressionMode.Decompress),
            "deflate" => new ZLibStream(http.Request.Body, CompressionMode.Decompress),
            _ => throw MlflowError.Invalid($"Unsupported Content-Encoding: {encoding}. Expected: gzip or deflate"),
        };
        var buffer = new MemoryStream();
        var part = new byte[81_920];
        try
        {
            for (int read; (read = await body.ReadAsync(part, http.RequestAborted)) > 0;)
            {
                if (buffer.Length + read > BytesMax)
                    throw Refusal.Limit(StatusCodes.Status413PayloadTooLarge, $"The request has more than {BytesMax >> 20} MiB. Send spans in smaller batches.");
                buffer.Write(part, 0, read);
            }
        }
        catch (InvalidDataException)
        {
            throw MlflowError.Invalid($"Failed to decompress {encoding} payload");
        }

        return buffer.GetBuffer().AsMemory(0, (int)buffer.Length);
    }

    private static Refusal Unprocessable(string message) => Refusal.Foreign(StatusCodes.Status422UnprocessableEntity, MlflowError.InvalidParameter, message);
}
