using System.Net;
using System.Text.RegularExpressions;
using Assay.Governance.Access.Accounts;
using Assay.Governance.SignIn;

namespace Assay.Tests.Governance.SignIn;

/// <summary>As much of a browser as sign-in needs: it keeps cookies, and sends forms with what the page hides in them.</summary>
internal sealed partial class Browser : IDisposable
{
    public const string GoodPassword = "correct horse battery";

    private readonly HttpClient _http;

    public Browser(TestServer server, CookieContainer? cookies = null)
    {
        Cookies = cookies ?? new();
        _http = new(new HttpClientHandler { AllowAutoRedirect = false, CookieContainer = Cookies }) { BaseAddress = server.Address };
        _http.DefaultRequestHeaders.UserAgent.ParseAdd("TestBrowser/1.0");
    }

    public CookieContainer Cookies { get; }

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    /// <summary>Value of the session's cookie; null for none.</summary>
    public string? Session => Cookies.GetAllCookies()["assay-session"]?.Value;

    public Task<HttpResponseMessage> Get(string path) => _http.GetAsync(path, Cancel);

    public Task<HttpResponseMessage> Send(HttpRequestMessage request) => _http.SendAsync(request, Cancel);

    /// <summary>Whether the API knows the browser.</summary>
    public async Task<bool> IsSignedIn() => (await Get("/api/v1/account")).StatusCode == HttpStatusCode.OK;

    /// <summary>Fills in the form of a page and sends it; returns where the answer leads.</summary>
    public async Task<string> Submit(string page, string action, params (string Name, string Value)[] fields)
    {
        var html = await (await Get(page)).Content.ReadAsStringAsync(Cancel);
        var hidden = Hidden().Match(html);
        Assert.True(hidden.Success, html);
        var form = fields.Select(field => KeyValuePair.Create(field.Name, field.Value)).Append(new("__RequestVerificationToken", WebUtility.HtmlDecode(hidden.Groups[1].Value)));
        using var answer = await _http.PostAsync(action, new FormUrlEncodedContent(form), Cancel);
        Assert.True(answer.StatusCode == HttpStatusCode.Redirect, $"{(int)answer.StatusCode} {await answer.Content.ReadAsStringAsync(Cancel)}");
        return answer.Headers.Location!.OriginalString;
    }

    public Task<string> SignIn(string userName, string password, string? returnTo = null) =>
        Submit("/sign-in", "/session", ("userName", userName), ("password", password), ("returnTo", returnTo ?? ""));

    public void Dispose() => _http.Dispose();

    [GeneratedRegex("name=\"__RequestVerificationToken\" value=\"([^\"]+)\"")]
    private static partial Regex Hidden();
}

/// <summary>Gives people passwords the way they get them.</summary>
internal static class PeopleWithPasswords
{
    extension(TestServer server)
    {
        /// <summary>A person who has chosen <see cref="Browser.GoodPassword"/> by a link, and is signed in nowhere.</summary>
        public async Task<PersonSummary> PersonWithPassword(string userName)
        {
            var person = await server.Person(userName);
            using var browser = new Browser(server);
            Assert.Equal("/", await browser.Choose(await server.PasswordLink(person.Id), Browser.GoodPassword));
            Assert.Equal("/sign-in", await browser.Submit("/sign-in", "/session/end"));
            return person;
        }

        /// <summary>Path of a new link for a person.</summary>
        public async Task<string> PasswordLink(string person)
        {
            var answer = await server.Admin.PostAsync($"/api/v1/people/{person}/password-links", null, TestContext.Current.CancellationToken);
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
            return (await System.Net.Http.Json.HttpContentJsonExtensions.ReadFromJsonAsync<PasswordLinkIssued>(
                answer.Content, Assay.Kernel.AssayJson.Options, TestContext.Current.CancellationToken))!.Path;
        }
    }

    extension(Browser browser)
    {
        public Task<string> Choose(string link, string password, string? again = null) =>
            browser.Submit(link, "/session/password", ("code", link.Split("code=")[1]), ("password", password), ("again", again ?? password));
    }
}
