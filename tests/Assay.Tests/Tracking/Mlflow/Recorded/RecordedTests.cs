using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Assay.Tests.Tracking.Mlflow.Traces;

namespace Assay.Tests.Tracking.Mlflow.Recorded;

/// <summary>
/// Replays what a client of MLflow 3.5 asked of MLflow's own server, for the routes that are here, and compares status and
/// body field by field. What differs on purpose stands in one short list, each with its reason.
/// </summary>
public sealed partial class RecordedTests(ITestOutputHelper output)
{
    /// <summary>Routes that are not here yet.</summary>
    private static readonly string[] NotHere = ["/registered-models/", "/model-versions/", "/webhooks", "/version"];

    /// <summary>Fields whose values the server makes.</summary>
    private static readonly HashSet<string> Made =
        ["creation_time", "last_update_time", "creation_timestamp_ms", "last_updated_timestamp_ms", "created_time", "digest", "sqlstate", "error_class", "dataset_uuid"];

    /// <summary>What differs on purpose, by where it is.</summary>
    private static readonly (string Where, string Reason)[] Intended =
    [
        ("message", "the code is what clients act on; the sentence is ours, and holds no SQL"),
        ("trace.trace_info.trace_metadata", "what was sent is answered, also when the spans came first"),
        ("run.outputs", "a run that was just made is answered like any other"),
        ("mlflow.modelVersions", "the registry sets it, which is not here yet"),
        ("mlflow.runName", "a name by chance, of other words"),
        ("run_name", "a name by chance, of other words"),
        ("files[0].file_size", "an MLmodel file names its experiment, whose id is longer here"),
    ];

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_recorded_client_is_answered_as_by_MLflow()
    {
        var recording = SharedData.Spec("mlflow-traffic-3.5.jsonl");
        await using var server = await TestServer.Start();
        var (ids, differences, replayed) = (new RecordedIds(), new List<string>(), 0);
        foreach (var exchange in RecordedExchange.Read(recording).Where(IsReplayed))
        {
            replayed++;
            using var request = new HttpRequestMessage(new(exchange.Method), ids.Translate(exchange.Query.Length == 0 ? exchange.Path : $"{exchange.Path}?{exchange.Query}"));
            if (exchange.Path == "/v1/traces")
                SendSpan(request, recording, ids);
            else if (exchange.Body.Length > 0)
                request.Content = Body(exchange, ids);
            using var answer = await server.Admin.SendAsync(request, Cancel);
            var body = await answer.Content.ReadAsByteArrayAsync(Cancel);
            var found = new List<string>();
            if ((int)answer.StatusCode != exchange.Status)
                found.Add($"status {(int)answer.StatusCode} instead of {exchange.Status}: {Encoding.UTF8.GetString(body)}");
            else if (exchange.Path.Contains("/artifacts/artifacts/", StringComparison.Ordinal) && exchange.Method == "GET" && exchange.Status == 200)
                CompareFile(exchange, ids, body, found);
            else if (exchange.Answer.Length > 0 && RecordedExchange.Json(exchange.Answer) is { } recorded)
                Compare("", recorded, JsonNode.Parse(body), ids, found);
            differences.AddRange(found.Select(difference => $"{exchange.Number} {exchange.Method} {exchange.Path}: {difference}"));
        }

        output.WriteLine($"{replayed} exchanges");
        Assert.True(replayed > 200, $"Only {replayed} exchanges were replayed.");
        Assert.True(differences.Count == 0, $"{differences.Count} differences\n" + string.Join('\n', differences.Take(40)));
    }

    // A long body was cut off in the recording, and can't be sent.
    private static bool IsReplayed(RecordedExchange one) => !NotHere.Any(route => one.Path.Contains(route, StringComparison.Ordinal))
        && (one.Body.Length == 0 || one.Method == "PUT" || one.Path == "/v1/traces" || RecordedExchange.Json(one.Body) is not null);

    private static ByteArrayContent Body(RecordedExchange exchange, RecordedIds ids)
    {
        var bytes = RecordedExchange.Omitted(exchange.Body) is { } length ? new byte[length] : Encoding.UTF8.GetBytes(ids.Translate(exchange.Body));
        var content = new ByteArrayContent(bytes);
        if (exchange.Method != "PUT")
            content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        return content;
    }

