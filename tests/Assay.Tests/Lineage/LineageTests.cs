using System.Net;
using System.Net.Http.Json;
using System.Text;
using Assay.Data.Lineage;
using Assay.Governance.Access;
using Assay.Kernel;
using Assay.Tests.Governance;
using Assay.Tests.Tracking.Mlflow;

namespace Assay.Tests.Lineage;

/// <summary>What clients of MLflow have recorded, seen from every end.</summary>
public sealed class LineageTests(MlflowServer shared) : IClassFixture<MlflowServer>
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Dataset_inputs_runs_logged_models_and_versions_are_one_way_from_either_end()
    {
        var made = await Recorded.In(shared.Client);

        var fromVersion = await Lineage(shared.Server.Admin, $"models:/{made.Model}/1");
        var fromInput = await Lineage(shared.Server.Admin, $"inputs:/{made.Digest}/rows");

        string[] steps =
        [
            $"inputs:/{made.Digest}/rows read as training runs:/{made.Run}",
            $"runs:/{made.Run} logged models:/{made.Logged}",
            $"models:/{made.Logged} registered as models:/{made.Model}/1",
            $"runs:/{made.Run} made models:/{made.Model}/1",
        ];
        Assert.Equal(steps.Order(StringComparer.Ordinal), Steps(fromVersion));
        Assert.Equal(steps.Order(StringComparer.Ordinal), Steps(fromInput).Select(step => step.Replace(" read runs", " read as training runs", StringComparison.Ordinal)));
        Assert.Equal([0, -1, -2, -3], Columns(fromVersion, $"models:/{made.Model}/1", $"models:/{made.Logged}", $"runs:/{made.Run}", $"inputs:/{made.Digest}/rows"));
        Assert.Equal([0, 1, 2, 3], Columns(fromInput, $"inputs:/{made.Digest}/rows", $"runs:/{made.Run}", $"models:/{made.Logged}", $"models:/{made.Model}/1"));
        Assert.False(fromVersion.IsCut);
        Assert.Equal((LineageKind.Input, "rows", made.Digest), (Node(fromVersion, $"inputs:/{made.Digest}/rows").Kind, Node(fromVersion, $"inputs:/{made.Digest}/rows").Name, Node(fromVersion, $"inputs:/{made.Digest}/rows").Digest));
    }

    [Fact]
    public async Task A_direction_and_a_depth_leave_out_the_rest_and_say_that_there_is_more()
    {
        var made = await Recorded.In(shared.Client);

        var before = await Lineage(shared.Server.Admin, $"models:/{made.Logged}", "&direction=before");
        var after = await Lineage(shared.Server.Admin, $"models:/{made.Logged}", "&direction=after");
        var near = await Lineage(shared.Server.Admin, $"models:/{made.Model}/1", "&depth=1");

        Assert.DoesNotContain(before.Nodes, node => node.Kind == LineageKind.ModelVersion);
        Assert.Equal([LineageKind.LoggedModel, LineageKind.ModelVersion], after.Nodes.Select(node => node.Kind));
        Assert.DoesNotContain(near.Nodes, node => node.Kind == LineageKind.Input);
        Assert.Equal((false, false, true), (before.IsCut, after.IsCut, near.IsCut));
    }

    [Fact]
    public async Task A_run_that_reads_the_model_that_it_has_logged_closes_a_circle_and_the_walk_ends()
    {
        var made = await Recorded.In(shared.Client);
        await shared.Client.Post("/runs/log-inputs", new { run_id = made.Run, models = new[] { new { model_id = made.Logged } } });

        var graph = await Lineage(shared.Server.Admin, $"runs:/{made.Run}");

        Assert.Contains($"models:/{made.Logged} read runs:/{made.Run}", Steps(graph));
        Assert.Contains($"runs:/{made.Run} logged models:/{made.Logged}", Steps(graph));
        Assert.Equal(4, graph.Nodes.Count);
    }

    [Fact]
    public async Task What_the_caller_may_not_read_is_hidden_and_hides_what_lies_behind()
    {
        var made = await Recorded.In(shared.Client);
        var reader = await shared.Server.Member(Role.Viewer, "default", $"models/{made.Model}");

        var graph = await Lineage(reader, $"models:/{made.Model}/1");

        Assert.Equal(3, graph.Nodes.Count);
        Assert.All(graph.Nodes.Skip(1), node => Assert.Equal((LineageState.Hidden, "", null), (node.State, node.Name, node.Digest)));
        Assert.Equal([LineageKind.Run, LineageKind.LoggedModel], graph.Nodes.Skip(1).Select(node => node.Kind).Order());
        var answer = await (await reader.GetAsync(Path($"models:/{made.Model}/1"), Cancel)).Content.ReadAsStringAsync(Cancel);
        Assert.DoesNotContain(made.Run, answer, StringComparison.Ordinal);
        Assert.DoesNotContain("rows", answer, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.Forbidden, (await reader.GetAsync(Path($"runs:/{made.Run}"), Cancel)).StatusCode);
        Assert.Equal(HttpStatusCode.Forbidden, (await reader.GetAsync(Path($"inputs:/{made.Digest}/rows"), Cancel)).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await (await shared.Server.Client(Role.Viewer, "elsewhere")).GetAsync("/projects/elsewhere" + Path($"runs:/{made.Run}"), Cancel)).StatusCode);
    }

    [Fact]
    public async Task A_version_with_thousands_of_ancestors_is_answered_by_as_many_as_were_asked_for()
    {
        var client = shared.Client;
        var made = await Recorded.In(client);
        for (var batch = 0; batch < 4; batch++)
        {
            await client.Post("/runs/log-inputs", new
            {
                run_id = made.Run,
                datasets = Enumerable.Range(batch * 1000, 1000).Select(number => new { dataset = new { name = "part", digest = $"d{number}", source_type = "local", source = "{}" } }),
            });
        }

        var graph = await Lineage(shared.Server.Admin, $"models:/{made.Logged}", "&nodes=150");

        Assert.Equal((150, true), (graph.Nodes.Count, graph.IsCut));
        Assert.Contains(graph.Nodes, node => node.Kind == LineageKind.ModelVersion);
    }

    [Fact]
    public async Task What_names_nothing_is_refused_with_what_can_be_asked_for()
    {
        foreach (var (of, status, words) in new[]
        {
            ("churn", HttpStatusCode.BadRequest, "models:/NAME/VERSION"),
            ("models:/churn", HttpStatusCode.BadRequest, "models:/NAME/VERSION"),
            ("runs:/0000000000000000000000000000000a", HttpStatusCode.NotFound, "run"),
            ("models:/nobody/1", HttpStatusCode.NotFound, "nobody"),
            ("datasets:/nobody/1", HttpStatusCode.NotFound, "nobody"),
            ("endpoints:/nobody", HttpStatusCode.NotFound, "endpoint"),
            ("inputs:/d0/nobody", HttpStatusCode.NotFound, "dataset input"),
            ("runs:/0000000000000000000000000000000a&depth=21", HttpStatusCode.BadRequest, "1 to 20"),
            ("runs:/0000000000000000000000000000000a&direction=sideways", HttpStatusCode.BadRequest, "before, after or both"),
            ("runs:/0000000000000000000000000000000a&nodes=1", HttpStatusCode.BadRequest, "2 to 1000"),
        })
        {
            using var answer = await shared.Server.Admin.GetAsync("/api/v1/lineage?of=" + of, Cancel);
            Assert.Equal(status, answer.StatusCode);
            Assert.Contains(words, await answer.Content.ReadAsStringAsync(Cancel), StringComparison.Ordinal);
        }
    }

    private static string Path(string of) => $"/api/v1/lineage?of={Uri.EscapeDataString(of)}";

    private static async Task<LineageGraph> Lineage(HttpClient client, string of, string more = "")
    {
        using var answer = await client.GetAsync(Path(of) + more, Cancel);
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync(Cancel));
        return (await answer.Content.ReadFromJsonAsync<LineageGraph>(AssayJson.Options, Cancel))!;
    }

    private static IEnumerable<string> Steps(LineageGraph graph) =>
        graph.Edges.Select(edge => $"{edge.From} {edge.Label} {edge.To}").Order(StringComparer.Ordinal);

    private static LineageNode Node(LineageGraph graph, string id) => graph.Nodes.Single(node => node.Id == id);

    private static IEnumerable<int> Columns(LineageGraph graph, params string[] ids) => ids.Select(id => Node(graph, id).Column);

    /// <summary>A run that read a dataset and logged a model, of which a version was registered.</summary>
    private sealed record Recorded(string Model, string Logged, string Run, string Digest)
    {
        public static async Task<Recorded> In(MlflowClient client)
        {
            var (experiment, unique) = (await client.NewExperiment("lineage"), Guid.NewGuid().ToString("N"));
            var (run, digest) = (await client.Run(experiment), unique[..8]);
            await client.Post("/runs/log-inputs", new
            {
                run_id = run,
                datasets = new[] { new { dataset = new { name = "rows", digest, source_type = "local", source = "{}" }, tags = new[] { new { key = "mlflow.data.context", value = "training" } } } },
            });
            var logged = (await client.Post("/logged-models", new { experiment_id = experiment, name = "classifier", source_run_id = run }))["model"]!["info"]!;
            var id = (string)logged["model_id"]!;
            using (var bytes = new StringContent("weights", Encoding.UTF8))
                (await client.Http.PutAsync($"/api/2.0/mlflow-artifacts/artifacts/{((string)logged["artifact_uri"]!).Split(":/")[1]}/model.bin", bytes, Cancel)).EnsureSuccessStatusCode();
            await client.Send("PATCH", $"/logged-models/{id}", new { model_id = id, status = "LOGGED_MODEL_READY" });
            await client.Post("/runs/outputs", new { run_id = run, models = new[] { new { model_id = id, step = 0 } } });
            var model = $"lineage-{unique}";
            await client.Post("/registered-models/create", new { name = model });
            await client.Post("/model-versions/create", new { name = model, source = $"models:/{id}", run_id = run });
            return new(model, id, run, digest);
        }
    }
}
