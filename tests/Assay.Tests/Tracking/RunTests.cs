using System.Net;
using System.Net.Http.Json;
using Assay.Governance.Access;
using Assay.Kernel;
using Assay.Kernel.Paging;
using Assay.Tracking;

namespace Assay.Tests.Tracking;

public sealed class RunTests
{
    private static readonly DateTimeOffset Noon = new(2026, 5, 4, 12, 0, 0, TimeSpan.Zero);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Every_project_has_the_default_experiment()
    {
        await using var server = await TestServer.Start();
        var viewer = await server.Client(Role.Viewer, "fraud");
        foreach (var path in new[] { "/api/v1/experiments", "/projects/fraud/api/v1/experiments", "/projects/fraud/api/v1/experiments" })
        {
            var client = path.StartsWith("/api", StringComparison.Ordinal) ? server.Admin : viewer;
            var experiment = Assert.Single((await Get<Page<ExperimentSummary>>(client, path)).Items);
            Assert.Equal(("0", "Default", 0), (experiment.Id, experiment.Name, experiment.Runs));
        }
    }

    [Fact]
    public async Task A_recorded_run_is_shown_with_all_that_was_said_of_it()
    {
        await using var server = await TestServer.Start();
        var id = await Record(server, Run(1) with
        {
            Params = new Dictionary<string, string> { ["seed"] = "20" },
            Metrics = [new("auc", 0.8, 0), new("auc", 0.9, 1), new("auc", 0.9, 1), new("loss", double.NaN), new("ratio", double.PositiveInfinity)],
            Tags = new Dictionary<string, string> { ["mlflow.source.git.commit"] = "4f087b4" },
        });

        var run = await Get<RunSummary>(server.Admin, $"/api/v1/runs/{id}");
        Assert.Equal(RunStatus.Finished, run.Status);
        Assert.Equal("20", run.Params["seed"]);
        Assert.Equal("4f087b4", run.Tags["mlflow.source.git.commit"]);
        Assert.Equal(0.9, run.Metrics["auc"]);                 // the newest step
        Assert.DoesNotContain("loss", run.Metrics.Keys);       // not a number, which JSON can't say
        Assert.Equal(double.MaxValue, run.Metrics["ratio"]);
        Assert.Equal(Noon.AddMinutes(1), run.StartedAt);
    }

    [Fact]
    public async Task Recording_an_id_again_leaves_one_run()
    {
        await using var server = await TestServer.Start();
        await Record(server, Run(1));
        await Record(server, Run(1) with { Name = "another name" });

        var experiment = (await Get<Page<ExperimentSummary>>(server.Admin, "/api/v1/experiments")).Items.Single(row => row.Name == "churn");
        Assert.Equal(1, experiment.Runs);
        var run = Assert.Single((await Get<Page<RunSummary>>(server.Admin, $"/api/v1/experiments/{experiment.Id}/runs")).Items);
        Assert.Equal("run 1", run.Name);
    }

    [Fact]
    public async Task Runs_are_listed_newest_first_page_by_page()
    {
        await using var server = await TestServer.Start();
        foreach (var number in new[] { 2, 5, 1, 4, 3 })
            await Record(server, Run(number));
        var experiment = (await Get<Page<ExperimentSummary>>(server.Admin, "/api/v1/experiments")).Items.Single(row => row.Name == "churn");

        var names = new List<string>();
        var cursor = "";
        for (string? next = ""; next is not null; cursor = $"&cursor={next}")
        {
            var page = await Get<Page<RunSummary>>(server.Admin, $"/api/v1/experiments/{experiment.Id}/runs?limit=2{cursor}");
            names.AddRange(page.Items.Select(run => run.Name));
            next = page.NextCursor;
        }

        Assert.Equal(["run 5", "run 4", "run 3", "run 2", "run 1"], names);
    }

    [Theory]
    [InlineData("/api/v1/runs/00000000000000000000000000000001", HttpStatusCode.NotFound)]
    [InlineData("/api/v1/experiments/17/runs", HttpStatusCode.NotFound)]
    [InlineData("/api/v1/experiments/0/runs?cursor=nonsense", HttpStatusCode.BadRequest)]
    [InlineData("/api/v1/experiments/0/runs?cursor=-99999999999999999-a", HttpStatusCode.BadRequest)]
    [InlineData("/api/v1/experiments/0/runs?limit=0", HttpStatusCode.BadRequest)]
    public async Task What_is_not_there_or_makes_no_sense_is_refused(string path, HttpStatusCode status)
    {
        await using var server = await TestServer.Start();
        Assert.Equal(status, (await server.Admin.GetAsync(path, Cancel)).StatusCode);
    }

    [Fact]
    public async Task Runs_of_one_project_are_not_reachable_from_another()
    {
        await using var server = await TestServer.Start();
        var other = await server.Client(Role.MlEngineer, "fraud");
        var id = await Record(server, Run(1));

        Assert.Equal(HttpStatusCode.NotFound, (await other.GetAsync($"/projects/fraud/api/v1/runs/{id}", Cancel)).StatusCode);
        Assert.DoesNotContain((await Get<Page<ExperimentSummary>>(other, "/projects/fraud/api/v1/experiments")).Items, row => row.Name == "churn");
    }

    [Fact]
    public async Task A_value_that_is_too_long_is_refused_whole()
    {
        await using var server = await TestServer.Start();
        var run = Run(1) with { Params = new Dictionary<string, string> { ["note"] = new('x', 6001) } };
        await Assert.ThrowsAsync<ArgumentException>(() => Record(server, run));
        Assert.Null(await server.InProject<IRuns, RunSummary?>("default", runs => runs.Find(run.Id, Cancel)));
    }

    private static NewRun Run(int number) => new(
        $"{number:x32}", "churn", $"run {number}", RunStatus.Finished, Noon.AddMinutes(number), Noon.AddMinutes(number + 1));

    private static Task<string> Record(TestServer server, NewRun run) =>
        server.InProject<IRuns, string>("default", runs => runs.Record(run, Cancel));

    private static async Task<T> Get<T>(HttpClient client, string path) =>
        (await client.GetFromJsonAsync<T>(path, AssayJson.Options, Cancel))!;
}
