using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Assay.Governance.Access;
using Assay.Governance.Access.Bindings;
using Assay.Tests.Governance;

namespace Assay.Tests.Tracking.Mlflow;

/// <summary>Rights on one experiment reach its runs, files and models, and nothing of another.</summary>
public sealed class ExperimentAccessTests(MlflowServer shared) : IClassFixture<MlflowServer>
{
    private const string Proxy = "/api/2.0/mlflow-artifacts/artifacts";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private TestServer Server => shared.Server;

    [Fact]
    public async Task A_role_on_one_experiment_opens_all_of_it_and_nothing_of_another()
    {
        var (mine, other) = (await Made.In(shared.Client), await Made.In(shared.Client));
        var member = await Server.Member(Role.DataScientist, "default", $"experiments/{mine.Experiment}");
        await AssertEach(member, mine, HttpStatusCode.OK);
        await AssertEach(member, other, HttpStatusCode.Forbidden);
    }

    [Fact]
    public async Task A_denial_of_one_experiment_wins_over_a_role_in_the_project()
    {
        var (secret, open) = (await Made.In(shared.Client), await Made.In(shared.Client));
        var account = await Server.Account();
        await Server.Bind(account.Id, Role.DataScientist, "default");
        await Server.Bind(account.Id, Role.DataScientist, "default", $"experiments/{secret.Experiment}", BindingEffect.Deny);
        var member = await Server.As(account);
        await AssertEach(member, open, HttpStatusCode.OK);
        await AssertEach(member, secret, HttpStatusCode.Forbidden);
    }

    [Fact]
    public async Task Who_may_read_one_experiment_writes_nothing_into_it()
    {
        var made = await Made.In(shared.Client);
        var reader = await Server.Member(Role.Viewer, "default", $"experiments/{made.Experiment}");
        foreach (var (operation, writes) in made.Operations())
            Assert.Equal(writes ? HttpStatusCode.Forbidden : HttpStatusCode.OK, await Status(reader, operation));
    }

    [Fact]
    public async Task Searches_leave_out_what_the_caller_may_not_read_and_page_over_the_rest()
    {
        var client = shared.Client;
        var name = $"reach {Guid.NewGuid():N}";
        var ids = new List<string>();
        for (var i = 0; i < 6; i++)
            ids.Add(await client.Experiment($"{name} {i}"));
        var account = await Server.Account();
        foreach (var id in ids.Where((_, i) => i % 2 == 0))
            await Server.Bind(account.Id, Role.Viewer, "default", $"experiments/{id}");
        var reader = new MlflowClient(await Server.As(account));

        var seen = new List<string>();
        for (var token = ""; ;)
        {
            var page = await reader.Post("/experiments/search", new { max_results = 2, filter = $"name LIKE '{name}%'", order_by = new[] { "name ASC" }, page_token = token });
            seen.AddRange(page["experiments"]!.AsArray().Select(row => (string)row!["experiment_id"]!));
            token = (string?)page["next_page_token"] ?? "";
            if (token.Length == 0)
                break;
        }

        Assert.Equal([ids[0], ids[2], ids[4]], seen);
        var listed = await reader.Http.GetFromJsonAsync<JsonObject>("/api/v1/experiments?limit=100", Cancel);
        Assert.Equal([ids[0], ids[2], ids[4]], listed!["items"]!.AsArray().Select(row => (string)row!["id"]!));
        Assert.Equal("{}", (await reader.Post("/runs/search", new { experiment_ids = new[] { ids[1] } })).ToJsonString());
    }

    [Fact]
    public async Task Searches_that_name_several_experiments_find_what_is_in_those_that_the_caller_may_read()
    {
        var (mine, other) = (await Made.In(shared.Client), await Made.In(shared.Client));
        var reader = new MlflowClient(await Server.Member(Role.Viewer, "default", $"experiments/{mine.Experiment}"));
        var both = new { experiment_ids = new[] { mine.Experiment, other.Experiment } };
        Assert.Equal(mine.Run, (string)(await reader.Post("/runs/search", both))["runs"]!.AsArray().Single()!["info"]!["run_id"]!);
        Assert.Equal(mine.Model, (string)(await reader.Post("/logged-models/search", both))["models"]!.AsArray().Single()!["info"]!["model_id"]!);
        Assert.Equal(mine.Experiment, (string)(await reader.Post("/experiments/search-datasets", both))["dataset_summaries"]!.AsArray().Single()!["experiment_id"]!);
        var history = await reader.Get($"/metrics/get-history-bulk?run_id={mine.Run}&run_id={other.Run}&metric_key=auc");
        Assert.Equal(mine.Run, (string)history["metrics"]!.AsArray().Single()!["run_id"]!);
        var sampled = await reader.Get($"/metrics/get-history-bulk-interval?run_ids={mine.Run}&run_ids={other.Run}&metric_key=auc");
        Assert.Equal(mine.Run, (string)sampled["metrics"]!.AsArray().Single()!["run_id"]!);
        var charted = await reader.Http.GetFromJsonAsync<JsonArray>($"/api/v1/metrics/sampled?run={mine.Run}&run={other.Run}&key=auc", Cancel);
        Assert.Equal(mine.Run, (string)charted!.Single()!["runId"]!);
        var folders = await reader.Get(Proxy);
        Assert.Equal(mine.Experiment, (string)folders["files"]!.AsArray().Single()!["path"]!);
    }

