using System.Net;
using System.Text.Json;
using Assay.EndToEnd.Processes;
using Assay.Tests;

namespace Assay.EndToEnd;

/// <summary>Every alert that is in the database reaches its receiver, though the server is killed while it tells them.</summary>
public sealed class AlertKillTests(ITestOutputHelper output)
{
    private const int Endpoints = 16;
    private const int Kills = 3;
    private static readonly TimeSpan ClaimLasts = TimeSpan.FromMinutes(2);   // what a killed sender had taken on is free again then
    private static readonly (string, string)[] Settings = [("ASSAY_Outbound__AllowedHosts__0", "127.0.0.1"), ("ASSAY_Alerts__DeliverySeconds", "0.1")];

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Every_alert_is_delivered_at_least_once_though_the_server_is_killed_while_it_delivers()
    {
        using var folder = new TemporaryFolder();
        await HomeServer.Make(folder);
        using var receiver = new SlowReceiver();
        for (var kill = 0; kill < Kills; kill++)
        {
            await using var server = await HomeServer.Start(folder.Home, Settings);
            if (kill == 0)
                await Watch(server, receiver);
            var drifting = Drift(server, kill);
            await HomeServer.Until(() => Task.FromResult(receiver.Hanging > kill), TimeSpan.FromMinutes(3), "a delivery has begun that is not answered");
            await server.Kill();
            await ((Task)drifting).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
            output.WriteLine($"killed with {receiver.Hanging} deliveries hanging so far, {receiver.Alerts.Count} alerts received");
        }

        receiver.Hangs = false;
        await using var last = await HomeServer.Start(folder.Home, Settings);
        var alerts = (await last.Get("/api/v1/alerts?limit=500")).GetProperty("items").EnumerateArray()
            .Where(alert => alert.GetProperty("endpoint").GetString()!.StartsWith("watched-", StringComparison.Ordinal))
            .Select(alert => alert.GetProperty("id").GetString()!).ToList();
        Assert.True(alerts.Count >= Kills, "Too few alerts to prove anything.");
        await HomeServer.Until(() => Task.FromResult(!alerts.Except(receiver.Alerts).Any()), ClaimLasts + TimeSpan.FromMinutes(1), "every alert was received");
        output.WriteLine($"{alerts.Count} alerts");
    }

    private static async Task Watch(HomeServer server, SlowReceiver receiver)
    {
        await server.Send(HttpMethod.Post, "/api/v1/alert-routes", new { name = "receiver", kind = "webhook", url = receiver.Address, endpoint = "watched-*", groupSeconds = 0, repeatMinutes = 0 });
        for (var place = 0; place < Endpoints * Kills; place++)
            await server.Send(HttpMethod.Put, $"/api/v1/endpoints/watched-{place}", new { model = "small", version = "1" });
    }

    // The rows are of old people from one town alone, so each endpoint has an alert after its first window.
    private static async Task Drift(HomeServer server, int part)
    {
        var rows = Enumerable.Range(0, 200).Select(_ => new object[] { 95, 300, "Graz" }).ToList();
        for (var place = part * Endpoints; place < (part + 1) * Endpoints; place++)
        {
            var path = $"/api/v1/endpoints/watched-{place}";
            await HomeServer.Until(async () => (await server.Get(path)).GetProperty("endpoint").GetProperty("state").GetString() == "ready", TimeSpan.FromMinutes(1), "the model is loaded");
            await server.Send(HttpMethod.Post, $"/endpoints/watched-{place}/predict", rows);
            await server.Send(HttpMethod.Post, $"/api/v1/monitors/watched-{place}/evaluate", null);
        }
    }

    /// <summary>Takes every second message, and lets the others hang as long as it is told to; only what it answers it has received.</summary>
    private sealed class SlowReceiver : IDisposable
    {
        private readonly HttpListener _listener = new();
        private readonly HashSet<string> _alerts = [];
        private int _begun;
        private int _hanging;

        public SlowReceiver()
        {
            Address = $"http://127.0.0.1:{FreePort.Find()}/";
            _listener.Prefixes.Add(Address);
            _listener.Start();
            _ = Listen();
        }

        public string Address { get; }

        public bool Hangs { get; set; } = true;

        /// <summary>Messages that were left without an answer.</summary>
        public int Hanging => Volatile.Read(ref _hanging);

        public IReadOnlyCollection<string> Alerts
        {
            get
            {
                lock (_alerts)
                    return [.. _alerts];
            }
        }

        public void Dispose() => _listener.Close();

        private async Task Listen()
        {
            try
            {
                while (true)
                    _ = Answer(await _listener.GetContextAsync());
            }
            catch (Exception problem) when (problem is HttpListenerException or ObjectDisposedException)
            {
                // The test is over.
            }
        }

        private async Task Answer(HttpListenerContext call)
        {
            using var body = await JsonDocument.ParseAsync(call.Request.InputStream, cancellationToken: Cancel);
            if (Hangs && Interlocked.Increment(ref _begun) % 2 == 0)
            {
                Interlocked.Increment(ref _hanging);
                return;   // the sender waits, until it is killed
            }

            lock (_alerts)
                _alerts.UnionWith(body.RootElement.GetProperty("alerts").EnumerateArray().Select(alert => alert.GetProperty("id").GetString()!));
            call.Response.StatusCode = 200;
            call.Response.Close();
        }
    }
}
