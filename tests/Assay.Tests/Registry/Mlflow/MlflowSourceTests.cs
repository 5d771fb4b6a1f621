using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Assay.Governance.Access;
using Assay.Tests.Governance;
using Assay.Tests.Tracking.Mlflow;

namespace Assay.Tests.Registry.Mlflow;

/// <summary>Where versions come from: the files of runs, logged models and other versions, frozen as they are registered.</summary>
public sealed class MlflowSourceTests
{
    private const string Proxy = "/api/2.0/mlflow-artifacts/artifacts";

    // A pickle of the dictionary {'w': 1}, protocol 4.
    private static readonly byte[] Pickle = Convert.FromHexString("8004950A000000000000007D948C0177944B01732E");

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_bare_pickle_is_logged_hashed_tagged_registered_taken_to_production_and_loaded()
    {
        await using var server = await TestServer.Start();
        var client = new MlflowClient(server.Admin);
        var experiment = await client.Experiment("churn");
        var run = await client.Run(experiment);
        var root = (string)(await client.Get($"/runs/get?run_id={run}"))["run"]!["info"]!["artifact_uri"]!;
        await Upload(server, root, "model/model.pkl", Pickle);
        await client.Post("/runs/set-tag", new { run_id = run, key = "model_sha256", value = Convert.ToHexStringLower(SHA256.HashData(Pickle)) });
        await client.Post("/runs/set-tag", new { run_id = run, key = "compliance.gdpr", value = "reviewed" });
        await Upload(server, root, "model/metadata.json", "{\"owner\": \"risk\"}"u8.ToArray());

        await client.Post("/registered-models/create", new { name = "customer_churn" });
        var version = (await client.Post("/model-versions/create", new { name = "customer_churn", source = $"runs:/{run}/model", run_id = run }))["model_version"]!;
        Assert.Equal(("1", run), ((string)version["version"]!, (string)version["run_id"]!));
        await client.Post("/model-versions/transition-stage", new { name = "customer_churn", version = "1", stage = "Production", archive_existing_versions = true });

        var latest = (await client.Post("/registered-models/get-latest-versions", new { name = "customer_churn", stages = new[] { "Production" } }))["model_versions"]![0]!;
        var address = (string)(await client.Get($"/model-versions/get-download-uri?name=customer_churn&version={(string)latest["version"]!}"))["artifact_uri"]!;
        Assert.Equal("mlflow-artifacts:/registry/customer_churn/1", address);
        var files = await List(client, "registry/customer_churn/1");
        Assert.Equal(["metadata.json", "model.pkl", "model.sig", "model.sig.pub"], files);
        Assert.Equal(Pickle, await server.Admin.GetByteArrayAsync($"{Proxy}/registry/customer_churn/1/model.pkl", Cancel));
    }

    [Fact]
    public async Task Clients_of_version_3_find_a_logged_model_where_a_run_has_a_bare_pickle_and_none_where_it_has_other_files()
    {
        await using var server = await TestServer.Start();
        var client = new MlflowClient(server.Admin);
        var experiment = await client.Experiment("e");
        var run = await client.Run(experiment);
        var root = (string)(await client.Get($"/runs/get?run_id={run}"))["run"]!["info"]!["artifact_uri"]!;
        await Upload(server, root, "model/model.pkl", Pickle);
        await Upload(server, root, "plots/roc.json", "{}"u8.ToArray());
        await Upload(server, root, "whole/MLmodel", "flavors: {}\n"u8.ToArray());
        await Upload(server, root, "whole/model.pkl", Pickle);

        Assert.Empty(await Search("model", new(await server.Client(Role.Viewer))));   // who only reads makes nothing
        var first = await Search("model");
        var again = await Search("model");
        Assert.Equal((run, "model", $"{root}/model"), ((string)first[0]!["source_run_id"]!, (string)first[0]!["name"]!, (string)first[0]!["artifact_uri"]!));
        Assert.Equal((string)first[0]!["model_id"]!, (string)Assert.Single(again)!["model_id"]!);
        Assert.Empty(await Search("plots"));
        Assert.Empty(await Search("whole"));
        await client.Post("/registered-models/create", new { name = "churn" });
        await client.Post("/model-versions/create", new { name = "churn", source = $"models:/{(string)first[0]!["model_id"]!}", run_id = run });
        Assert.Equal(["model.pkl", "model.sig", "model.sig.pub"], await List(client, "registry/churn/1"));

        async Task<List<JsonNode?>> Search(string name, MlflowClient? other = null) => (await (other ?? client).Post(
            "/logged-models/search", new { experiment_ids = new[] { experiment }, filter = $"name = '{name}'" }))["models"]?.AsArray().Select(model => model!["info"]).ToList() ?? [];
    }