    [Fact]
    public async Task Files_in_a_place_that_a_client_chose_belong_to_the_experiment_that_it_was_chosen_for()
    {
        var place = $"team-{Guid.NewGuid():N}";
        var id = (string)(await shared.Client.Post("/experiments/create", new { name = place, artifact_location = $"mlflow-artifacts:/{place}/deep" }))["experiment_id"]!;
        var run = await shared.Client.Run(id);
        (await Server.Admin.PutAsync($"{Proxy}/{place}/deep/{run}/artifacts/a.txt", new StringContent("a"), Cancel)).EnsureSuccessStatusCode();
        var mine = await Server.Member(Role.DataScientist, "default", $"experiments/{id}");
        Assert.Equal(HttpStatusCode.OK, await Status(mine, new("GET", $"{Proxy}/{place}/deep/{run}/artifacts/a.txt")));
        Assert.Equal(HttpStatusCode.Forbidden, await Status(mine, new("GET", $"{Proxy}/{place}/shallow.txt")));

        var account = await Server.Account();
        await Server.Bind(account.Id, Role.DataScientist, "default");
        await Server.Bind(account.Id, Role.Viewer, "default", $"experiments/{id}", BindingEffect.Deny);
        await Server.Bind(account.Id, Role.DataScientist, "default", $"experiments/{id}", BindingEffect.Deny);
        var barred = await Server.As(account);
        foreach (var path in new[] { $"{place}/deep/{run}/artifacts/a.txt", $"{place}//deep/%2E/{run}/artifacts/a.txt", $"{place}/%252e/deep/{run}/artifacts/a.txt" })
            Assert.Equal(HttpStatusCode.Forbidden, await Status(barred, new("GET", $"{Proxy}/{path}")));
        Assert.Equal(HttpStatusCode.Forbidden, await Status(barred, new("DELETE", $"{Proxy}/{place}")));   // what others have is below it
        Assert.Equal(HttpStatusCode.Forbidden, await Status(barred, new("POST", "/experiments/create", new { name = $"{place} mine", artifact_location = $"mlflow-artifacts:/{place}/deep/{run}" })));
        Assert.Equal(HttpStatusCode.OK, await Status(mine, new("GET", $"{Proxy}/{place}/deep/{run}/artifacts/a.txt")));
    }

    [Fact]
    public async Task Who_makes_an_experiment_may_share_it_and_nothing_else()
    {
        var account = await Server.Account();
        await Server.Bind(account.Id, Role.DataScientist, "default");
        var maker = new MlflowClient(await Server.As(account));
        var (id, friend) = (await maker.NewExperiment("shared"), await Server.Account());
        Task<HttpStatusCode> Give(string role, string? resource, string effect = "allow") => Status(
            maker.Http, new("POST", "/api/v1/bindings", new { principal = friend.Id, role, effect, project = "default", resource }));

        Assert.Equal(HttpStatusCode.Forbidden, await Status(await Server.As(friend), new("GET", $"/experiments/get?experiment_id={id}")));
        Assert.Equal(HttpStatusCode.Created, await Give(Role.Viewer, $"experiments/{id}"));
        Assert.Equal(HttpStatusCode.OK, await Status(await Server.As(friend), new("GET", $"/experiments/get?experiment_id={id}")));
        Assert.Equal(HttpStatusCode.Forbidden, await Give(Role.MlEngineer, $"experiments/{id}"));   // which the maker is not
        Assert.Equal(HttpStatusCode.Forbidden, await Give(Role.Viewer, $"experiments/{id}", "deny"));
        Assert.Equal(HttpStatusCode.Forbidden, await Give(Role.Viewer, "experiments/0"));
        Assert.Equal(HttpStatusCode.Forbidden, await Give(Role.Viewer, null));

        var given = await Server.Bind(friend.Id, Role.Approver, "default", $"experiments/{id}");
        Assert.Equal(HttpStatusCode.Forbidden, await Status(maker.Http, new("DELETE", $"/api/v1/bindings/{given.Id}")));
    }

