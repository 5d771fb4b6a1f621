using System.IO.Compression;
using System.Net;
using System.Net.Http.Headers;
using System.Text.Json.Nodes;

namespace Assay.Tests.Tracking.Mlflow.Traces;

/// <summary>Calls the routes of traces as clients of version 3 do.</summary>
internal static class TraceClient
{
    public const string Api = "/api/3.0/mlflow";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    /// <summary>Starts a trace and returns what the server says of it.</summary>
    public static async Task<JsonObject> Trace(this MlflowClient client, string experiment, string id, object? more = null)
    {
        var info = System.Text.Json.JsonSerializer.SerializeToNode(more ?? new { })!.AsObject();
        info["trace_id"] = id;
        info["trace_location"] = Location(experiment);
        info["request_time"] ??= "2026-01-31T12:00:00.500Z";
        info["state"] ??= "OK";
        var body = new JsonObject { ["trace"] = new JsonObject { ["trace_info"] = info } };
        return (await client.Post($"{Api}/traces", body.ToJsonString()))["trace"]!["trace_info"]!.AsObject();
    }

    public static async Task<JsonObject> TraceInfo(this MlflowClient client, string id) => (await client.Get($"{Api}/traces/{id}"))["trace"]!["trace_info"]!.AsObject();

    /// <summary>The ids that a search finds, in its order.</summary>
    public static async Task<string> Find(this MlflowClient client, string experiment, string filter, params string[] order)
    {
        var found = await client.Search([experiment], new { filter, order_by = order });
        return string.Join(' ', found["traces"]?.AsArray().Select(trace => (string)trace!["trace_id"]!) ?? []);
    }

    public static Task<JsonObject> Search(this MlflowClient client, string[] experiments, object query)
    {
        var body = System.Text.Json.JsonSerializer.SerializeToNode(query)!.AsObject();
        body["locations"] = new JsonArray([.. experiments.Select(Location)]);
        return client.Post($"{Api}/traces/search", body.ToJsonString());
    }

    public static JsonNode Location(string experiment) =>
        new JsonObject { ["type"] = "MLFLOW_EXPERIMENT", ["mlflow_experiment"] = new JsonObject { ["experiment_id"] = experiment } };

    public static async Task Spans(this MlflowClient client, string experiment, params SentSpan[] spans)
    {
        using var answer = await client.SendSpans(experiment, OtlpMessage.Of(spans));
        Assert.True(answer.StatusCode == HttpStatusCode.OK, await answer.Content.ReadAsStringAsync(Cancel));
        Assert.Equal("application/x-protobuf", answer.Content.Headers.ContentType!.MediaType);
    }

    public static Task<HttpResponseMessage> SendSpans(this MlflowClient client, string? experiment, byte[] body, string type = "application/x-protobuf", string? encoding = null)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, "/v1/traces") { Content = new ByteArrayContent(encoding is null ? body : Packed(body, encoding)) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue(type);
        if (encoding is not null)
            request.Content.Headers.ContentEncoding.Add(encoding);
        if (experiment is not null)
            request.Headers.Add("x-mlflow-experiment-id", experiment);
        return client.Http.SendAsync(request, Cancel);
    }

    private static byte[] Packed(byte[] body, string encoding)
    {
        var packed = new MemoryStream();
        using (Stream stream = encoding == "gzip" ? new GZipStream(packed, CompressionMode.Compress) : new ZLibStream(packed, CompressionMode.Compress))
            stream.Write(body);
        return packed.ToArray();
    }
}
