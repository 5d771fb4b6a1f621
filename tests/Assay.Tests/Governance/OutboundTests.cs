using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Assay.Kernel;
using Assay.Kernel.Outbound;
using Microsoft.Extensions.Options;

namespace Assay.Tests.Governance;

/// <summary>Addresses that a person types in lead out, and nowhere else.</summary>
public class OutboundTests
{
    /// <summary>Ways to write an address that is not on the internet, or no address at all.</summary>
    private static readonly string[] Tricks =
    [
        "http://127.0.0.1/", "http://127.1/", "http://2130706433/", "http://0x7f000001/", "http://0x7f.0.0.1/", "http://0177.0.0.1/", "http://127.255.255.254/",
        "http://localhost/", "http://localhost./", "http://LOCALHOST:8300/", "http://[::1]/", "http://[0:0:0:0:0:0:0:1]/", "http://[::ffff:127.0.0.1]/",
        "http://[::ffff:7f00:1]/", "http://[::127.0.0.1]/", "http://１２７.０.０.１/", "http://127。0。0。1/", "http://0.0.0.0/", "http://0/", "http://[::]/",
        "http://169.254.169.254/latest/meta-data/", "http://[::ffff:a9fe:a9fe]/", "http://2852039166/", "http://[fe80::1]/", "http://[fd00:ec2::254]/",
        "http://100.100.100.200/", "http://168.63.129.16/", "http://192.0.0.192/", "http://10.0.0.1/", "http://172.16.0.1/", "http://172.31.255.255/",
        "http://192.168.1.1/", "http://100.64.0.1/", "http://198.18.0.1/", "http://224.0.0.1/", "http://255.255.255.255/", "http://[ff02::1]/",
        "http://[64:ff9b::a9fe:a9fe]/", "http://[64:ff9b::7f00:1]/", "http://[2002:7f00:1::]/", "http://[2001::1]/", "http://[2001:db8::1]/",
        "http://user:password@8.8.8.8/", "http://8.8.8.8@127.0.0.1/", "http://8.8.8.8/#part", "http://no-such-name.invalid/",
        "file:///etc/passwd", "ftp://8.8.8.8/", "gopher://127.0.0.1:6379/", "javascript:alert(1)", "//8.8.8.8/", "8.8.8.8", "http://", "http:///", "",
    ];

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_webhook_can_be_sent_nowhere_but_to_the_internet()
    {
        await using var server = await TestServer.Start();
        foreach (var url in Tricks)
        {
            var refused = await server.Admin.PostAsJsonAsync("/api/v1/webhooks", new { name = "x", url, types = new[] { "*" } }, Cancel);
            Assert.True(refused.StatusCode == HttpStatusCode.BadRequest, $"{url} was answered {(int)refused.StatusCode}");
            var problem = await refused.Content.ReadFromJsonAsync<JsonElement>(AssayJson.Options, Cancel);
            Assert.True(url.Length == 0 || problem.GetProperty("field").GetString() == "url", $"{url}: {problem}");
        }
    }

    [Fact]
    public async Task What_counts_is_the_address_that_is_connected_to()
    {
        await using var receiver = await WebhookReceiver.Start();
        using var strict = Caller(new());
        var port = new Uri(receiver.Url).Port;
        foreach (var host in new[] { "127.0.0.1", "localhost", "[::ffff:127.0.0.1]" })
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, $"http://{host}:{port}/");
            var refused = await Assert.ThrowsAsync<OutboundException>(() => strict.Send(request, Cancel));
            Assert.Contains("may not be called", refused.Message, StringComparison.Ordinal);
        }

        Assert.Empty(receiver.All);
    }

    [Fact]
    public async Task A_host_is_allowed_by_name_and_private_networks_by_a_switch_but_never_where_clouds_keep_secrets()
    {
        await using var receiver = await WebhookReceiver.Start();
        foreach (var options in new[] { new OutboundOptions { AllowedHosts = ["127.0.0.1"] }, new OutboundOptions { AllowPrivateNetworks = true } })
        {
            using var caller = Caller(options);
            using var request = new HttpRequestMessage(HttpMethod.Post, receiver.Url);
            Assert.True((await caller.Send(request, Cancel)).IsSuccess);
            foreach (var url in new[] { "http://169.254.169.254/", "http://[fe80::1]/", "http://0.0.0.0/", "http://168.63.129.16/" })
                await Assert.ThrowsAsync<Assay.Kernel.Refusals.Refusal>(() => caller.Check("url", url, Cancel));
        }

        using var named = Caller(new() { AllowedHosts = ["127.0.0.1"] });
        await Assert.ThrowsAsync<Assay.Kernel.Refusals.Refusal>(() => named.Check("url", "http://127.0.0.2/", Cancel));
        using var open = Caller(new() { AllowPrivateNetworks = true });
        Assert.Equal("10.0.0.1", (await open.Check("url", "http://10.0.0.1:8088/services", Cancel)).Host);
        Assert.Equal("8.8.8.8", (await open.Check("url", "https://8.8.8.8/", Cancel)).Host);
    }

    [Fact]
    public async Task An_answer_that_is_slow_or_large_is_cut_off()
    {
        await using var receiver = await WebhookReceiver.Start();
        using var small = Caller(new() { AllowPrivateNetworks = true, ResponseBytesMax = 3 });
        using var request = new HttpRequestMessage(HttpMethod.Get, receiver.Url);
        Assert.True((await small.Send(request, Cancel)).Body.Length <= 3);

        using var silent = new System.Net.Sockets.TcpListener(IPAddress.Loopback, 0);
        silent.Start();
        using var hasty = Caller(new() { AllowPrivateNetworks = true, TimeoutSeconds = 1 });
        using var unanswered = new HttpRequestMessage(HttpMethod.Get, $"http://{silent.LocalEndpoint}/");
        var problem = await Assert.ThrowsAsync<OutboundException>(() => hasty.Send(unanswered, Cancel));
        Assert.Contains("did not answer within 1 seconds", problem.Message, StringComparison.Ordinal);
    }

    private static OutboundHttp Caller(OutboundOptions options) => new(Options.Create(options));
}
