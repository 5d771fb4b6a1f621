using System.Diagnostics;
using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Assay.Governance.Access;
using Assay.Kernel;
using Assay.Serving;
using Assay.Serving.Deployment;
using Assay.Serving.Limits;
using Assay.Tests.Serving.Rollouts;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using static Assay.Tests.Serving.ServingHost;

namespace Assay.Tests.Serving;

public sealed class LimitTests
{
    private const string Limits = "/api/v1/endpoints/churn/limits";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_caller_past_its_rate_gets_429_and_when_to_come_again_while_others_are_answered()
    {
        await using var server = await Served(new { requestsPerSecond = 0.5, burst = 3 });
        using var other = await server.Client(Role.MlEngineer);
        for (var call = 0; call < 3; call++)
            Assert.Equal(HttpStatusCode.OK, (await Ask(server.Admin, "churn")).StatusCode);

        using var refused = await Ask(server.Admin, "churn");
        Assert.Equal(HttpStatusCode.TooManyRequests, refused.StatusCode);
        Assert.InRange(refused.Headers.RetryAfter!.Delta!.Value.TotalSeconds, 1, 3);
        Assert.Equal("You ask 'churn' more often than its limit allows. Wait, and spread your requests.", await Detail(refused));
        Assert.Equal(HttpStatusCode.OK, (await Ask(other, "churn")).StatusCode);
    }

    [Fact]
    public async Task The_same_limits_once_more_give_nobody_a_new_burst_and_keep_the_predictions()
    {
        var limits = new { requestsPerSecond = 0.01, burst = 2, cacheMegabytes = 1 };
        await using var server = await Served(limits);
        using var first = await Ask(server.Admin, "churn");
        using var same = await server.Admin.PutAsJsonAsync(Limits, limits, Cancel);
        same.EnsureSuccessStatusCode();
        using var second = await Ask(server.Admin, "churn");
        using var third = await Ask(server.Admin, "churn");

        Assert.Equal(["miss", "hit"], new[] { first, second }.Select(answer => answer.Headers.GetValues("Assay-Cache").Single()));
        Assert.Equal(HttpStatusCode.TooManyRequests, third.StatusCode);
    }

    [Fact]
    public async Task A_caller_who_has_used_up_its_day_gets_429_until_midnight()
    {
        await using var server = await Served(new { rowsPerDay = 3, requestsPerDay = 100 });
        Assert.Equal(HttpStatusCode.OK, (await Ask(server.Admin, "churn", """[[30,500,"plus"],[30,500,"plus"],[30,500,"plus"]]""")).StatusCode);
        await Until(async () => (await Ask(server.Admin, "churn")).StatusCode == HttpStatusCode.TooManyRequests);
        using var refused = await Ask(server.Admin, "churn");
        Assert.StartsWith("You have used up what 'churn' allows a caller in a day: 3 rows.", await Detail(refused), StringComparison.Ordinal);
        Assert.InRange(refused.Headers.RetryAfter!.Delta!.Value.TotalHours, 0, 24);
        using var changed = await server.Admin.PutAsJsonAsync(Limits, new { rowsPerDay = 3, requestsPerDay = 90 }, Cancel);
        changed.EnsureSuccessStatusCode();
        using var still = await Ask(server.Admin, "churn");
        Assert.Equal(HttpStatusCode.TooManyRequests, still.StatusCode);   // other limits give nobody a new day
    }

    [Fact]
    public async Task Requests_that_are_refused_are_not_charged()
    {
        await using var server = await Served(new { requestsPerDay = 2 });
        for (var call = 0; call < 7; call++)
            Assert.Equal(call < 2 ? HttpStatusCode.OK : HttpStatusCode.TooManyRequests, (await Ask(server.Admin, "churn")).StatusCode);
        await Until(async () => await Uses(server) is [(2, _)]);
        (await server.Admin.PutAsJsonAsync(Limits, new { requestsPerDay = 3 }, Cancel)).EnsureSuccessStatusCode();

        Assert.Equal(HttpStatusCode.OK, (await Ask(server.Admin, "churn")).StatusCode);
        Assert.Equal(HttpStatusCode.TooManyRequests, (await Ask(server.Admin, "churn")).StatusCode);
    }