    [Fact]
    public async Task What_was_registered_stays_when_the_run_changes_and_nobody_writes_into_it()
    {
        await using var server = await TestServer.Start();
        var client = new MlflowClient(server.Admin);
        var run = await client.Run(await client.Experiment("e"));
        var root = (string)(await client.Get($"/runs/get?run_id={run}"))["run"]!["info"]!["artifact_uri"]!;
        await Upload(server, root, "m/deep/weights.json", "[1]"u8.ToArray());
        await client.Post("/registered-models/create", new { name = "my model" });
        await client.Post("/model-versions/create", new { name = "my model", source = $"{root}/m", run_id = run });
        await Upload(server, root, "m/deep/weights.json", "[2]"u8.ToArray());

        Assert.Equal(["deep", "model.sig", "model.sig.pub"], await List(client, "registry/my model/1"));
        Assert.Equal(["weights.json"], await List(client, "registry/my model/1/deep"));
        Assert.Equal("[1]", await server.Admin.GetStringAsync($"{Proxy}/registry/my%20model/1/deep/weights.json", Cancel));
        using var put = await server.Admin.PutAsync($"{Proxy}/registry/my%20model/1/deep/weights.json", new ByteArrayContent([1]), Cancel);
        using var delete = await server.Admin.DeleteAsync($"{Proxy}/registry/my%20model/1", Cancel);
        using var missing = await server.Admin.GetAsync($"{Proxy}/registry/my%20model/1/none", Cancel);
        Assert.Equal((HttpStatusCode.BadRequest, HttpStatusCode.BadRequest, HttpStatusCode.NotFound), (put.StatusCode, delete.StatusCode, missing.StatusCode));
        Assert.Empty(await List(client, "registry/none/1"));
    }

    [Fact]
    public async Task A_logged_model_and_another_version_are_sources_too()
    {
        await using var server = await TestServer.Start();
        var client = new MlflowClient(server.Admin);
        var experiment = await client.Experiment("e");
        var run = await client.Run(experiment);
        var model = (await client.Post("/logged-models", new { experiment_id = experiment, name = "clf", source_run_id = run }))["model"]!["info"]!;
        var (id, root) = ((string)model["model_id"]!, (string)model["artifact_uri"]!);
        await Upload(server, root, "MLmodel", "flavors: {}\n"u8.ToArray());
        foreach (var name in new[] { "a", "b" })
            await client.Post("/registered-models/create", new { name });
        var first = (await client.Post("/model-versions/create", new { name = "a", source = $"models:/{id}", model_id = id }))["model_version"]!;
        Assert.Equal(run, (string)first["run_id"]!);
        async Task<string?> VersionsOf() => (string?)(await client.Get($"/logged-models/{id}"))["model"]!["info"]!["tags"]?[0]!["value"];
        Assert.Equal("""[{"name": "a", "version": 1}]""", await VersionsOf());
        await client.Post("/model-versions/create", new { name = "a", source = $"models:/{id}", model_id = id });
        Assert.Equal("""[{"name": "a", "version": 1}, {"name": "a", "version": 2}]""", await VersionsOf());

        var copy = (await client.Post("/model-versions/create", new { name = "b", source = "models:/a/1" }))["model_version"]!;
        Assert.Equal("models:/a/1", (string)copy["source"]!);
        Assert.Equal(["MLmodel", "model.sig", "model.sig.pub"], await List(client, "registry/b/1"));
        var verified = await (await server.Admin.PostAsync("/api/v1/models/b/versions/1/verify", null, Cancel)).Content.ReadAsStringAsync(Cancel);
        Assert.True((bool)JsonNode.Parse(verified)!["verified"]!, verified);

        // Copies of what is elsewhere lead there.
        foreach (var source in new[] { "s3://bucket/m", "models:/b/2", "models:/b/3" })
            await client.Post("/model-versions/create", new { name = "b", source });
        Assert.Equal("s3://bucket/m", (string)(await client.Get("/model-versions/get-download-uri?name=b&version=4"))["artifact_uri"]!);
        await client.IsMissing("Logged model", "/model-versions/create", new { name = "a", source = "models:/m-00000000000000000000000000000000" });
        await client.IsMissing("there is no such version", "/model-versions/create", new { name = "a", source = "models:/a/9" });
    }

    [Fact]
    public async Task A_pickle_that_runs_a_command_is_kept_apart_neither_promoted_nor_downloaded()
    {
        await using var server = await TestServer.Start();
        var client = new MlflowClient(server.Admin);
        var run = await client.Run(await client.Experiment("e"));
        var root = (string)(await client.Get($"/runs/get?run_id={run}"))["run"]!["info"]!["artifact_uri"]!;
        await Upload(server, root, "model/model.pkl", Encoding.ASCII.GetBytes("cos\nsystem\n(S'id'\ntR."));
        await client.Post("/registered-models/create", new { name = "evil" });
        await client.Post("/model-versions/create", new { name = "evil", source = $"runs:/{run}/model", run_id = run });

        await client.Refuses(HttpStatusCode.Forbidden, "PERMISSION_DENIED", "scan", "/model-versions/transition-stage", new { name = "evil", version = "1", stage = "Production" });
        var reader = await server.Client(Role.Viewer);
        using var refused = await reader.GetAsync($"{Proxy}/registry/evil/1/model.pkl", Cancel);
        Assert.Equal(HttpStatusCode.Forbidden, refused.StatusCode);
    }

    private static async Task Upload(TestServer server, string root, string path, byte[] content)
    {
        using var answer = await server.Admin.PutAsync($"{Proxy}/{root["mlflow-artifacts:/".Length..]}/{path}", new ByteArrayContent(content), Cancel);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
    }

    private static async Task<IEnumerable<string>> List(MlflowClient client, string path) =>
        (await client.Get($"{Proxy}?path={Uri.EscapeDataString(path)}"))["files"]?.AsArray().Select(file => (string)file!["path"]!) ?? [];
}