    [Fact]
    public async Task Runs_that_the_caller_may_not_read_are_no_source_of_a_version()
    {
        var made = await Made.In(shared.Client);
        var account = await Server.Account();
        await Server.Bind(account.Id, Role.DataScientist, "default");
        await Server.Bind(account.Id, Role.Viewer, "default", $"experiments/{made.Experiment}", BindingEffect.Deny);
        var barred = await Server.As(account);
        var name = $"m{Guid.NewGuid():N}";
        Assert.Equal(HttpStatusCode.OK, await Status(barred, new("POST", "/registered-models/create", new { name })));
        foreach (var source in new[] { $"runs:/{made.Run}/f", $"models:/{made.Model}", $"mlflow-artifacts:/{made.Experiment}/{made.Run}/artifacts" })
            Assert.Equal(HttpStatusCode.Forbidden, await Status(barred, new("POST", "/model-versions/create", new { name, source })));
    }

    [Fact]
    public async Task A_folder_that_holds_files_of_an_experiment_that_is_denied_is_no_source_of_a_version()
    {
        var place = $"shared-{Guid.NewGuid():N}";
        var denied = (string)(await shared.Client.Post("/experiments/create", new { name = place, artifact_location = $"mlflow-artifacts:/{place}/deep" }))["experiment_id"]!;
        var run = await shared.Client.Run(denied);
        foreach (var path in new[] { $"{place}/deep/{run}/artifacts/secret", $"{place}/open" })
            (await Server.Admin.PutAsync($"{Proxy}/{path}", new StringContent("f"), Cancel)).EnsureSuccessStatusCode();
        var account = await Server.Account();
        await Server.Bind(account.Id, Role.DataScientist, "default");
        await Server.Bind(account.Id, Role.Viewer, "default", $"experiments/{denied}", BindingEffect.Deny);
        var barred = await Server.As(account);
        var name = $"m{Guid.NewGuid():N}";
        Assert.Equal(HttpStatusCode.OK, await Status(barred, new("POST", "/registered-models/create", new { name })));
        foreach (var source in new[] { "mlflow-artifacts:/", $"mlflow-artifacts:/{place}", $"mlflow-artifacts:/{place}/deep" })
            Assert.Equal(HttpStatusCode.Forbidden, await Status(barred, new("POST", "/model-versions/create", new { name, source })));
        Assert.Equal(HttpStatusCode.OK, await Status(barred, new("POST", "/model-versions/create", new { name, source = $"mlflow-artifacts:/{place}/open" })));
    }

    private static async Task AssertEach(HttpClient client, Made made, HttpStatusCode expected)
    {
        var wrong = new List<string>();
        foreach (var (operation, _) in made.Operations())
        {
            if (await Status(client, operation) is var status && status != expected)
                wrong.Add($"{operation.Method} {operation.Path}: {(int)status}");
        }

        Assert.Empty(wrong);
    }

    private static async Task<HttpStatusCode> Status(HttpClient client, Operation operation)
    {
        var path = operation.Path.StartsWith("/api/", StringComparison.Ordinal) || operation.Path.StartsWith("/get-artifact", StringComparison.Ordinal)
            ? operation.Path
            : MlflowClient.Api + operation.Path;
        using var request = new HttpRequestMessage(new(operation.Method), path)
        {
            Content = operation.Body switch { null => null, string text => new StringContent(text), var body => JsonContent.Create(body) },
        };
        using var answer = await client.SendAsync(request, Cancel);
        return answer.StatusCode;
    }

    private sealed record Operation(string Method, string Path, object? Body = null);

    /// <summary>An experiment with a run, a file, a model and a dataset, and everything that is done with them.</summary>
    private sealed record Made(string Experiment, string Name, string Run, string Model)
    {
        public static async Task<Made> In(MlflowClient client)
        {
            var name = $"access {Guid.NewGuid():N}";
            var experiment = await client.Experiment(name);
            var run = await client.Run(experiment);
            await client.Post("/runs/log-metric", new { run_id = run, key = "auc", value = 0.5, timestamp = 1 });
            await client.Post("/runs/log-inputs", new { run_id = run, datasets = new[] { new { dataset = new { name = "d", digest = "1", source_type = "t", source = "s" } } } });
            var model = (string)(await client.Post("/logged-models", new { experiment_id = experiment, name = "m" }))["model"]!["info"]!["model_id"]!;
            foreach (var path in new[] { $"{experiment}/{run}/artifacts/f", $"{experiment}/models/{model}/artifacts/f" })
                (await client.Http.PutAsync($"{Proxy}/{path}", new StringContent("f"), Cancel)).EnsureSuccessStatusCode();
            return new(experiment, name, run, model);
        }

