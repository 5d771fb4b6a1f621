using System.Diagnostics;
using System.Net;
using System.Net.Http.Json;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using Assay.Serve;
using Assay.Tests.Serving;

namespace Assay.Tests.Inference;

/// <summary>HTTP/1.1 and HTTP/2 at the same port, without TLS.</summary>
public sealed class HttpVersionTests
{
    private const string Preface = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";
    private const byte SettingsFrame = 4;
    private static readonly byte[] EmptySettings = [0, 0, 0, SettingsFrame, 0, 0, 0, 0, 0];

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public static TheoryData<string> Versions => ["1.1", "2.0"];

    [Theory]
    [MemberData(nameof(Versions))]
    public async Task The_platform_answers_each_in_its_version(string version)
    {
        await using var server = await TestServer.Start();
        await ServingHost.Register(server, bias: -2);
        await ServingHost.Deploy(server, "churn", "1");
        await Ask(server.Admin, "/endpoints/churn/predict", version);
    }

    [Theory]
    [MemberData(nameof(Versions))]
    public async Task So_does_the_slim_server(string version)
    {
        var folder = TinyModel.WriteTo(Directory.CreateTempSubdirectory("assay-versions-").FullName);
        await using (var server = await ServeHost.Start(new ServeOptions(folder, 0), Cancel))
        {
            using var http = new HttpClient { BaseAddress = server.Addresses.Predict };
            await Ask(http, "/predict", version);
        }

        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public async Task A_preface_that_comes_in_pieces_is_a_preface()
    {
        await using var server = await TestServer.Start();
        using var socket = await Connect(server);
        foreach (var piece in new[] { "P", "RI", " * HTT", "P/2.0\r\n\r\nSM\r\n\r\n" })
        {
            await socket.SendAsync(Encoding.ASCII.GetBytes(piece), Cancel);
            await Task.Delay(50, Cancel);
        }

        await socket.SendAsync(EmptySettings, Cancel);
        Assert.Equal(SettingsFrame, (await Take(socket, EmptySettings.Length))[3]);
    }

    [Theory]
    [InlineData("PRX / HTTP/1.1\r\nHost: localhost\r\n\r\n")]
    [InlineData("PUT / HTTP/1.1\r\nHost: localhost\r\n\r\n")]
    [InlineData("\r\n\r\nnonsense\r\n\r\n")]
    public async Task What_only_looks_like_one_is_answered_in_the_elder_version(string request)
    {
        await using var server = await TestServer.Start();
        using var socket = await Connect(server);
        await socket.SendAsync(Encoding.ASCII.GetBytes(request), Cancel);
        Assert.Equal("HTTP/1.1 4", Encoding.ASCII.GetString(await Take(socket, 10)));
    }

    [Theory]
    [InlineData("")]
    [InlineData("PR")]
    [InlineData(Preface)]
    public async Task Who_says_nothing_more_is_let_go(string beginning)
    {
        await using var server = await TestServer.Start(adjust: builder =>
        {
            builder.Configuration["Http:HeadSeconds"] = "1";
            builder.Configuration["Http:IdleSeconds"] = "1";
        });
        using var socket = await Connect(server);
        await socket.SendAsync(Encoding.ASCII.GetBytes(beginning), Cancel);
        var buffer = new byte[1000];
        while (await socket.ReceiveAsync(buffer, Cancel).AsTask().WaitAsync(TimeSpan.FromSeconds(20), Cancel) > 0)
        {
            // what is said at the end of a connection
        }
    }

    [Fact]
    public async Task Who_says_nothing_does_not_hold_up_the_end_of_the_server()
    {
        var server = await TestServer.Start();
        using var socket = await Connect(server);
        Assert.True((await server.Guest.GetAsync("/health/live", Cancel)).IsSuccessStatusCode);
        var watch = Stopwatch.StartNew();
        await server.DisposeAsync();
        Assert.True(watch.Elapsed < TimeSpan.FromSeconds(10), $"It took {watch.Elapsed}.");
    }

    private static async Task Ask(HttpClient http, string path, string version)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, path)
        {
            Content = new StringContent("""[[30,500,"plus"]]""", Encoding.UTF8, "application/json"),
            Version = Version.Parse(version),
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
        };
        using var answer = await http.SendAsync(request, Cancel);
        Assert.Equal((HttpStatusCode.OK, version), (answer.StatusCode, answer.Version.ToString(2)));
        var predictions = (await answer.Content.ReadFromJsonAsync<JsonElement>(Cancel)).GetProperty("predictions");
        Assert.Equal(TinyModel.Expect(30, 500, "plus"), predictions[0].GetDouble(), 1e-6);
    }

    private static async Task<Socket> Connect(TestServer server)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(server.Address.Host, server.Address.Port, Cancel);
        return socket;
    }

    private static async Task<byte[]> Take(Socket socket, int length)
    {
        var (taken, at) = (new byte[length], 0);
        while (at < length && await socket.ReceiveAsync(taken.AsMemory(at), Cancel).AsTask().WaitAsync(TimeSpan.FromSeconds(20), Cancel) is > 0 and var read)
            at += read;
        return taken[..at];
    }
}
