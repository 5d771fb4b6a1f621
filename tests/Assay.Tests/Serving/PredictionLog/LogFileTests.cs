using System.Net;
using System.Net.Http.Json;
using System.Text;
using Assay.Kernel;
using Assay.Serving.PredictionLog.Files;
using Assay.Serving.PredictionLog.Policies;
using Assay.Serving.PredictionLog.Spill;
using Assay.Tests.Inference;
using Microsoft.AspNetCore.Builder;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using static Assay.Tests.Serving.PredictionLog.LogHost;
using static Assay.Tests.Serving.ServingHost;

namespace Assay.Tests.Serving.PredictionLog;

public sealed class LogFileTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_downloaded_file_is_read_by_DuckDB()
    {
        await using var server = await TestServer.Start();
        var version = await Register(server, bias: -2);
        await Deploy(server, "churn", "1");
        var before = DateTime.UtcNow;
        await Call(server.Admin, """[[30,500,"plus"],[64,null,null]]""", "first");
        await Call(server.Admin, "[]", "second");
        await Last(server, 2);

        var file = Assert.Single(await Files(server));
        Assert.Equal((2L, 1L, 3L, 1, version.Version.Digest), (file.Calls, file.Failures, file.Rows, file.Version, file.ModelDigest));
        var bytes = await Download(server.Admin, file.Id);
        Assert.Equal((file.Digest, file.SizeBytes), (Digest.Of(bytes).ToString(), bytes.LongLength));
        var rows = Ask(bytes, """
            SELECT id, row, rows, endpoint, version, outcome, status, input_age, input_balance, input_plan, prediction, began_at::TIMESTAMP
            FROM $file ORDER BY id, row
            """);
        Assert.Equal(["first", 1, 2, "churn", 1, "ok", 200, 30f, 500f, "plus"], rows[0][..10]);
        Assert.Equal(["first", 2, 2, "churn", 1, "ok", 200, 64f, null, null], rows[1][..10]);
        Assert.Equal(["second", null, 0, "churn", 1, "invalid", 400, null, null, null, null], rows[2][..11]);
        Assert.Equal(TinyModel.Expect(30, 500, "plus"), (float)rows[0][10]!, 1e-6);
        Assert.InRange((DateTime)rows[0][11]!, before.AddSeconds(-1), DateTime.UtcNow);
        var stored = Assert.Single(await Events(server, "predictions.stored")).GetProperty("data");
        Assert.Equal(file.Digest, stored.GetProperty("digest").GetString());
    }

    [Fact]
    public async Task Each_row_has_its_own_values_whatever_the_calls_before_it_were_like()
    {
        await using var server = await TestServer.Start();
        await Register(server, bias: -2);
        await Deploy(server, "churn", "1");
        int[] sizes = [1, 40, 40, 0, 1, 1, 200, 3, 0, 64, 1];
        for (var call = 0; call < sizes.Length; call++)
            await Call(server.Admin, Body(call, sizes[call]), $"call-{call:00}");
        await Last(server, sizes.Length);

        var bytes = await Download(server.Admin, Assert.Single(await Files(server)).Id);
        var rows = Ask(bytes, "SELECT id, input_age, input_balance, input_plan FROM $file WHERE row IS NOT NULL ORDER BY id, row");
        Assert.Equal(sizes.SelectMany((size, call) => Enumerable.Range(0, size).Select(row => Expected(call, row))), rows);

        static string Body(int call, int rows) => $"[{string.Join(',', Enumerable.Range(0, rows).Select(row => $"[{Age(call, row)},{Balance(row)},{(row % 2 == 0 ? "\"plus\"" : "null")}]"))}]";
        static object?[] Expected(int call, int row) => [$"call-{call:00}", (float)Age(call, row), row % 3 == 0 ? null : (float)row, row % 2 == 0 ? "plus" : null];
        static int Age(int call, int row) => 1 + call * 256 + row;
        static string Balance(int row) => row % 3 == 0 ? "null" : $"{row}";
    }

    [Fact]
    public async Task Inputs_are_left_out_or_hashed_as_the_endpoint_says_and_stand_nowhere_in_clear()
    {
        await using var server = await TestServer.Start();
        await Register(server, bias: -2);
        await Deploy(server, "churn", "1");
        using var put = await server.Admin.PutAsJsonAsync(
            "/api/v1/endpoints/churn/prediction-log", new { keepDays = 7, leaveOut = new[] { "age" }, hash = new[] { "plan", "balance" } }, Cancel);
        Assert.Equal((true, 7), (await put.Content.ReadFromJsonAsync<LogSummary>(AssayJson.Options, Cancel)) is { } log ? (log.Enabled, log.KeepDays) : default);
        await Call(server.Admin, """[[30,500,"größer"],[31,500,"größer"],[31,501,null]]""");
        await Call(server.Admin, """[[30,500,"sehr geheim"]]""");
        var calls = await Last(server, 2);
        Assert.DoesNotContain("geheim", calls[0].Problem, StringComparison.Ordinal);
        Assert.DoesNotContain(Directory.EnumerateFiles(server.Home.Root, "*.calls", SearchOption.AllDirectories), path => Holds(path, "größer"));

        var bytes = await Download(server.Admin, Assert.Single(await Files(server)).Id);
        var columns = Ask(bytes, "SELECT column_name FROM (DESCRIBE SELECT * FROM $file)");
        Assert.DoesNotContain(columns, column => column[0] is "input_age" or "input_plan" or "hash_age");
        var rows = Ask(bytes, "SELECT hash_plan, hash_balance FROM $file WHERE outcome = 'ok' ORDER BY row");
        Assert.Matches("^[0-9a-f]{16}$", (string)rows[0][0]!);
        Assert.Equal(rows[0], rows[1]);
        Assert.Null(rows[2][0]);
        Assert.NotEqual(rows[0][1], rows[2][1]);
        using var misspelt = await server.Admin.PutAsJsonAsync("/api/v1/endpoints/churn/prediction-log", new { leaveOut = new[] { "agee" } }, Cancel);
        Assert.Equal("The model has no input 'agee'. Its inputs are 'age', 'balance', 'plan'.", await Detail(misspelt));
    }

    [Fact]
    public async Task What_a_former_process_left_without_a_file_gets_its_file_after_the_next_start()
    {
        var stopped = await TestServer.Start();
        await Register(stopped, bias: -2);
        await Deploy(stopped, "churn", "1");
        await Call(stopped.Admin, id: "kept");
        await Last(stopped, 1);
        await stopped.StopKeepingHome();
        var segment = Assert.Single(Directory.EnumerateFiles(Path.Combine(stopped.Root, "predictions")));
        await using (var torn = new FileStream(segment, FileMode.Append))
            torn.Write([1, 2, 0, 0, 5, 5]);   // a frame of which the crash left the beginning
        var endless = Path.Combine(stopped.Root, "predictions", "0.calls");
        File.CreateSymbolicLink(endless, endless);   // can't be opened, and comes first

        await using var server = await TestServer.Restart(stopped);
        await Until(async () => (await Events(server, "predictions.stored")).Count == 1);
        Assert.Equal("kept", Assert.Single(await Last(server, 1)).Id);
        await Until(() => Task.FromResult(!File.Exists(segment)));
    }

    [Fact]
    public async Task Calls_go_when_their_days_are_over_and_earlier_when_somebody_wants_it()
    {
        var stopped = await TestServer.Start(adjust: builder => builder.Services.AddSingleton<TimeProvider>(new HandClock { Ahead = -TimeSpan.FromDays(31) }));
        await Register(stopped, bias: -2);
        await Deploy(stopped, "churn", "1");
        await Call(stopped.Admin, id: "old");
        await Last(stopped, 1);
        Assert.Single(await Files(stopped));
        await stopped.StopKeepingHome();

        await using var server = await TestServer.Restart(stopped);
        await Call(server.Admin, id: "new");
        await Last(server, 2);
        Assert.Equal(2, (await Files(server)).Count);
        Assert.Equal(1, await server.Services.GetRequiredService<LogRetentionClock>().Tick(Cancel));
        Assert.Equal("new", Assert.Single(await Last(server, 1)).Id);
        await Call(server.Admin, id: "pending");   // is in no file yet, and goes all the same
        using var removed = await server.Admin.DeleteAsync($"/api/v1/endpoints/churn/prediction-files?before={Uri.EscapeDataString(DateTimeOffset.UtcNow.AddMinutes(1).ToString("O"))}", Cancel);
        Assert.Equal(new RemovedPredictions(2, 0), await removed.Content.ReadFromJsonAsync<RemovedPredictions>(AssayJson.Options, Cancel));
        Assert.Empty(await Files(server));
        Assert.Equal(2, (await Events(server, "predictions.removed")).Count);
        using var verified = await server.Admin.PostAsync("/api/v1/ledger/verify", null, Cancel);
        Assert.Contains("\"problems\":[]", await verified.Content.ReadAsStringAsync(Cancel), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_endpoint_whose_log_is_off_keeps_nothing()
    {
        await using var server = await TestServer.Start();
        await Register(server, bias: -2);
        await Deploy(server, "churn", "1");
        (await server.Admin.PutAsJsonAsync("/api/v1/endpoints/churn/prediction-log", new { enabled = false }, Cancel)).EnsureSuccessStatusCode();
        await Call(server.Admin, id: "silent");
        (await server.Admin.PutAsJsonAsync("/api/v1/endpoints/churn/prediction-log", new { enabled = true }, Cancel)).EnsureSuccessStatusCode();
        await Call(server.Admin, id: "loud");
        Assert.Equal("loud", Assert.Single(await Last(server, 1)).Id);
        using var absent = await server.Admin.PutAsJsonAsync("/api/v1/endpoints/none/prediction-log", new { enabled = true }, Cancel);
        Assert.Equal(HttpStatusCode.NotFound, absent.StatusCode);
    }

    [Fact]
    public async Task A_log_whose_key_is_gone_keeps_nothing_more_and_holds_up_no_other_and_its_days_are_still_promised()
    {
        var stopped = await TestServer.Start(adjust: builder => builder.Services.AddSingleton<TimeProvider>(new HandClock { Ahead = -TimeSpan.FromDays(31) }));
        await Register(stopped, bias: -2);
        await Deploy(stopped, "churn", "1");
        (await stopped.Admin.PutAsJsonAsync("/api/v1/endpoints/churn/prediction-log", new { keepDays = 60, hash = new[] { "plan" } }, Cancel)).EnsureSuccessStatusCode();
        await Call(stopped.Admin, id: "old");
        await Last(stopped, 1);
        Assert.Single(await Files(stopped));
        string key;
        await using (var scope = stopped.Services.CreateAsyncScope())
            key = (await scope.ServiceProvider.GetRequiredService<AssayDb>().LogPolicies.IgnoreQueryFilters([AssayDb.ProjectFilter]).SingleAsync(Cancel)).HashKey;
        await stopped.StopKeepingHome();
        var hex = Digest.Parse(key).Hex;
        var (there, away) = (Path.Combine(stopped.Root, "blobs", hex[..2], hex), Path.Combine(stopped.Root, "key-that-is-away"));
        File.Move(there, away);

        await using var server = await TestServer.Restart(stopped);
        await Until(async () => (await server.Admin.GetFromJsonAsync<LogSummary>("/api/v1/endpoints/churn/prediction-log", AssayJson.Options, Cancel)) is { Enabled: false, KeepDays: 60 });
        await Call(server.Admin, id: "unkept");
        Assert.Equal(0, await server.Services.GetRequiredService<LogRetentionClock>().Tick(Cancel));
        Assert.Equal("old", Assert.Single(await Last(server, 1)).Id);

        using var refused = await server.Admin.PutAsJsonAsync("/api/v1/endpoints/churn/prediction-log", new { keepDays = 60, hash = new[] { "plan" } }, Cancel);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, refused.StatusCode);
        Assert.Contains(key, await refused.Content.ReadAsStringAsync(Cancel), StringComparison.Ordinal);

        File.Move(away, there);
        (await server.Admin.PutAsJsonAsync("/api/v1/endpoints/churn/prediction-log", new { keepDays = 60, hash = new[] { "plan" } }, Cancel)).EnsureSuccessStatusCode();
        await Call(server.Admin, id: "new");
        Assert.Equal(["new", "old"], (await Last(server, 2)).Select(call => call.Id));
    }

    private static bool Holds(string path, string text)
    {
        using var file = SegmentFile.Open(path);
        var bytes = new byte[file.Length];
        file.ReadExactly(bytes);
        return bytes.AsSpan().IndexOf(Encoding.UTF8.GetBytes(text)) >= 0;
    }
}
