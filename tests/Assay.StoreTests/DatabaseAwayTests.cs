using System.Data.Common;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Assay.Tests.Serving;
using Assay.Tests.Tracking.Mlflow;
using Assay.Tracking.Store;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Assay.Tests;

/// <summary>The database goes away under a platform that serves, and comes back.</summary>
public sealed class DatabaseAwayTests
{
    private static readonly TimeSpan TurnsOfEveryLoop = TimeSpan.FromSeconds(2.5);   // that is not one of hours

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Predictions_go_on_for_callers_that_were_known_all_else_is_a_503_and_everything_goes_on_once_it_is_back()
    {
        var clock = new HandClock();
        await using var line = new CutLine();
        await using var server = await TestServer.StartBehind(line.Through, clock.Into);
        await ServingHost.Register(server, bias: 0);
        await ServingHost.Deploy(server, "churn", "1");
        var before = await ServingHost.Predict(server, "churn");

        line.Cut();
        await Task.Delay(TurnsOfEveryLoop, Cancel);
        Assert.Equal(before, await ServingHost.Predict(server, "churn"));
        using var refused = await server.Admin.GetAsync("/api/v1/models", Cancel);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, refused.StatusCode);
        Assert.Equal(TimeSpan.FromSeconds(5), refused.Headers.RetryAfter!.Delta);
        Assert.StartsWith("The database does not answer at the moment.", (await refused.Content.ReadFromJsonAsync<JsonElement>(Cancel)).GetProperty("detail").GetString(), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, (await server.Guest.GetAsync("/health/ready", Cancel)).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await server.Guest.GetAsync("/v2/health/ready", Cancel)).StatusCode);
        using var stranger = server.Connect("assay_0123456789ab_nobody");
        using var unknown = await ServingHost.Ask(stranger, "churn");
        Assert.Equal(HttpStatusCode.ServiceUnavailable, unknown.StatusCode);

        clock.Move(TimeSpan.FromMinutes(14));   // what was known of the token has to be asked anew, and can't be
        Assert.Equal(before, await ServingHost.Predict(server, "churn"));
        clock.Move(TimeSpan.FromMinutes(2));
        using var late = await ServingHost.Ask(server.Admin, "churn");
        Assert.Equal(HttpStatusCode.ServiceUnavailable, late.StatusCode);
        Assert.False(server.Services.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping.IsCancellationRequested);

        line.Restore();
        await ServingHost.Until(async () => (await server.Admin.GetAsync("/api/v1/models", Cancel)).IsSuccessStatusCode);
        Assert.Equal(before, await ServingHost.Predict(server, "churn"));
        (await server.Admin.PostAsJsonAsync("/api/v1/projects", new { name = "afterwards" }, Cancel)).EnsureSuccessStatusCode();
        await ServingHost.Until(async () => (await server.Admin.GetStringAsync("/api/v1/ledger?type=project.created", Cancel)).Contains("afterwards", StringComparison.Ordinal));
    }

    [Fact]
    public async Task What_is_tracked_is_refused_while_it_is_away_even_in_the_midst_of_a_write_and_taken_once_it_is_back()
    {
        await using var line = new CutLine();
        await using var server = await TestServer.StartBehind(line.Through, new HandClock().Into);
        var client = new MlflowClient(server.Admin);
        var run = await client.Run("0");
        object Point(int step) => new { run_id = run, metrics = new[] { new { key = "loss", value = 0.5, timestamp = 100, step } } };
        await client.Post("/runs/log-batch", Point(1));
        Assert.Equal([1], await Steps(client, run));

        // On the writer's own thread, within its transaction: what it threw there would end the process.
        var writer = server.Services.GetRequiredService<GroupWriter>();
        await Assert.ThrowsAnyAsync<DbException>(() => writer.Write(_ =>
        {
            line.Cut();
            return true;
        }));
        await Assert.ThrowsAnyAsync<DbException>(() => writer.Write(_ => true));
        using var refused = await client.SendPost("/runs/log-batch", Point(2));
        Assert.Equal(HttpStatusCode.ServiceUnavailable, refused.StatusCode);
        Assert.False(server.Services.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping.IsCancellationRequested);

        line.Restore();
        await ServingHost.Until(async () => (await client.SendPost("/runs/log-batch", Point(3))).IsSuccessStatusCode);
        Assert.Equal([1, 3], await Steps(client, run));
    }

    private static async Task<IEnumerable<int>> Steps(MlflowClient client, string run) =>
        (await client.Get($"/metrics/get-history?run_id={run}&metric_key=loss"))["metrics"]!.AsArray().Select(point => (int)point!["step"]!);
}