    [Fact]
    public void Requests_at_the_same_moment_take_no_more_than_there_is()
    {
        var used = new UsedByCaller();
        Parallel.For(0, 1000, _ => used.TryAddRequest(100));
        Assert.Equal(100, used.TakeNew("anna").Requests);
        used.Learn(100, 0);
        Assert.False(used.TryAddRequest(100));
    }

    [Fact]
    public async Task A_restart_gives_no_caller_a_new_day()
    {
        var stopped = await Served(new { requestsPerDay = 3, rowsPerDay = 100 });
        for (var call = 0; call < 2; call++)
            Assert.Equal(HttpStatusCode.OK, (await Ask(stopped.Admin, "churn")).StatusCode);
        await stopped.StopKeepingHome();

        await using var server = await TestServer.Restart(stopped);
        Assert.Equal(HttpStatusCode.OK, (await Ask(server.Admin, "churn")).StatusCode);
        using var refused = await Ask(server.Admin, "churn");

        Assert.Equal(HttpStatusCode.TooManyRequests, refused.StatusCode);
        Assert.StartsWith("You have used up what 'churn' allows a caller in a day: 3 requests.", await Detail(refused), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_callers_used_is_kept_while_the_server_runs_and_goes_with_the_endpoint()
    {
        await using var server = await Served(new { requestsPerDay = 10, rowsPerDay = 100 });
        using var other = await server.Client(Role.MlEngineer);
        await Ask(server.Admin, "churn", """[[30,500,"plus"],[30,500,"plus"]]""");
        await Ask(server.Admin, "churn");
        await Ask(other, "churn");

        await Until(async () => await Uses(server) is [(1, 1), (2, 3)]);
        await Ask(other, "churn");
        await Until(async () => await Uses(server) is [(2, 2), (2, 3)]);
        (await server.Admin.DeleteAsync("/api/v1/endpoints/churn", Cancel)).EnsureSuccessStatusCode();

        Assert.Empty(await Uses(server));
    }

    [Fact]
    public async Task An_endpoint_whose_quotas_can_not_be_forgotten_is_deleted_all_the_same()
    {
        await using var server = await Served(new { });
        Assert.Equal(HttpStatusCode.OK, (await Ask(server.Admin, "churn")).StatusCode);
        await server.Tamper("ALTER TABLE serving_quota_uses RENAME TO away");
        using var deleted = await server.Admin.DeleteAsync("/api/v1/endpoints/churn", Cancel);
        await server.Tamper("ALTER TABLE away RENAME TO serving_quota_uses");   // another test may get this database

        Assert.Equal(HttpStatusCode.NoContent, deleted.StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await Ask(server.Admin, "churn")).StatusCode);
    }

    [Fact]
    public async Task Another_replicas_calls_count_against_the_callers_day()
    {
        await using var server = await Served(new { requestsPerDay = 100_000 });   // more than this test asks
        Assert.Equal(HttpStatusCode.OK, (await Ask(server.Admin, "churn")).StatusCode);
        await Until(async () => await Uses(server) is [(1, 1)]);
        await server.Tamper("UPDATE serving_quota_uses SET requests = requests + 100000");   // as another replica would

        await Until(async () => (await Ask(server.Admin, "churn")).StatusCode == HttpStatusCode.TooManyRequests);
    }

    [Fact]
    public async Task Requests_past_turns_and_queue_get_503_before_everything_stands_still_and_none_is_lost()
    {
        await using var server = await Served(new { concurrency = 1, queue = 1, queueMilliseconds = 200 });
        var body = JsonSerializer.Serialize(Enumerable.Repeat(new object[] { 30, 500, "plus" }, 20_000));
        var watch = Stopwatch.StartNew();
        var statuses = await Task.WhenAll(Enumerable.Range(0, 24).Select(async _ =>
        {
            using var answer = await Ask(server.Admin, "churn", body);
            if (answer.StatusCode == HttpStatusCode.ServiceUnavailable)
                Assert.Equal(1, answer.Headers.RetryAfter!.Delta!.Value.TotalSeconds);
            return answer.StatusCode;
        }));
        Assert.Equal([HttpStatusCode.OK, HttpStatusCode.ServiceUnavailable], statuses.Distinct().Order());
        Assert.True(watch.Elapsed < TimeSpan.FromSeconds(60));
        var endpoints = server.Services.GetRequiredService<IEndpoints>();
        await Until(() => Task.FromResult(endpoints.Health("default", "churn")!.Requests >= 24));   // a caller may have its answer before it is counted
        var minute = endpoints.Health("default", "churn")!;
        Assert.Equal((24, 1), (minute.Requests, minute.WaitingRoom));
        Assert.True(minute.Waiting > 0);
        Assert.Equal(HttpStatusCode.OK, (await Ask(server.Admin, "churn")).StatusCode);
    }

    [Theory]
    [InlineData("{\"rowsMax\":2}", "[[30,500,\"plus\"],[30,500,\"plus\"],[30,500,\"plus\"]]", HttpStatusCode.RequestEntityTooLarge, "The request has 3 rows, and the endpoint allows 2. Send them in several requests.")]
    [InlineData("{\"bodyBytesMax\":20}", "[[30,500,\"plus\"],[30,500,\"plus\"]]", HttpStatusCode.RequestEntityTooLarge, "The body is larger than 20 bytes. Send the rows in several requests.")]
    public async Task Requests_larger_than_the_endpoint_allows_are_refused(string limits, string body, HttpStatusCode status, string sentence)
    {
        await using var server = await Served(JsonDocument.Parse(limits).RootElement);
        using var refused = await Ask(server.Admin, "churn", body);
        Assert.Equal((status, sentence), (refused.StatusCode, await Detail(refused)));
        Assert.Equal(HttpStatusCode.OK, (await Ask(server.Admin, "churn", """[[30,5,"plus"]]""")).StatusCode);
    }

    [Fact]
    public async Task A_call_that_takes_longer_than_it_may_is_answered_504()
    {
        await using var server = await Served(new { timeoutMilliseconds = 1 });
        var body = JsonSerializer.Serialize(Enumerable.Repeat(new object[] { 30, 500, "plus" }, 100_000));
        using var late = await Ask(server.Admin, "churn", body);
        Assert.Equal(HttpStatusCode.GatewayTimeout, late.StatusCode);
        Assert.StartsWith("The call took longer than the 1 ms that the endpoint allows.", await Detail(late), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_model_that_computes_on_and_on_is_stopped_and_its_neighbours_are_answered_meanwhile()
    {
        const string Endless = """[[1500,500,"plus"]]""";
        await using var server = await Served(new { });
        await TrialModel.RegisterEndless(server);
        await Deploy(server, "endless", "2");
        using var made = await server.Admin.PutAsJsonAsync(
            "/api/v1/endpoints/bounded", new { model = "churn", version = "2", limits = new { timeoutMilliseconds = 300 } }, Cancel);
        made.EnsureSuccessStatusCode();
        using var late = await Ask(server.Admin, "bounded", Endless);
        Assert.Equal(HttpStatusCode.GatewayTimeout, late.StatusCode);

        using var leaving = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        List<Task<HttpResponseMessage>> loops = [.. Enumerable.Range(0, 4).Select(_ => server.Admin.PostAsync(
            "/endpoints/endless/predict", new StringContent(Endless, Encoding.UTF8, "application/json"), leaving.Token))];
        for (var call = 0; call < 10; call++)
        {
            using var answer = await Ask(server.Admin, "churn");
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        }

        Assert.DoesNotContain(loops, loop => loop.IsCompleted);
        await leaving.CancelAsync();
        foreach (var loop in loops)
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => loop);
        using var young = await Ask(server.Admin, "endless");   // whose turns are free again
        Assert.Equal(HttpStatusCode.OK, young.StatusCode);
    }

    [Fact]
    public async Task The_same_rows_are_answered_from_memory_in_any_form_and_never_for_another_version()
    {
        await using var server = await Served(new { cacheMegabytes = 1 });
        using var first = await Ask(server.Admin, "churn");
        using var again = await Ask(server.Admin, "churn", """{"dataframe_records":[{"plan":"plus","age":30.0,"balance":5e2}]}""");
        using var others = await Ask(server.Admin, "churn", """[[31,500,"plus"]]""");
        Assert.Equal(["miss", "hit", "miss"], new[] { first, again, others }.Select(answer => answer.Headers.GetValues("Assay-Cache").Single()));
        var statistics = (await server.Admin.GetFromJsonAsync<JsonElement>("/v2/models/churn/stats", Cancel)).GetProperty("model_stats")[0];
        var sums = statistics.GetProperty("inference_stats");
        Assert.Equal((1, 2, 2), (sums.GetProperty("cache_hit").GetProperty("count").GetInt32(), sums.GetProperty("cache_miss").GetProperty("count").GetInt32(), statistics.GetProperty("execution_count").GetInt32()));
        Assert.Equal(await first.Content.ReadAsStringAsync(Cancel), await again.Content.ReadAsStringAsync(Cancel));

        await Register(server, bias: 1);
        await Deploy(server, "churn", "2");
        using var newer = await Ask(server.Admin, "churn");
        Assert.Equal("miss", newer.Headers.GetValues("Assay-Cache").Single());
        Assert.NotEqual(await first.Content.ReadAsStringAsync(Cancel), await newer.Content.ReadAsStringAsync(Cancel));
    }

    [Fact]
    public async Task Limits_hold_after_a_restart_and_stand_in_the_ledger_until_the_endpoint_goes()
    {
        var stopped = await Served(new { rowsMax = 1 });
        await stopped.StopKeepingHome();
        await using var server = await TestServer.Restart(stopped);
        await Until(async () => (await Ask(server.Admin, "churn")).IsSuccessStatusCode);
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, (await Ask(server.Admin, "churn", """[[1,2,"plus"],[1,2,"plus"]]""")).StatusCode);
        Assert.Equal(new EndpointLimits { RowsMax = 1 }, await server.Admin.GetFromJsonAsync<EndpointLimits>(Limits, AssayJson.Options, Cancel));
        Assert.Single(await PredictionLog.LogHost.Events(server, "endpoint.limits-changed"));
        (await server.Admin.DeleteAsync("/api/v1/endpoints/churn", Cancel)).EnsureSuccessStatusCode();
        await Deploy(server, "churn", "1");
        Assert.Equal(HttpStatusCode.OK, (await Ask(server.Admin, "churn", """[[1,2,"plus"],[1,2,"plus"]]""")).StatusCode);
        using var verified = await server.Admin.PostAsync("/api/v1/ledger/verify", null, Cancel);
        Assert.Contains("\"problems\":[]", await verified.Content.ReadAsStringAsync(Cancel), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Limits_wait_for_the_endpoints_turn()
    {
        await using var server = await Served(new { });
        await using var scope = Scope(server);
        Task<HttpResponseMessage> changing;
        using (await scope.ServiceProvider.GetRequiredService<Deployer>().TakeTurn("churn", Cancel))
        {
            changing = server.Admin.PutAsJsonAsync(Limits, new { rowsMax = 1 }, Cancel);
            await Task.Delay(200, Cancel);
            Assert.False(changing.IsCompleted);
        }

        using var changed = await changing;
        Assert.Equal(HttpStatusCode.OK, changed.StatusCode);
    }

    [Theory]
    [InlineData("{\"burst\":5}", "A burst means nothing without requestsPerSecond. Send both.")]
    [InlineData("{\"queue\":5}", "Nobody waits where any number of requests is answered at the same time. Send concurrency, too.")]
    public async Task Limits_that_say_nothing_are_refused(string limits, string sentence)
    {
        await using var server = await Served(new { });
        using var refused = await server.Admin.PutAsJsonAsync(Limits, JsonDocument.Parse(limits).RootElement, Cancel);
        Assert.Equal((HttpStatusCode.BadRequest, sentence), (refused.StatusCode, await Detail(refused)));
        using var outOfRange = await server.Admin.PutAsJsonAsync(Limits, new { concurrency = 0 }, Cancel);
        Assert.Equal(HttpStatusCode.BadRequest, outOfRange.StatusCode);
    }

    /// <summary>Requests and rows that were kept of each caller, the least first.</summary>
    private static async Task<List<(long Requests, long Rows)>> Uses(TestServer server)
    {
        await using var scope = server.Services.CreateAsyncScope();
        var rows = await scope.ServiceProvider.GetRequiredService<AssayDb>().QuotaUses.IgnoreQueryFilters().AsNoTracking().ToListAsync(Cancel);
        return [.. rows.Select(row => (row.Requests, row.Rows)).Order()];
    }

    /// <summary>A host whose endpoint <c>churn</c> was made with these limits.</summary>
    private static async Task<TestServer> Served(object limits)
    {
        var server = await TestServer.Start();
        await Register(server, bias: -2);
        using var made = await server.Admin.PutAsJsonAsync("/api/v1/endpoints/churn", new { model = "churn", version = "1", limits }, Cancel);
        made.EnsureSuccessStatusCode();
        return server;
    }
}
