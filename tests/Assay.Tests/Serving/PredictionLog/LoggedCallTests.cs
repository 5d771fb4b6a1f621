using System.Diagnostics.Metrics;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Assay.Governance.Access;
using Assay.Kernel;
using Assay.Serving.PredictionLog.Reading;
using Assay.Tests.Inference;
using Microsoft.Extensions.DependencyInjection;
using static Assay.Tests.Serving.PredictionLog.LogHost;
using static Assay.Tests.Serving.ServingHost;

namespace Assay.Tests.Serving.PredictionLog;

public sealed class LoggedCallTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_call_is_found_by_the_id_of_its_answer_with_its_rows_model_caller_and_times()
    {
        await using var server = await TestServer.Start();
        var version = await Register(server, bias: -2);
        await Deploy(server, "churn", "1");
        var before = DateTimeOffset.UtcNow;
        var id = await Call(server.Admin, """[[30,500,"plus"],[64,null,null]]""");

        var listed = Assert.Single(await Last(server, 1));
        var call = await server.Admin.GetFromJsonAsync<LoggedPrediction>($"/api/v1/endpoints/churn/predictions/{id}", AssayJson.Options, Cancel);
        Assert.Equal((id, id, "churn", 1, version.Version.Digest), (listed.Id, call!.Id, call.Model, call.Version, call.Digest));
        Assert.Equal(("ok", 200, null, 2), (call.Outcome, call.Status, call.Problem, call.RowCount));
        Assert.InRange(call.At, before.AddSeconds(-1), DateTimeOffset.UtcNow);
        Assert.StartsWith("token:", call.Caller, StringComparison.Ordinal);
        Assert.True(call.Milliseconds is { Read: > 0, Compute: > 0, Write: > 0 });
        Assert.Equal([1, 2], call.Rows.Select(row => row.Row));
        Assert.Equal(TinyModel.Expect(30, 500, "plus"), call.Rows[0].Prediction!.Value, 1e-6);
        Assert.Equal(TinyModel.Expect(64, null, null), call.Rows[1].Prediction!.Value, 1e-6);
        Assert.Equal(["30", "500", "plus"], Values(call.Rows[0]));
        Assert.Equal(["64", "", ""], Values(call.Rows[1]));
    }

    [Fact]
    public async Task Calls_that_failed_are_logged_with_what_the_caller_was_told()
    {
        await using var server = await TestServer.Start();
        await Register(server, bias: -2);
        await Deploy(server, "churn", "1");
        await Call(server.Admin);
        var id = await Call(server.Admin, """[[30,500,"gold"]]""");
        await Last(server, 2);

        var call = Assert.Single((await List(server.Admin, "outcome=invalid")).Items);
        Assert.Equal((id, 400, 0), (call.Id, call.Status, call.RowCount));
        Assert.StartsWith("Row 1, column 'plan': the model doesn't know the value \"gold\".", call.Problem, StringComparison.Ordinal);
        using var refused = await server.Admin.GetAsync("/api/v1/endpoints/churn/predictions?outcome=bad", Cancel);
        Assert.Equal("There is no outcome 'bad'. It is one of ok, invalid, limited, unavailable, failed, cancelled.", await Detail(refused));
    }

    [Fact]
    public async Task Calls_so_large_that_they_are_written_by_themselves_are_counted_too()
    {
        await using var server = await TestServer.Start();
        var logged = 0L;
        using var listener = new MeterListener();
        listener.InstrumentPublished = (instrument, self) =>
        {
            if (instrument.Name == "predictions_logged" && instrument.Meter.Scope == server.Services.GetRequiredService<IMeterFactory>())
                self.EnableMeasurementEvents(instrument);
        };
        listener.SetMeasurementEventCallback<long>((_, measurement, _, _) => Interlocked.Add(ref logged, measurement));
        listener.Start();
        await Register(server, bias: -2);
        await Deploy(server, "churn", "1");
        await Call(server.Admin, $"[{string.Join(',', Enumerable.Repeat("""[30,500,"plus"]""", 80_000))}]");
        await Call(server.Admin);
        await Last(server, 2);

        await Files(server);   // which closes them
        Assert.Equal(2, Interlocked.Read(ref logged));
    }

    [Theory]
    [InlineData("Assay-Request-Id", "order-4711", true)]
    [InlineData("ce-id", "abc", true)]
    [InlineData("Assay-Request-Id", "with a space", false)]
    public async Task The_callers_own_id_is_taken_and_given_back_when_it_is_one(string header, string id, bool taken)
    {
        await using var server = await TestServer.Start();
        await Register(server, bias: -2);
        await Deploy(server, "churn", "1");
        using var request = new HttpRequestMessage(HttpMethod.Post, "/endpoints/churn/predict") { Content = JsonContent.Create(new[] { new object[] { 30, 500, "plus" } }) };
        request.Headers.Add(header, id);
        using var answer = await server.Admin.SendAsync(request, Cancel);
        var given = answer.Headers.GetValues("Assay-Request-Id").Single();
        Assert.Equal(taken, given == id);
        Assert.Equal(given, Assert.Single(await Last(server, 1)).Id);
    }

    [Fact]
    public async Task Pages_go_from_new_to_old_over_calls_in_files_and_calls_in_none()
    {
        await using var server = await TestServer.Start();
        await Register(server, bias: -2);
        await Deploy(server, "churn", "1");
        for (var number = 1; number <= 7; number++)
        {
            await Call(server.Admin, id: $"call-{number}");
            if (number is 3 or 5)
                await Files(server);
        }

        await Last(server, 7);
        var (ids, cursor) = (new List<string>(), "");
        do
        {
            var page = await List(server.Admin, $"limit=2{cursor}");
            ids.AddRange(page.Items.Select(call => call.Id));
            cursor = page.NextCursor is { } next ? $"&cursor={Uri.EscapeDataString(next)}" : null;
        }
        while (cursor is not null);
        Assert.Equal(["call-7", "call-6", "call-5", "call-4", "call-3", "call-2", "call-1"], ids);
        var some = await List(server.Admin, $"to={Uri.EscapeDataString((await List(server.Admin)).Items[4].At.ToString("O"))}");
        Assert.Equal(["call-2", "call-1"], some.Items.Select(call => call.Id));
        Assert.Equal("call-2", (await server.Admin.GetFromJsonAsync<LoggedPrediction>("/api/v1/endpoints/churn/predictions/call-2", AssayJson.Options, Cancel))!.Id);
    }

    [Fact]
    public async Task Calls_are_read_by_who_may_and_that_they_were_read_is_in_the_ledger()
    {
        await using var server = await TestServer.Start();
        await Register(server, bias: -2);
        await Deploy(server, "churn", "1");
        await Call(server.Admin);
        using var viewer = await server.Client(Role.Viewer);
        using var refused = await viewer.GetAsync("/api/v1/endpoints/churn/predictions", Cancel);
        Assert.Equal(HttpStatusCode.Forbidden, refused.StatusCode);
        using var auditor = await server.Client(Role.Auditor);
        await List(auditor);
        await List(auditor);
        await Until(async () => (await Events(server, "predictions.read")).Count == 1);
        var file = Assert.Single(await Files(server));
        await Download(auditor, file.Id);
        await Download(auditor, file.Id);
        await Until(async () => (await Events(server, "predictions.exported")).Count == 2);
    }

    private static string[] Values(LoggedRow row) =>
        [.. new[] { "input_age", "input_balance", "input_plan" }.Select(name => ((JsonElement?)row.Inputs[name])?.ToString() ?? "")];
}