        /// <summary>In an order in which each can be done, and whether it writes.</summary>
        public IEnumerable<(Operation Operation, bool Writes)> Operations() => [.. Reads().Select(one => (one, false)), .. Writes().Select(one => (one, true))];

        private IEnumerable<Operation> Reads() =>
        [
            new("GET", $"/experiments/get?experiment_id={Experiment}"),
            new("GET", $"/experiments/get-by-name?experiment_name={Name}"),
            new("GET", $"/runs/get?run_id={Run}"),
            new("GET", $"/api/v1/runs/{Run}"),
            new("GET", $"/api/v1/runs/{Run}/points?key=auc"),
            new("GET", $"/api/v1/runs/{Run}/files"),
            new("GET", $"/api/v1/runs/{Run}/files/f"),
            new("GET", $"/api/v1/experiments/{Experiment}"),
            new("GET", $"/api/v1/experiments/{Experiment}/runs"),
            new("GET", $"/api/v1/experiments/{Experiment}/columns"),
            new("POST", $"/api/v1/experiments/{Experiment}/runs/search", new { }),
            new("GET", $"/metrics/get-history?run_id={Run}&metric_key=auc"),
            new("GET", $"/artifacts/list?run_id={Run}"),
            new("GET", $"/get-artifact?run_id={Run}&path=f"),
            new("GET", $"{Proxy}/{Experiment}/{Run}/artifacts/f"),
            new("GET", $"{Proxy}/./{Experiment}/{Run}/artifacts/f"),
            new("GET", $"{Proxy}?path={Experiment}/{Run}/artifacts"),
            new("GET", $"/logged-models/{Model}"),
            new("GET", $"/logged-models/{Model}/artifacts/directories"),
            new("GET", $"/logged-models/{Model}/artifacts/files?artifact_file_path=f"),
        ];

        private IEnumerable<Operation> Writes() =>
        [
            new("POST", "/runs/create", new { experiment_id = Experiment }),
            new("POST", "/runs/log-metric", new { run_id = Run, key = "loss", value = 1, timestamp = 1 }),
            new("POST", "/runs/log-parameter", new { run_id = Run, key = "p", value = "1" }),
            new("POST", "/runs/set-tag", new { run_id = Run, key = "t", value = "1" }),
            new("POST", "/runs/delete-tag", new { run_id = Run, key = "t" }),
            new("POST", "/runs/log-batch", new { run_id = Run, tags = new[] { new { key = "a", value = "b" } } }),
            new("POST", "/runs/log-model", new { run_id = Run, model_json = """{"artifact_path":"a","flavors":{},"utc_time_created":"x","run_id":"r"}""" }),
            new("POST", "/runs/log-inputs", new { run_id = Run, models = new[] { new { model_id = Model } } }),
            new("POST", "/runs/outputs", new { run_id = Run, models = new[] { new { model_id = Model } } }),
            new("POST", "/runs/update", new { run_id = Run, run_name = "named" }),
            new("POST", $"/upload-artifact?run_uuid={Run}&path=g", "bytes"),
            new("PUT", $"{Proxy}/{Experiment}/{Run}/artifacts/h", "bytes"),
            new("DELETE", $"{Proxy}/{Experiment}/{Run}/artifacts/h"),
            new("POST", "/logged-models", new { experiment_id = Experiment, name = "n" }),
            new("PATCH", $"/logged-models/{Model}/tags", new { tags = new[] { new { key = "t", value = "1" } } }),
            new("DELETE", $"/logged-models/{Model}/tags/t"),
            new("POST", $"/logged-models/{Model}/params", new { @params = new[] { new { key = "p", value = "1" } } }),
            new("PATCH", $"/logged-models/{Model}", new { model_id = Model, status = "LOGGED_MODEL_READY" }),
            new("DELETE", $"/logged-models/{Model}"),
            new("POST", "/experiments/set-experiment-tag", new { experiment_id = Experiment, key = "t", value = "1" }),
            new("POST", "/experiments/delete-experiment-tag", new { experiment_id = Experiment, key = "t" }),
            new("POST", "/experiments/update", new { experiment_id = Experiment, new_name = $"{Name} anew" }),
            new("POST", "/runs/delete", new { run_id = Run }),
            new("POST", "/runs/restore", new { run_id = Run }),
            new("DELETE", $"/api/v1/runs/{Run}"),
            new("POST", $"/api/v1/runs/{Run}/restore"),
            new("DELETE", $"/api/v1/experiments/{Experiment}"),
            new("POST", $"/api/v1/experiments/{Experiment}/restore"),
            new("POST", "/experiments/delete", new { experiment_id = Experiment }),
            new("POST", "/experiments/restore", new { experiment_id = Experiment }),
        ];
    }
}