    // Neither its bytes nor its header are in the recording: a span of the trace of which the client tells next.
    private static void SendSpan(HttpRequestMessage request, string recording, RecordedIds ids)
    {
        var told = RecordedExchange.Read(recording).First(one => one.Path == "/api/3.0/mlflow/traces" && one.Method == "POST");
        var info = JsonNode.Parse(ids.Translate(told.Body))!["trace"]!["trace_info"]!;
        request.Content = new ByteArrayContent(OtlpMessage.Of(new SentSpan(((string)info["trace_id"]!)[3..], "56f100fa3873cc25", "f") { Status = 1 }));
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/x-protobuf");
        request.Headers.Add("x-mlflow-experiment-id", (string)info["trace_location"]!["mlflow_experiment"]!["experiment_id"]!);
    }

    private static void CompareFile(RecordedExchange exchange, RecordedIds ids, byte[] body, List<string> found)
    {
        if (RecordedExchange.Omitted(exchange.Answer) is { } length ? body.Length != length : Encoding.UTF8.GetString(body) != ids.Translate(exchange.Answer))
            found.Add($"another file, of {body.Length} bytes");
    }

    private static void Compare(string where, JsonNode? recorded, JsonNode? own, RecordedIds ids, List<string> found)
    {
        if (Made.Contains(where[(where.LastIndexOf('.') + 1)..]) || Intended.Any(one => where.EndsWith(one.Where, StringComparison.Ordinal)))
            return;
        if (Within(recorded) is { } said && Within(own) is { } meant)
        {
            Compare($"{where}()", said, meant, ids, found);
        }
        else if (recorded is JsonObject before && own is JsonObject after)
        {
            foreach (var name in before.Select(field => field.Key).Union(after.Select(field => field.Key)))
                Compare(where.Length == 0 ? name : $"{where}.{name}", before[name], after[name], ids, found);
        }
        else if (recorded is JsonArray many && own is JsonArray others)
        {
            CompareLists(where, many, others, ids, found);
        }
        else if (recorded is JsonValue && own is JsonValue && Learned(where, recorded, own, ids))
        {
            // The first time that an id comes.
        }
        else if (Shown(recorded, ids) != Shown(own, null))
        {
            found.Add($"{where} is {own?.ToJsonString() ?? "absent"} instead of {recorded?.ToJsonString() ?? "absent"}");
        }
    }

    // What is JSON within a text is compared as JSON.
    private static JsonNode? Within(JsonNode? node) => node is JsonValue value && value.TryGetValue<string>(out var text) && text is ['{', .., '}'] or ['[', .., ']']
        ? RecordedExchange.Json((string)node!)
        : null;

    // Parameters, metrics and tags are a set, which MLflow's server sends in the order in which they came to be.
    private static void CompareLists(string where, JsonArray recorded, JsonArray own, RecordedIds ids, List<string> found)
    {
        var (before, after) = (Sorted(recorded), Sorted(own));
        if (where == "experiments" && after.Count < before.Count)
            return;   // the recorded server had those of other clients, too
        if (before.Count != after.Count)
        {
            var (missing, more) = (before.Select(NameOf).Except(after.Select(NameOf)).ToList(), after.Select(NameOf).Except(before.Select(NameOf)).ToList());
            if (missing.Concat(more).All(name => Intended.Any(one => one.Where == name)) && missing.Count + more.Count > 0)
                return;
            found.Add($"{where} has {after.Count} entries instead of {before.Count}: without {string.Join(' ', missing)}, with {string.Join(' ', more)}");
            return;
        }

        for (var i = 0; i < before.Count; i++)
            Compare(NameOf(before[i]) is { Length: > 0 } name && name == NameOf(after[i]) ? $"{where}[].{name}" : $"{where}[{i}]", before[i], after[i], ids, found);
    }

    private static List<JsonNode?> Sorted(JsonArray list) => NameOf(list.FirstOrDefault()).Length > 0 && list.Select(NameOf).Distinct().Count() == list.Count
        ? [.. list.OrderBy(NameOf, StringComparer.Ordinal)]
        : [.. list];

    private static string NameOf(JsonNode? item) => (string?)(item as JsonObject)?["key"] ?? "";

    private static bool Learned(string where, JsonNode recorded, JsonNode own, RecordedIds ids)
    {
        if (!Identifier().IsMatch(where) || ids.Knows(recorded.ToString()))
            return false;
        ids.Learn(recorded.ToString(), own.ToString());
        return true;
    }

    private static string Shown(JsonNode? value, RecordedIds? ids)
    {
        if (value is null)
            return "";
        if (value.GetValueKind() == System.Text.Json.JsonValueKind.Number)
            return value.GetValue<double>().ToString("R", System.Globalization.CultureInfo.InvariantCulture);
        return ids is null ? value.ToString() : ids.Translate(value.ToString());
    }

    [GeneratedRegex(@"(^|\.)(experiment_id|run_id|run_uuid|model_id|assessment_id|dataset_id|dataset_record_id)$")]
    private static partial Regex Identifier();
}
