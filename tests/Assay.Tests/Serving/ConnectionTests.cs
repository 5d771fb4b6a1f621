using System.Net;
using System.Net.Http.Json;
using System.Net.Sockets;
using System.Text;
using Assay.Tests.Serving.PredictionLog;
using static Assay.Tests.Serving.ServingHost;

namespace Assay.Tests.Serving;

/// <summary>Callers who don't behave as callers do.</summary>
public sealed class ConnectionTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Who_sends_a_head_a_byte_at_a_time_is_let_go_and_others_are_answered_meanwhile()
    {
        await using var server = await TestServer.Start(adjust: builder =>
        {
            builder.Configuration["Http:HeadSeconds"] = "1";
            builder.Configuration["Http:IdleSeconds"] = "1";
        });
        var slow = Enumerable.Range(0, 20).Select(_ => Dribble(server)).ToList();
        using var silent = await Connect(server);
        var ended = End(silent);
        Assert.True((await server.Guest.GetAsync("/health/live", Cancel)).IsSuccessStatusCode);
        await Task.WhenAll(slow.Append(ended)).WaitAsync(TimeSpan.FromSeconds(60), Cancel);   // a whole head would take two minutes
    }

    [Fact]
    public async Task Who_closes_its_side_is_taken_as_gone_and_its_connection_is_closed_at_once()
    {
        await using var server = await TestServer.Start(adjust: builder => builder.Configuration["Http:HeadSeconds"] = "600");
        var halves = await Task.WhenAll(Enumerable.Range(0, 50).Select(async _ =>
        {
            var socket = await Connect(server);
            await Send(socket, "GET /health/live HTTP/1.1\r\nHost: loc");
            socket.Shutdown(SocketShutdown.Send);
            return socket;
        }));
        foreach (var socket in halves)
        {
            await End(socket).WaitAsync(TimeSpan.FromSeconds(60), Cancel);
            socket.Dispose();
        }

        Assert.True((await server.Guest.GetAsync("/health/live", Cancel)).IsSuccessStatusCode);
    }

    [Fact]
    public async Task A_body_shorter_than_its_length_says_is_no_prediction_and_no_failure_of_the_server()
    {
        await using var server = await TestServer.Start();
        await Register(server, bias: -2);
        await Deploy(server, "churn", "1");
        using (var socket = await ConnectAndBeAsked(server))
        {
            await Send(socket, "[[30,500");
            socket.Shutdown(SocketShutdown.Send);
            Assert.DoesNotMatch("^HTTP/1.1 (200|500)", await End(socket));
        }

        var call = Assert.Single(await LogHost.Last(server, 1));
        Assert.Contains(call.Outcome, new[] { "invalid", "cancelled" });
        await Predict(server, "churn");
    }

    [Fact]
    public async Task Who_resets_its_connection_or_stream_within_a_body_has_cancelled_and_no_model_has_failed()
    {
        await using var server = await TestServer.Start();
        await Register(server, bias: -2);
        await Deploy(server, "churn", "1");
        using (var socket = await ConnectAndBeAsked(server))
            socket.LingerState = new(true, 0);

        using var leaving = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        using var body = new StalledContent(leaving) { Headers = { ContentType = new("application/json") } };
        using var request = new HttpRequestMessage(HttpMethod.Post, "/endpoints/churn/predict") { Content = body, Version = new(2, 0), VersionPolicy = HttpVersionPolicy.RequestVersionExact };
        request.Headers.ExpectContinue = true;
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => server.Admin.SendAsync(request, leaving.Token));

        var calls = await LogHost.Last(server, 2);
        Assert.All(calls, call => Assert.Equal(("cancelled", 499), (call.Outcome, call.Status)));
    }

    [Fact]
    public async Task A_call_whose_time_is_over_before_its_body_has_come_leaves_its_connection_to_the_next_one()
    {
        await using var server = await TestServer.Start();
        await Register(server, bias: -2);
        using var made = await server.Admin.PutAsJsonAsync("/api/v1/endpoints/churn", new { model = "churn", version = "1", limits = new { timeoutMilliseconds = 100 } }, Cancel);
        made.EnsureSuccessStatusCode();
        var token = server.Admin.DefaultRequestHeaders.Authorization!.Parameter;
        using var socket = await Connect(server);
        await Send(socket, $"POST /endpoints/churn/predict HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {token}\r\nContent-Type: application/json\r\nContent-Length: 17\r\n\r\n[[30,500,");
        var answer = new byte[4096];
        Assert.StartsWith("HTTP/1.1 504", Encoding.UTF8.GetString(answer, 0, await socket.ReceiveAsync(answer, Cancel)), StringComparison.Ordinal);
        await Send(socket, "\"plus\"]]GET /health/live HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
        Assert.Contains("HTTP/1.1 200", await End(socket).WaitAsync(TimeSpan.FromSeconds(60), Cancel), StringComparison.Ordinal);
    }

    /// <summary>A body that is asked for and doesn't come: its sender leaves instead.</summary>
    private sealed class StalledContent(CancellationTokenSource leaving) : HttpContent
    {
        protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
        {
            await stream.WriteAsync("[[30,500"u8.ToArray());
            await stream.FlushAsync();
            await leaving.CancelAsync();
            await Task.Delay(Timeout.Infinite, leaving.Token);
        }

        protected override bool TryComputeLength(out long length)
        {
            length = 0;
            return false;
        }
    }

    private static async Task Dribble(TestServer server)
    {
        using var socket = await Connect(server);
        var ended = End(socket);
        foreach (var letter in "GET /health/live HTTP/1.1\r\nHost: localhost\r\nX-Slow: " + new string('a', 1150))
        {
            try
            {
                await Send(socket, letter.ToString());
            }
            catch (SocketException)   // let go
            {
                break;
            }

            if (await Task.WhenAny(ended, Task.Delay(100, Cancel)) == ended)
                break;
        }

        await ended;
    }

    private static async Task<Socket> Connect(TestServer server)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(server.Address.Host, server.Address.Port, Cancel);
        return socket;
    }

    // A prediction whose body is waited for by now: a call that was given up before that is not logged.
    private static async Task<Socket> ConnectAndBeAsked(TestServer server)
    {
        var socket = await Connect(server);
        await Send(socket, $"POST /endpoints/churn/predict HTTP/1.1\r\nHost: localhost\r\nAuthorization: {server.Admin.DefaultRequestHeaders.Authorization}\r\nContent-Type: application/json\r\nContent-Length: 5000\r\nExpect: 100-continue\r\n\r\n");
        var asked = new byte[100];
        Assert.StartsWith("HTTP/1.1 100", Encoding.UTF8.GetString(asked, 0, await socket.ReceiveAsync(asked, Cancel)), StringComparison.Ordinal);
        return socket;
    }

    private static async Task Send(Socket socket, string text) => await socket.SendAsync(Encoding.ASCII.GetBytes(text), Cancel);

    // Everything that comes until the other side closes.
    private static async Task<string> End(Socket socket)
    {
        var (text, buffer) = (new StringBuilder(), new byte[4096]);
        try
        {
            while (await socket.ReceiveAsync(buffer, Cancel) is > 0 and var read)
                text.Append(Encoding.UTF8.GetString(buffer, 0, read));
        }
        catch (SocketException)   // closed the hard way
        {
        }

        return text.ToString();
    }
}
