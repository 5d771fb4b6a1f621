using System.Globalization;
using System.Net.Http.Json;
using Assay.Governance;
using Assay.Kernel;
using Assay.Kernel.Paging;
using Assay.Monitoring.Alerts;
using Assay.Monitoring.Delivery;
using Assay.Monitoring.Monitors;
using Assay.Monitoring.Windows;
using Assay.Pipelines;
using Assay.Serving;
using Assay.Tests.Serving;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;

namespace Assay.Tests.Monitoring;

/// <summary>The real host and database with made-up traffic. It flushes and evaluates only when a test says so.</summary>
internal sealed class WatchedServer : IAsyncDisposable
{
    private WatchedServer(TestServer server, Traffic traffic, AskedTrainings trainings, HandClock clock) =>
        (Server, Traffic, Trainings, Clock) = (server, traffic, trainings, clock);

    /// <summary>The time of the host.</summary>
    public HandClock Clock { get; }

    public TestServer Server { get; }

    public Traffic Traffic { get; }

    public AskedTrainings Trainings { get; }

    public static async Task<WatchedServer> Start(double windowSeconds = 0, int metricsPort = 0)
    {
        var (traffic, trainings, clock) = (new Traffic(), new AskedTrainings(), new HandClock());
        return new(await TestServer.Start(metricsPort, builder => Adjust(builder, traffic, trainings, windowSeconds, clock)), traffic, trainings, clock);
    }

    /// <summary>Stops the host and starts another one on its home; traffic goes on.</summary>
    public static async Task<WatchedServer> Restart(WatchedServer running)
    {
        var (traffic, trainings, clock) = (running.Traffic, running.Trainings, running.Clock);
        await running.Server.StopKeepingHome();
        return new(await TestServer.Restart(running.Server, builder => Adjust(builder, traffic, trainings, 0, clock)), traffic, trainings, clock);
    }

    private static void Adjust(WebApplicationBuilder builder, Traffic traffic, AskedTrainings trainings, double windowSeconds, HandClock clock)
    {
        builder.Configuration["Monitoring:FlushSeconds"] = "60";
        builder.Configuration["Monitoring:WindowsKept"] = "10";
        builder.Configuration["Alerts:DeliverySeconds"] = "60";
        builder.Configuration["Outbound:AllowedHosts:0"] = "127.0.0.1";
        builder.Services.Replace(ServiceDescriptor.Singleton<TimeProvider>(clock));
        builder.Configuration["Monitoring:WindowSeconds"] = windowSeconds.ToString(CultureInfo.InvariantCulture);
        builder.Services.Replace(ServiceDescriptor.Singleton<IEndpoints>(traffic));
        builder.Services.Replace(ServiceDescriptor.Scoped<ITrainings>(_ => trainings));
    }

    /// <summary>What the clock does every few seconds.</summary>
    public Task Tick() => Server.Services.GetServices<IHostedService>().OfType<MonitorClock>().Single()
        .Tick(TestContext.Current.CancellationToken);

    /// <summary>What the other clock does: tells what is due.</summary>
    public Task Deliver() => Server.Services.GetServices<IHostedService>().OfType<DeliveryClock>().Single()
        .Tick(TestContext.Current.CancellationToken);

    public async Task<DriftWindow> Evaluate()
    {
        var answer = await Server.Admin.PostAsync("/api/v1/monitors/churn/evaluate", null, TestContext.Current.CancellationToken);
        answer.EnsureSuccessStatusCode();
        return (await answer.Content.ReadFromJsonAsync<DriftWindow>(AssayJson.Options, TestContext.Current.CancellationToken))!;
    }

    public async Task Set(MonitorSettings settings)
    {
        var answer = await Server.Admin.PutAsJsonAsync(
            "/api/v1/monitors/churn", settings, AssayJson.Options, TestContext.Current.CancellationToken);
        answer.EnsureSuccessStatusCode();
    }

    /// <summary>Adds the next version of the dataset with recent labelled rows.</summary>
    public async Task AddRecentRows(int rows, int times = 1)
    {
        var csv = "tenure,churn\n" + string.Join('\n', Enumerable.Range(0, rows * times).Select(row => row / times).Select(row => $"{row % 70},{(row % 3 == 0 ? "yes" : "no")}"));
        var answer = await Server.Admin.PostAsync(
            "/api/v1/datasets/telco-recent/versions?format=csv", new StringContent(csv, System.Text.Encoding.UTF8, "text/csv"), TestContext.Current.CancellationToken);
        answer.EnsureSuccessStatusCode();
    }

    public Task<MonitorDetail> Show() => Get<MonitorDetail>("/api/v1/monitors/churn");

    public async Task<IReadOnlyList<AlertSummary>> Alerts() => (await Get<Page<AlertSummary>>("/api/v1/alerts")).Items;

    public async Task<T> Get<T>(string path) =>
        (await Server.Admin.GetFromJsonAsync<T>(path, AssayJson.Options, TestContext.Current.CancellationToken))!;

    /// <summary>Writes events as other modules do.</summary>
    public async Task State(params IEnumerable<LedgerEvent> events)
    {
        await using var scope = ServingHost.Scope(Server);
        foreach (var each in events)
            scope.ServiceProvider.GetRequiredService<ILedger>().Append(each);
        await scope.ServiceProvider.GetRequiredService<AssayDb>().SaveChangesAsync(TestContext.Current.CancellationToken);
    }

    /// <summary>Types of the events that this module wrote, oldest first.</summary>
    public async Task<List<string>> Events()
    {
        var feed = Server.Services.GetRequiredService<ILedgerFeed>();
        var types = new List<string>();
        var size = await feed.Size(TestContext.Current.CancellationToken);
        await foreach (var entry in feed.Follow(0, TestContext.Current.CancellationToken))
        {
            if (entry.Subject == "endpoint:churn")
                types.Add(entry.Type);
            if (entry.Index >= size - 1)
                break;
        }

        return types;
    }

    public async ValueTask DisposeAsync() => await Server.DisposeAsync();
}
