using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Assay.Governance.Access;
using Assay.Tests.Governance;
using Assay.Tests.Tracking.Mlflow;
using Assay.Tests.Tracking.Mlflow.Traces;

namespace Assay.Tests.Tracking.Importing;

/// <summary>What an experiment has beside its runs comes over with it.</summary>
public sealed class ImportModelsAndTracesTests
{
    private const string Proxy = "/api/2.0/mlflow-artifacts/artifacts";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Logged_models_traces_scorers_and_evaluation_datasets_come_over_once()
    {
        await using var from = await TestServer.Start();
        await using var to = await TestServer.Start();
        var token = from.Admin.DefaultRequestHeaders.Authorization!.Parameter!;
        var (source, here) = (new MlflowClient(from.Admin), new MlflowClient(to.Admin));
        var experiment = await source.Experiment("assistant");
        var (run, model) = await Model(from, source, experiment);
        var trace = await Trace(source, experiment);
        var judged = await JudgedWork.Make(source, experiment);
        await source.Post("/registered-models/create", new { name = "answers" });
        await source.Post("/model-versions/create", new { name = "answers", source = $"models:/{model}", run_id = run });

        for (var time = 0; time < 2; time++)
        {
            var (exit, report, error) = await ImportVerb.Run(to, from.Address.ToString(), token, "--models");
            Assert.True(exit == 0, error + report);
            Assert.EndsWith($"logged models 1/1 traces 1/1 scorer versions 2/2 evaluation datasets 2/2 evaluation records {2 + time}/{2 + time} versions 1/1", ImportVerb.Counts(report), StringComparison.Ordinal);
            if (time == 0)
                await judged.Change(source);
        }

        var copy = (string)(await here.Get("/experiments/get-by-name?experiment_name=assistant"))["experiment"]!["experiment_id"]!;
        await judged.AssertSame(source, experiment, here, copy);
        var (there, moved) = (await source.Get($"/logged-models/{model}"), await here.Get($"/logged-models/{model}"));
        Assert.Equal($"mlflow-artifacts:/{copy}/models/{model}/artifacts", (string)moved["model"]!["info"]!["artifact_uri"]!);
        Assert.Equal(Neutral(there, experiment), Neutral(moved, copy));
        Assert.Equal("weights", await to.Admin.GetStringAsync($"{Proxy}/{copy}/models/{model}/artifacts/data/model.bin", Cancel));
        Assert.Equal(model, (string)(await here.Get($"/runs/get?run_id={run}"))["run"]!["outputs"]!["model_outputs"]![0]!["model_id"]!);

        Assert.Equal($"models:/{model}", (string)(await here.Get("/model-versions/get?name=answers&version=1"))["model_version"]!["source"]!);
        Assert.Null((await here.Get("/registered-models/get?name=answers"))["registered_model"]!["latest_versions"]!.AsArray().FirstOrDefault(version => (string)version!["version"]! == "2"));
        Assert.Equal(Neutral(await source.TraceInfo(trace), experiment), Neutral(await here.TraceInfo(trace), copy));
        var path = $"{TraceClient.Api}/traces/get?trace_id={trace}";
        Assert.Equal((await source.Get(path))["trace"]!["spans"]!.ToJsonString(), (await here.Get(path))["trace"]!["spans"]!.ToJsonString());
        Assert.Equal(trace, await here.Find(copy, "span.name = 'search' AND span.type = 'TOOL' AND feedback.helpful = 'true'"));
    }

