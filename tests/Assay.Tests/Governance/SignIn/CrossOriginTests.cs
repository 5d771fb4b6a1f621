using System.Net;
using System.Net.Http.Headers;
using System.Net.WebSockets;
using System.Text;
using Assay.Governance.Access;

namespace Assay.Tests.Governance.SignIn;

public class CrossOriginTests
{
    private static readonly (string Name, string Value)[] Elsewhere =
        [("Sec-Fetch-Site", "cross-site"), ("Sec-Fetch-Site", "same-site"), ("Origin", "http://127.0.0.1:1"), ("Origin", "null")];

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_page_of_another_site_changes_nothing_by_a_session()
    {
        await using var server = await TestServer.Start();
        await server.PersonWithPassword("ada");
        using var browser = new Browser(server);
        await browser.SignIn("ada", Browser.GoodPassword);
        foreach (var header in Elsewhere)
            Assert.Equal(HttpStatusCode.Forbidden, (await browser.Send(EndSessions(header))).StatusCode);

        Assert.True(await browser.IsSignedIn());
        Assert.Equal(HttpStatusCode.NoContent, (await browser.Send(EndSessions(("Origin", Own(server))))).StatusCode);
    }

    [Fact]
    public async Task A_page_of_another_site_changes_nothing_by_the_name_and_password_that_a_browser_keeps()
    {
        await using var server = await TestServer.Start();
        using var kept = server.Connect(null);
        var pair = Convert.ToBase64String(Encoding.UTF8.GetBytes("admin:" + (await File.ReadAllTextAsync(server.Home.AdminTokenFile, Cancel)).Trim()));
        kept.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Basic", pair);
        foreach (var header in Elsewhere)
            Assert.Equal(HttpStatusCode.Forbidden, (await kept.SendAsync(VerifyLedger(header), Cancel)).StatusCode);

        Assert.Equal(HttpStatusCode.OK, (await kept.SendAsync(VerifyLedger(("Sec-Fetch-Site", "same-origin")), Cancel)).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await kept.PostAsync("/api/v1/ledger/verify", null, Cancel)).StatusCode);
    }

    [Theory]
    [InlineData("1.1")]
    [InlineData("2.0")]
    public async Task A_page_of_another_port_opens_no_connection_to_the_console(string http)
    {
        await using var server = await TestServer.Start();
        await server.Bind((await server.PersonWithPassword("ada")).Id, Role.Viewer);
        using var browser = new Browser(server);
        await browser.SignIn("ada", Browser.GoodPassword);
        foreach (var header in Elsewhere)
            Assert.Equal(HttpStatusCode.Forbidden, await Open(server, browser, header, Version.Parse(http)));
        Assert.Equal(HttpStatusCode.SwitchingProtocols, await Open(server, browser, ("Origin", Own(server)), Version.Parse(http)));
    }

    private static string Own(TestServer server) => server.Address.GetLeftPart(UriPartial.Authority);

    private static HttpRequestMessage EndSessions((string Name, string Value) header) =>
        new(HttpMethod.Delete, "/api/v1/account/sessions") { Headers = { { header.Name, header.Value } } };

    private static HttpRequestMessage VerifyLedger((string Name, string Value) header) =>
        new(HttpMethod.Post, "/api/v1/ledger/verify") { Headers = { { header.Name, header.Value } } };

    private static async Task<HttpStatusCode> Open(TestServer server, Browser browser, (string Name, string Value) header, Version http)
    {
        using var socket = new ClientWebSocket();
        using var way = new HttpMessageInvoker(new SocketsHttpHandler { UseCookies = false });
        socket.Options.CollectHttpResponseDetails = true;
        socket.Options.HttpVersion = http;
        socket.Options.HttpVersionPolicy = HttpVersionPolicy.RequestVersionExact;
        socket.Options.SetRequestHeader(header.Name, header.Value);
        socket.Options.SetRequestHeader("Cookie", browser.Cookies.GetCookieHeader(server.Address));
        try
        {
            await socket.ConnectAsync(new($"ws://{server.Address.Authority}/_blazor"), way, Cancel);
            return HttpStatusCode.SwitchingProtocols;
        }
        catch (WebSocketException)
        {
            return socket.HttpStatusCode;
        }
    }
}
