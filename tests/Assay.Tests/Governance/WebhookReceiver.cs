using System.Collections.Concurrent;
using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Assay.Tests.Governance;

/// <summary>Somebody else's server: a real one on loopback, which keeps what it was sent and answers what it is told to.</summary>
internal sealed class WebhookReceiver : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly ConcurrentQueue<Received> _received = new();
    private readonly ConcurrentQueue<(int Status, string? Location)> _answers = new();

    private WebhookReceiver(WebApplication app) => _app = app;

    public string Url => $"{_app.Urls.First()}/hook";

    public IReadOnlyList<Received> All => [.. _received];

    /// <summary>Completes when answers may go out; until then callers wait.</summary>
    public Task Held { get; set; } = Task.CompletedTask;

    /// <summary>What is answered when no other answer waits.</summary>
    public int Otherwise { get; set; } = 204;

    public static async Task<WebhookReceiver> Start()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        var app = builder.Build();
        var receiver = new WebhookReceiver(app);
        app.Run(receiver.Handle);
        await app.StartAsync(TestContext.Current.CancellationToken);
        return receiver;
    }

    /// <summary>The next answers, in this order.</summary>
    public void Answer(params int[] statuses)
    {
        foreach (var status in statuses)
            _answers.Enqueue((status, null));
    }

    public void Redirect(string location) => _answers.Enqueue((302, location));

    /// <summary>Waits until that many requests have come.</summary>
    public async Task<IReadOnlyList<Received>> Await(int count)
    {
        var since = TimeProvider.System.GetTimestamp();
        while (_received.Count < count)
        {
            Assert.True(TimeProvider.System.GetElapsedTime(since) < TimeSpan.FromSeconds(30), $"{_received.Count} requests came, {count} were expected.");
            await Task.Delay(20, TestContext.Current.CancellationToken);
        }

        return All;
    }

    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync();
        await _app.DisposeAsync();
    }

    private async Task Handle(HttpContext http)
    {
        using var body = new MemoryStream();
        await http.Request.Body.CopyToAsync(body, http.RequestAborted);
        var headers = http.Request.Headers.ToDictionary(header => header.Key.ToLowerInvariant(), header => header.Value.ToString());
        _received.Enqueue(new(http.Request.Path, headers, body.ToArray()));
        await Held.WaitAsync(http.RequestAborted);
        var (status, location) = _answers.TryDequeue(out var told) ? told : (Otherwise, null);
        http.Response.StatusCode = status;
        if (location is not null)
            http.Response.Headers.Location = location;
    }
}

/// <summary>One request that came.</summary>
internal sealed record Received(string Path, IReadOnlyDictionary<string, string> Headers, byte[] Body);
