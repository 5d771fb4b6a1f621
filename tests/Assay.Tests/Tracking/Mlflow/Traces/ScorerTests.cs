using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Assay.Governance.Access;
using Assay.Tests.Governance;

namespace Assay.Tests.Tracking.Mlflow.Traces;

public sealed class ScorerTests(MlflowServer shared) : IClassFixture<MlflowServer>
{
    private const string Api = $"{TraceClient.Api}/scorers";

    [Fact]
    public async Task Scorers_have_versions_which_are_listed_shown_and_deleted()
    {
        var client = shared.Client;
        var experiment = await client.NewExperiment("scorers");
        foreach (var (name, version) in new[] { ("safety", 1), ("accuracy", 1), ("accuracy", 2), ("accuracy", 3) })
        {
            var made = await Register(client, experiment, name, $$"""{"data": "{{name}}{{version}}"}""");
            Assert.Equal((version, experiment, name), ((int)made["version"]!, (string)made["experiment_id"]!, (string)made["name"]!));
        }

        Assert.Equal("accuracy 3, safety 1", await Shown(client, $"{Api}/list?experiment_id={experiment}"));
        Assert.Equal("accuracy 1, accuracy 2, accuracy 3", await Shown(client, $"{Api}/versions?experiment_id={experiment}&name=accuracy"));
        var newest = (await client.Get($"{Api}/get?experiment_id={experiment}&name=accuracy"))["scorer"]!;
        Assert.Equal((3, """{"data": "accuracy3"}"""), ((int)newest["scorer_version"]!, (string)newest["serialized_scorer"]!));
        Assert.Equal(1, (int)(await client.Get($"{Api}/get?experiment_id={experiment}&name=accuracy&version=1"))["scorer"]!["scorer_version"]!);

        await client.Send("DELETE", $"{Api}/delete", new { experiment_id = experiment, name = "accuracy", version = 1 });
        await client.IsMissing("Scorer with name 'accuracy' and version 1 not found", $"{Api}/get?experiment_id={experiment}&name=accuracy&version=1");
        await client.Send("DELETE", $"{Api}/delete", new { experiment_id = experiment, name = "accuracy" });
        await client.IsMissing("Scorer with name 'accuracy' not found", $"{Api}/get?experiment_id={experiment}&name=accuracy");
        await client.IsMissing("Scorer with name 'accuracy' not found", $"{Api}/versions?experiment_id={experiment}&name=accuracy");
        Assert.Equal("safety 1", await Shown(client, $"{Api}/list?experiment_id={experiment}"));
    }

    [Fact]
    public async Task What_makes_no_sense_or_is_not_allowed_is_refused()
    {
        var client = shared.Client;
        var experiment = await client.NewExperiment("scorers");
        await client.RefusesValue("cannot be empty", $"{Api}/register", new { experiment_id = experiment, name = "  ", serialized_scorer = "{}" });
        await client.RefusesValue("Missing value for required parameter 'name'", $"{Api}/register", new { experiment_id = experiment, serialized_scorer = "{}" });
        await Register(client, experiment, "of another form", "no JSON");
        await client.RefusesValue("cannot be empty", $"{Api}/register", new { experiment_id = experiment, name = "x", serialized_scorer = """{"instructions_judge_pydantic_data": {"model": " "}}""" });
        await client.IsMissing("No Experiment with id=404 exists", $"{Api}/register", new { experiment_id = "404", name = "x", serialized_scorer = "{}" });

        await Register(client, experiment, "mine", "{}");
        var stranger = new MlflowClient(await shared.Server.Member(Role.DataScientist, "default", "experiments/0"));
        await stranger.Refuses(HttpStatusCode.Forbidden, "PERMISSION_DENIED", "runs.read", $"{Api}/list?experiment_id={experiment}");
        await stranger.Refuses(HttpStatusCode.Forbidden, "PERMISSION_DENIED", "runs.read", $"{Api}/get?experiment_id={experiment}&name=mine");
        await stranger.Refuses(HttpStatusCode.Forbidden, "PERMISSION_DENIED", "runs.write", $"{Api}/register", new { experiment_id = experiment, name = "x", serialized_scorer = "{}" });
        using var request = new HttpRequestMessage(HttpMethod.Delete, $"{Api}/delete") { Content = JsonContent.Create(new { experiment_id = experiment, name = "mine" }) };
        Assert.Equal(HttpStatusCode.Forbidden, (await stranger.Http.SendAsync(request, TestContext.Current.CancellationToken)).StatusCode);
    }

    private static Task<JsonObject> Register(MlflowClient client, string experiment, string name, string scorer) =>
        client.Post($"{Api}/register", new { experiment_id = experiment, name, serialized_scorer = scorer });

    private static async Task<string> Shown(MlflowClient client, string path) =>
        string.Join(", ", (await client.Get(path))["scorers"]!.AsArray().Select(scorer => $"{scorer!["scorer_name"]} {scorer["scorer_version"]}"));
}
