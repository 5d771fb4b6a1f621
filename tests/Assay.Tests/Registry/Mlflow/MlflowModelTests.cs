using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Assay.Governance.Access;
using Assay.Governance.Access.Bindings;
using Assay.Tests.Governance;
using Assay.Tests.Tracking.Mlflow;

namespace Assay.Tests.Registry.Mlflow;

public sealed class MlflowModelTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_model_is_made_described_tagged_renamed_and_withdrawn()
    {
        await using var server = await TestServer.Start();
        var client = new MlflowClient(server.Admin);
        var made = (await client.Post("/registered-models/create", new { name = "churn score", tags = Tags(("team", "a"), ("team", "risk")) }))["registered_model"]!.AsObject();
        Assert.Equal(["name", "creation_timestamp", "last_updated_timestamp", "tags"], made.Select(field => field.Key));
        Assert.Equal("risk", (string)made["tags"]![0]!["value"]!);
        Assert.Single(made["tags"]!.AsArray());

        var described = (await client.Send("PATCH", "/registered-models/update", new { name = "churn score", description = "who leaves" }))["registered_model"]!;
        Assert.Equal("who leaves", (string)described["description"]!);
        await client.Post("/registered-models/set-tag", new { name = "churn score", key = "tier", value = "1" });
        await client.Send("DELETE", "/registered-models/delete-tag", new { name = "churn score", key = "team" });
        await client.Send("DELETE", "/registered-models/delete-tag", new { name = "churn score", key = "never" });
        await client.Post("/registered-models/rename", new { name = "churn score", new_name = "churn" });
        var renamed = (await client.Get("/registered-models/get?name=churn"))["registered_model"]!;
        Assert.Equal(("who leaves", "tier"), ((string)renamed["description"]!, (string)renamed["tags"]![0]!["key"]!));
        await client.IsMissing("Registered Model with name=churn score not found", "/registered-models/get?name=churn%20score");

        await client.Send("DELETE", "/registered-models/delete", new { name = "churn" });
        await client.IsMissing("Registered Model with name=churn not found", "/registered-models/get?name=churn");
        var again = (await client.Post("/registered-models/create", new { name = "churn" }))["registered_model"]!;
        Assert.True((long)again["creation_timestamp"]! > (long)made["creation_timestamp"]!);
        Assert.Null((await client.Get("/registered-models/get?name=churn"))["registered_model"]!["tags"]);
        Assert.True(await Verified(server, "/api/v1/ledger/verify"));
    }

    [Fact]
    public async Task What_cannot_be_done_is_refused_with_the_code_that_clients_expect()
    {
        await using var server = await TestServer.Start();
        var client = new MlflowClient(server.Admin);
        await client.Post("/registered-models/create", new { name = "a" });
        await client.Post("/registered-models/create", new { name = "b" });
        await client.Refuses(HttpStatusCode.BadRequest, "RESOURCE_ALREADY_EXISTS", "Registered Model (name=a) already exists.", "/registered-models/create", new { name = "a" });
        await client.Refuses(HttpStatusCode.BadRequest, "RESOURCE_ALREADY_EXISTS", "(name=b)", "/registered-models/rename", new { name = "a", new_name = "b" });
        object Prompt(string name) => new { name, tags = Tags(("mlflow.prompt.is_prompt", "true")) };
        await client.Post("/registered-models/create", Prompt("p"));
        await client.Refuses(HttpStatusCode.BadRequest, "RESOURCE_ALREADY_EXISTS", "Prompt (name=p) already exists", "/registered-models/create", Prompt("p"));
        await client.Refuses(HttpStatusCode.BadRequest, "RESOURCE_ALREADY_EXISTS", "already taken by a registered model", "/registered-models/create", Prompt("a"));
        await client.Refuses(HttpStatusCode.BadRequest, "RESOURCE_ALREADY_EXISTS", "already taken by a prompt", "/registered-models/create", new { name = "p" });
        await client.RefusesValue("Prompt text exceeds max length", "/model-versions/create", new { name = "p", source = "x", tags = Tags(("mlflow.prompt.is_prompt", "true"), ("mlflow.prompt.text", new string('v', 100_001))) });
        await client.RefusesValue("Missing value for required parameter 'name'", "/registered-models/create", new { name = "" });
        foreach (var name in new[] { "a/b", "a:b", "a@1", "a\u0001" })
            await client.RefusesValue("A name holds no", "/registered-models/create", new { name });
        await client.RefusesValue("maximum length of 256", "/registered-models/create", new { name = new string('n', 257) });
        await client.RefusesValue("Missing value for required parameter 'new_name'", "/registered-models/rename", new { name = "a" });
        await client.RefusesValue("Names may only contain", "/registered-models/set-tag", new { name = "a", key = "k!", value = "v" });
        await client.RefusesValue("exceeds", "/registered-models/set-tag", new { name = "a", key = "k", value = new string('v', 100_001) });
        await client.IsMissing("Registered Model with name=c not found", "/registered-models/set-tag", new { name = "c", key = "k", value = "v" });
        await client.IsMissing("not found", "/model-versions/create", new { name = "c", source = "s3://b/m" });
        await client.IsMissing("Model Version (name=a, version=7) not found", "/model-versions/get?name=a&version=7");
        await client.RefusesValue("must be an integer, got 'x'", "/model-versions/get?name=a&version=x");
        await client.RefusesValue("Registered model alias none not found", "/registered-models/alias?name=a&alias=none");
        foreach (var alias in new[] { "latest", "v1", "a b" })
            await client.RefusesValue("alias", "/registered-models/alias", new { name = "a", alias, version = "1" });
        foreach (var source in new[] { "/etc/passwd", "path/to/source", "file:///etc/passwd", "s3://b/../c", "http://h/%252e%252e/c" })
            await client.RefusesValue("Invalid model version source", "/model-versions/create", new { name = "a", source });
        await client.RefusesValue("Invalid clause", "/registered-models/search?filter=name%20%3D%20'a'%20OR%20name%20%3D%20'b'");
        await client.RefusesValue("at most 1000", "/registered-models/search?max_results=1001");
        await client.RefusesValue("page token", "/model-versions/search?page_token=%21");
    }

    [Fact]
    public async Task Versions_are_signed_packages_with_stages_aliases_and_tags()
    {
        await using var server = await TestServer.Start();
        var client = new MlflowClient(server.Admin);
        await client.Post("/registered-models/create", new { name = "m" });
        var first = (await client.Post("/model-versions/create", new { name = "m", source = "s3://bucket/m", run_id = "r1", description = "one", tags = Tags(("reviewed", "yes")) }))["model_version"]!.AsObject();
        Assert.Equal(
            ["name", "version", "creation_timestamp", "last_updated_timestamp", "current_stage", "description", "source", "run_id", "status", "tags", "run_link"],
            first.Select(field => field.Key));
        Assert.Equal(("1", "None", "READY", "s3://bucket/m"), ((string)first["version"]!, (string)first["current_stage"]!, (string)first["status"]!, (string)first["source"]!));
        Assert.Equal("s3://bucket/m", (string)(await client.Get("/model-versions/get-download-uri?name=m&version=1"))["artifact_uri"]!);
        await client.Post("/model-versions/create", new { name = "m", source = "s3://bucket/m2" });

        await client.Post("/registered-models/alias", new { name = "m", alias = "Champion", version = "1" });
        await client.Post("/registered-models/alias", new { name = "m", alias = "Champion", version = "2" });
        Assert.Equal("2", (string)(await client.Get("/registered-models/alias?name=m&alias=Champion"))["model_version"]!["version"]!);
        var model = (await client.Get("/registered-models/get?name=m"))["registered_model"]!;
        Assert.Equal(("Champion", "2"), ((string)model["aliases"]![0]!["alias"]!, (string)model["aliases"]![0]!["version"]!));
        await client.Send("DELETE", "/registered-models/alias", new { name = "m", alias = "Champion" });
        await client.RefusesValue("not found", "/registered-models/alias?name=m&alias=Champion");

        await client.Post("/model-versions/set-tag", new { name = "m", version = "1", key = "k", value = "v" });
        await client.Send("DELETE", "/model-versions/delete-tag", new { name = "m", version = "1", key = "reviewed" });
        var changed = (await client.Send("PATCH", "/model-versions/update", new { name = "m", version = "1", description = "uno" }))["model_version"]!;
        Assert.Equal(("uno", "k"), ((string)changed["description"]!, (string)changed["tags"]![0]!["key"]!));

        Assert.True(await Verified(server, "/api/v1/models/m/versions/1/verify"));
        await client.RefusesValue("signatures name it", "/registered-models/rename", new { name = "m", new_name = "n" });

        await client.Send("DELETE", "/model-versions/delete", new { name = "m", version = "2" });
        await client.IsMissing("(name=m, version=2)", "/model-versions/get?name=m&version=2");
        Assert.Equal("3", (string)(await client.Post("/model-versions/create", new { name = "m", source = "s3://bucket/m3" }))["model_version"]!["version"]!);
    }

    [Fact]
    public async Task Stages_are_entered_through_their_gates_and_left_freely()
    {
        await using var server = await TestServer.Start();
        var client = new MlflowClient(server.Admin);
        await client.Post("/registered-models/create", new { name = "m" });
        for (var i = 0; i < 3; i++)
            await client.Post("/model-versions/create", new { name = "m", source = $"s3://bucket/{i}" });

        Assert.Equal("Production", (string)(await Move(client, 1, "production"))["current_stage"]!);
        Assert.Equal("Production", (string)(await Move(client, 2, "Production"))["current_stage"]!);
        Assert.Equal("Production", await StageOf(client, 1));
        await Move(client, 3, "Production", archive: true);
        Assert.Equal(("Archived", "Archived", "Production"), (await StageOf(client, 1), await StageOf(client, 2), await StageOf(client, 3)));
        Assert.Equal("3", (string)(await client.Get("/registered-models/alias?name=m&alias=production"))["model_version"]!["version"]!);
        Assert.Null((await client.Get("/registered-models/get?name=m"))["registered_model"]!["aliases"]);
        var latest = (await client.Post("/registered-models/get-latest-versions", new { name = "m", stages = new[] { "Production" } }))["model_versions"]!.AsArray();
        Assert.Equal("3", (string)Assert.Single(latest)!["version"]!);
        Assert.Equal(2, (await client.Get("/registered-models/get-latest-versions?name=m"))["model_versions"]!.AsArray().Count);

        await client.RefusesValue("not an Active stage", "/model-versions/transition-stage", new { name = "m", version = "3", stage = "Archived", archive_existing_versions = true });
        await client.RefusesValue("Invalid Model Version stage: Nowhere", "/model-versions/transition-stage", new { name = "m", version = "3", stage = "Nowhere" });
        await Move(client, 3, "None");
        await client.RefusesValue("alias production not found", "/registered-models/alias?name=m&alias=production");
    }

    [Fact]
    public async Task Neither_a_stage_nor_its_alias_is_given_past_the_gate_and_the_refusal_says_where_to_ask()
    {
        await using var server = await TestServer.Start();
        var client = new MlflowClient(server.Admin);
        Assert.True((await server.Admin.PutAsync(
            "/api/v1/policies/Production", new StringContent("rules: []\napprovals:\n  - {from: {group: risk}}\n"), Cancel)).IsSuccessStatusCode);
        await client.Post("/registered-models/create", new { name = "m" });
        await client.Post("/model-versions/create", new { name = "m", source = "s3://bucket/m" });

        await client.Refuses(
            HttpStatusCode.Forbidden, "PERMISSION_DENIED", server.Address.ToString(), "/model-versions/transition-stage", new { name = "m", version = "1", stage = "Production" });
        await client.Refuses(HttpStatusCode.Forbidden, "PERMISSION_DENIED", "did not pass the gate", "/registered-models/alias", new { name = "m", alias = "Production", version = "1" });
        Assert.Equal("None", await StageOf(client, 1));
    }

    [Fact]
    public async Task A_role_on_one_model_is_good_for_that_model_and_a_denial_hides_it_from_whoever_holds_the_rest()
    {
        await using var server = await TestServer.Start();
        var admin = new MlflowClient(server.Admin);
        foreach (var name in new[] { "mine", "theirs" })
        {
            await admin.Post("/registered-models/create", new { name });
            await admin.Post("/model-versions/create", new { name, source = $"s3://b/{name}" });
        }

        var (one, all) = (await server.Account(), await server.Account());
        await server.Bind(one.Id, Role.MlEngineer, "default", "models/mine");
        await server.Bind(all.Id, Role.MlEngineer, "default");
        await server.Bind(all.Id, Role.MlEngineer, "default", "models/mine", BindingEffect.Deny);
        var (holder, denied) = (new MlflowClient(await server.As(one)), new MlflowClient(await server.As(all)));

        Assert.Equal(("mine", "mine"), (await Models(holder, ""), await Versions(holder, "")));
        Assert.Equal(("theirs", "theirs"), (await Models(denied, ""), await Versions(denied, "")));
        await holder.Post("/model-versions/set-tag", new { name = "mine", version = "1", key = "k", value = "v" });
        foreach (var (client, name) in new[] { (holder, "theirs"), (denied, "mine") })
        {
            await Denied(client, $"/registered-models/get?name={name}");
            await Denied(client, $"/model-versions/get?name={name}&version=1");
            await Denied(client, $"/model-versions/get-download-uri?name={name}&version=1");
            await Denied(client, "/model-versions/create", new { name, source = "s3://b/x" });
            await Denied(client, "/model-versions/transition-stage", new { name, version = "1", stage = "Production" });
            await Denied(client, "/registered-models/alias", new { name, alias = "x", version = "1" });
            await Denied(client, "/registered-models/set-tag", new { name, key = "k", value = "v" });
        }

        await Denied(holder, "/registered-models/create", new { name = "another" });
        await Denied(denied, "/model-versions/create", new { name = "theirs", source = "models:/mine/1" });
    }

    [Fact]
    public async Task Who_may_not_promote_gives_no_stage_by_its_alias_and_who_may_not_read_runs_registers_none()
    {
        await using var server = await TestServer.Start();
        var admin = new MlflowClient(server.Admin);
        await admin.Post("/registered-models/create", new { name = "m" });
        await admin.Post("/model-versions/create", new { name = "m", source = "s3://b/m" });
        var run = await admin.Run(await admin.Experiment("e"));
        Assert.True((await server.Admin.PutAsJsonAsync("/api/v1/roles/registrar", new { permissions = new[] { "models.read", "models.write" } }, Cancel)).IsSuccessStatusCode);
        var account = await server.Account();
        await server.Bind(account.Id, "registrar", "default");
        var registrar = new MlflowClient(await server.As(account));

        await Denied(registrar, "/registered-models/alias", new { name = "m", alias = "PRODUCTION", version = "1" });
        await Denied(registrar, "/model-versions/transition-stage", new { name = "m", version = "1", stage = "Staging" });
        await Denied(registrar, "/model-versions/create", new { name = "m", source = $"runs:/{run}/model" });
        await registrar.Post("/registered-models/alias", new { name = "m", alias = "candidate", version = "1" });
        Assert.Equal("None", await StageOf(admin, 1));
    }

    [Fact]
    public async Task Searches_find_by_name_run_number_and_tags_and_keep_prompts_apart()
    {
        await using var server = await TestServer.Start();
        var client = new MlflowClient(server.Admin);
        foreach (var name in new[] { "Alpha", "beta", "gamma" })
        {
            await client.Post("/registered-models/create", new { name, tags = Tags(("team", name == "gamma" ? "ops" : "risk")) });
            await client.Post("/model-versions/create", new { name, source = $"s3://b/{name}", run_id = $"run-{name}", tags = Tags(("team", name)) });
        }

        await client.Post("/registered-models/create", new { name = "greeting", tags = Tags(("mlflow.prompt.is_prompt", "true")) });
        await client.Post("/model-versions/create", new { name = "greeting", source = "dummy-source", tags = Tags(("mlflow.prompt.is_prompt", "true"), ("mlflow.prompt.text", "Hi {{name}}")) });

        Assert.Equal("Alpha,beta,gamma", await Models(client, ""));
        Assert.Equal("beta", await Models(client, "name LIKE 'b%'"));
        Assert.Equal("", await Models(client, "name LIKE 'a%'"));
        Assert.Equal("Alpha", await Models(client, "name ILIKE 'aL%'"));
        Assert.Equal("Alpha,beta", await Models(client, "tags.team = 'risk' AND tag.`mlflow.prompt.is_prompt` != 'true'"));
        Assert.Equal("greeting", await Models(client, "tags.`mlflow.prompt.is_prompt` = 'true'"));
        Assert.Equal("gamma,beta,Alpha", await Models(client, "", "name DESC"));
        Assert.Equal("beta", await Versions(client, "run_id = 'run-beta'"));
        Assert.Equal("Alpha,gamma", await Versions(client, "run_id IN ('run-Alpha','run-gamma') AND version_number >= 1", "name ASC"));
        Assert.Equal("gamma", await Versions(client, "source_path LIKE '%gamma'"));
        Assert.Equal("", await Versions(client, "version_number > 1"));
        Assert.Equal("Alpha,beta", await Versions(client, "tags.team != 'gamma'", "name ASC"));
        Assert.Equal("greeting", await Versions(client, "tags.`mlflow.prompt.is_prompt` = 'true'"));

        var page = await client.Get("/registered-models/search?max_results=2");
        Assert.Equal(2, page["registered_models"]!.AsArray().Count);
        var rest = await client.Get($"/registered-models/search?max_results=2&page_token={Uri.EscapeDataString((string)page["next_page_token"]!)}");
        Assert.Equal("gamma", (string)Assert.Single(rest["registered_models"]!.AsArray())!["name"]!);
        Assert.Null(rest["next_page_token"]);
    }

    [Fact]
    public async Task An_alias_of_a_prompt_is_listed_and_taken_away_also_where_it_is_called_like_a_stage()
    {
        await using var server = await TestServer.Start();
        var client = new MlflowClient(server.Admin);
        await client.Post("/registered-models/create", new { name = "greeting", tags = Tags(("mlflow.prompt.is_prompt", "true")) });
        await client.Post("/model-versions/create", new { name = "greeting", source = "dummy-source", tags = Tags(("mlflow.prompt.is_prompt", "true"), ("mlflow.prompt.text", "Hi")) });
        await client.Post("/registered-models/alias", new { name = "greeting", alias = "production", version = "1" });
        async Task<JsonNode> Version() => (await client.Get("/model-versions/get?name=greeting&version=1"))["model_version"]!;
        Assert.Equal("""["production"]""", (await Version())["aliases"]!.ToJsonString());
        await client.Send("DELETE", "/registered-models/alias", new { name = "greeting", alias = "production" });
        Assert.Null((await Version())["aliases"]);
        Assert.Equal("None", (string)(await Version())["current_stage"]!);
        await client.RefusesValue("alias production not found", "/registered-models/alias?name=greeting&alias=production");
    }

    private static async Task<JsonObject> Move(MlflowClient client, int version, string stage, bool archive = false) =>
        (await client.Post("/model-versions/transition-stage", new { name = "m", version = $"{version}", stage, archive_existing_versions = archive }))["model_version"]!.AsObject();

    private static async Task<bool> Verified(TestServer server, string path) =>
        (bool)JsonNode.Parse(await (await server.Admin.PostAsync(path, null, Cancel)).Content.ReadAsStringAsync(Cancel))!["verified"]!;

    private static async Task<string> StageOf(MlflowClient client, int version) =>
        (string)(await client.Get($"/model-versions/get?name=m&version={version}"))["model_version"]!["current_stage"]!;

    private static async Task<string> Models(MlflowClient client, string filter, string? order = null) => string.Join(
        ',', (await client.Get($"/registered-models/search?filter={Uri.EscapeDataString(filter)}{Order(order)}"))["registered_models"]?.AsArray().Select(model => (string)model!["name"]!) ?? []);

    private static async Task<string> Versions(MlflowClient client, string filter, string? order = null) => string.Join(
        ',', (await client.Get($"/model-versions/search?filter={Uri.EscapeDataString(filter)}{Order(order)}"))["model_versions"]?.AsArray().Select(version => (string)version!["name"]!) ?? []);

    private static Task Denied(MlflowClient client, string path, object? body = null) =>
        client.Refuses(HttpStatusCode.Forbidden, "PERMISSION_DENIED", "This needs the permission", path, body);

    private static string Order(string? order) => order is null ? "" : $"&order_by={Uri.EscapeDataString(order)}";

    private static object[] Tags(params (string Key, string Value)[] tags) => [.. tags.Select(tag => new { key = tag.Key, value = tag.Value })];
}
