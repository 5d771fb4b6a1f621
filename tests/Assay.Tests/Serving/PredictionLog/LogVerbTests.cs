using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Assay.Kernel;
using Assay.Kernel.Paging;
using Assay.Serving.PredictionLog.Files;
using static Assay.Tests.Serving.PredictionLog.LogHost;
using static Assay.Tests.Serving.ServingHost;

namespace Assay.Tests.Serving.PredictionLog;

/// <summary>What people do with an endpoint's log beside reading calls: say what it keeps, list its files, and delete them.</summary>
public sealed class LogVerbTests
{
    private const string FilesOfChurn = "/api/v1/endpoints/churn/prediction-files";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Other_days_leave_what_is_left_out_and_hashed_as_it_was()
    {
        await using var server = await Deployed();
        Assert.Equal(0, (await CommandLine.Run(server, "predictions", "keep", "churn", "--leave-out", "age", "--hash", "plan")).ExitCode);

        var kept = await CommandLine.Run(server, "predictions", "keep", "churn", "--days", "9", "--json");

        Assert.True(kept.ExitCode == 0, kept.Error);
        var log = JsonElement.Parse(kept.Output);
        Assert.Equal(("""["age"]""", """["plan"]""", 9), (Compact(log, "leaveOut"), Compact(log, "hash"), log.GetProperty("keepDays").GetInt32()));
        var shown = await CommandLine.Run(server, "predictions", "keep", "churn");
        Assert.StartsWith("Calls of churn are kept for 9 days, without age, hashing plan;", shown.Output, StringComparison.Ordinal);
        var anew = await CommandLine.Run(server, "predictions", "keep", "churn", "--default", "--days", "9", "--json");
        Assert.Equal("[]", Compact(JsonElement.Parse(anew.Output), "leaveOut"));
    }

    [Fact]
    public async Task Calls_that_began_before_a_time_are_deleted_and_those_after_it_stay()
    {
        await using var server = await Deployed();
        await Call(server.Admin);
        await Last(server, 1);

        var none = await CommandLine.Run(server, "predictions", "remove", "churn", "--before", "1d", "--json");
        Assert.Equal((0, 0), (none.ExitCode, JsonElement.Parse(none.Output).GetProperty("calls").GetInt32()));
        Assert.Single(await Files(server));
        var all = await CommandLine.Run(server, "predictions", "remove", "churn", "--before", "0m");
        Assert.Equal((0, "✓ 1 call deleted"), (all.ExitCode, all.Output.Trim()));
        Assert.Empty(await Files(server));
        var absent = await CommandLine.Run(server, "predictions", "remove", "nope", "--before", "0m");
        Assert.Equal(1, absent.ExitCode);
        Assert.Contains("There is no endpoint 'nope'", absent.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Files_are_listed_page_by_page_also_of_a_deleted_endpoint_and_of_none_that_never_was()
    {
        await using var server = await Deployed();
        for (var version = 1; version <= 2; version++)   // a file for each version
        {
            await Call(server.Admin);
            await Last(server, version);
            if (version == 1)
            {
                await Register(server, bias: 1);
                await Deploy(server, "churn", "2");
            }
        }

        var all = await Files(server);
        Assert.Equal(2, all.Count);
        (await server.Admin.DeleteAsync("/api/v1/endpoints/churn", Cancel)).EnsureSuccessStatusCode();

        var first = await Page(server, "?limit=1");
        var second = await Page(server, $"?limit=1&cursor={first.NextCursor}");
        Assert.Equal((all[0].Id, all[1].Id, null), (Assert.Single(first.Items).Id, Assert.Single(second.Items).Id, second.NextCursor));
        using var unreadable = await server.Admin.GetAsync(FilesOfChurn + "?cursor=foo", Cancel);
        var problem = await unreadable.Content.ReadFromJsonAsync<JsonElement>(Cancel);
        Assert.Equal((HttpStatusCode.BadRequest, "cursor"), (unreadable.StatusCode, problem.GetProperty("field").GetString()));
        using var never = await server.Admin.GetAsync("/api/v1/endpoints/nope/prediction-files", Cancel);
        Assert.Equal((HttpStatusCode.NotFound, "There is no endpoint 'nope' in this project."), (never.StatusCode, await Detail(never)));
    }

    private static async Task<TestServer> Deployed()
    {
        var server = await TestServer.Start();
        await Register(server, bias: -2);
        await Deploy(server, "churn", "1");
        return server;
    }

    private static async Task<Page<PredictionFileSummary>> Page(TestServer server, string query) =>
        (await server.Admin.GetFromJsonAsync<Page<PredictionFileSummary>>(FilesOfChurn + query, AssayJson.Options, Cancel))!;

    private static string Compact(JsonElement document, string field) => JsonSerializer.Serialize(document.GetProperty(field));
}