    [Fact]
    public async Task What_can_not_be_kept_is_refused_by_the_field_and_needs_the_right_to_write_to_the_experiment()
    {
        await using var server = await TestServer.Start();
        var client = new MlflowClient(server.Admin);
        var (mine, other) = (await client.Experiment("mine"), await client.Experiment("other"));
        var (model, trace) = ($"m-{Guid.NewGuid():N}", $"tr-{Guid.NewGuid():N}");
        object Model(string experiment, string name = "answerer", string status = "LOGGED_MODEL_READY") => new { experimentId = experiment, name, status };
        var set = $"d-{Guid.NewGuid():N}";
        object Set(string experiment) => new { name = "questions", experimentIds = new[] { experiment } };
        object Trace(string experiment, object? spans = null) => new { experimentId = experiment, info = new { trace_id = trace, state = "OK" }, spans = spans ?? Array.Empty<object>() };

        foreach (var (path, body, words) in new[]
        {
            ("logged-models/m-1", Model(mine), "m- and 32"),
            ($"logged-models/{model}", Model(mine, name: "a/b"), "is no name of a logged model"),
            ($"logged-models/{model}", Model(mine, status: "GREAT"), "LOGGED_MODEL_READY"),
            ($"traces/{trace}x", Trace(mine), "the address names"),
            ($"traces/{trace}", Trace(mine, new[] { new { name = 5 } }), "not spans"),
            ("evaluation-sets/d-1", Set(mine), "d- and 32"),
        })
        {
            using var refused = await server.Admin.PutAsJsonAsync($"/api/v1/{path}", body, Cancel);
            Assert.Equal(HttpStatusCode.BadRequest, refused.StatusCode);
            Assert.Contains(words, await refused.Content.ReadAsStringAsync(Cancel), StringComparison.Ordinal);
        }

        var writer = await server.Member(Role.DataScientist, "default", $"experiments/{mine}");
        foreach (var (path, body, isMine) in new[] { ($"logged-models/{model}", Model(other), false), ($"traces/{trace}", Trace(other), false), ($"evaluation-sets/{set}", Set(other), false), ($"logged-models/{model}", Model(mine), true), ($"traces/{trace}", Trace(mine), true), ($"evaluation-sets/{set}", Set(mine), true) })
        {
            using var answer = await writer.PutAsJsonAsync($"/api/v1/{path}", body, Cancel);
            Assert.Equal(isMine ? HttpStatusCode.OK : HttpStatusCode.Forbidden, answer.StatusCode);
        }

        foreach (var (path, body, status) in new (string, object, HttpStatusCode)[]
        {
            ($"evaluation-sets/{set}/records", new { records = new[] { new { inputs = new { q = 1 } } } }, HttpStatusCode.BadRequest),
            ($"evaluation-sets/{set}/records", new { }, HttpStatusCode.BadRequest),
            ($"evaluation-sets/d-{Guid.NewGuid():N}/records", new { records = Array.Empty<object>() }, HttpStatusCode.NotFound),
            ($"experiments/{other}/scorers", new { name = "right", version = 2, scorerId = "", content = "{}" }, HttpStatusCode.Forbidden),
            ($"experiments/{mine}/scorers", new { name = "right", version = 2, scorerId = "", content = "{}" }, HttpStatusCode.OK),
            ($"experiments/{mine}/scorers", new { name = "right", version = 2, scorerId = "", content = "{}" }, HttpStatusCode.OK),
            ($"experiments/{mine}/scorers", new { name = "right", version = 2, scorerId = "", content = "[]" }, HttpStatusCode.Conflict),
        })
        {
            using var answer = await writer.PostAsJsonAsync($"/api/v1/{path}", body, Cancel);
            Assert.True(answer.StatusCode == status, $"{path} answered {answer.StatusCode}: {await answer.Content.ReadAsStringAsync(Cancel)}");
        }
    }

    private static async Task<(string Run, string Model)> Model(TestServer server, MlflowClient client, string experiment)
    {
        var run = await client.Run(experiment);
        var model = (string)(await client.Post("/logged-models", new
        {
            experiment_id = experiment,
            name = "answerer",
            model_type = "agent",
            source_run_id = run,
            @params = new[] { new { key = "temperature", value = "0.1" } },
            tags = new[] { new { key = "team", value = "risk" } },
        }))["model"]!["info"]!["model_id"]!;
        await client.Post("/runs/log-metric", new { run_id = run, key = "auc", value = 0.9, timestamp = 1000, step = 1, model_id = model, dataset_name = "rows", dataset_digest = "d1" });
        await client.Post("/runs/outputs", new { run_id = run, models = new[] { new { model_id = model, step = 1 } } });
        using (var bytes = new StringContent("weights"))
            (await server.Admin.PutAsync($"{Proxy}/{experiment}/models/{model}/artifacts/data/model.bin", bytes, Cancel)).EnsureSuccessStatusCode();
        await client.Send("PATCH", $"/logged-models/{model}", new { model_id = model, status = "LOGGED_MODEL_READY" });
        await client.Post("/runs/update", new { run_id = run, status = "FINISHED", end_time = 1_700_000_060_000 });
        return (run, model);
    }

    private static async Task<string> Trace(MlflowClient client, string experiment)
    {
        var id = $"tr-{Guid.NewGuid():N}";
        await client.Trace(experiment, id, new { execution_duration = "2s", tags = new Dictionary<string, string> { ["mlflow.traceName"] = "answer" } });
        var body = $$$"""
            {"resourceSpans": [{"scopeSpans": [{"spans": [
              {"traceId": "{{{id[3..]}}}", "spanId": "00000000000000b1", "name": "root", "startTimeUnixNano": "1000000000", "endTimeUnixNano": "3000000000", "status": {"code": 1},
               "attributes": [{"key": "mlflow.traceRequestId", "value": {"stringValue": "\"{{{id}}}\""}}, {"key": "mlflow.spanInputs", "value": {"stringValue": "{\"q\": \"why?\"}"}}]},
              {"traceId": "{{{id[3..]}}}", "spanId": "00000000000000b2", "parentSpanId": "00000000000000b1", "name": "search", "startTimeUnixNano": "1500000000", "endTimeUnixNano": "2000000000", "status": {"code": 1},
               "attributes": [{"key": "mlflow.traceRequestId", "value": {"stringValue": "\"{{{id}}}\""}}, {"key": "mlflow.spanType", "value": {"stringValue": "\"TOOL\""}}]}]}]}]}
            """;
        using (var sent = await client.SendSpans(experiment, System.Text.Encoding.UTF8.GetBytes(body), "application/json"))
            sent.EnsureSuccessStatusCode();
        await client.Post($"{TraceClient.Api}/traces/{id}/assessments", new { assessment = new { assessment_name = "helpful", source = new { source_type = "HUMAN", source_id = "ann" }, feedback = new { value = true } } });
        return id;
    }

    // The experiment has another number here.
    private static string Neutral(JsonNode node, string experiment) => node.ToJsonString().Replace(experiment, "E", StringComparison.Ordinal);
}
