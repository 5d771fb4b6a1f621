using System.Net.Http.Headers;
using System.Net.Http.Json;
using Assay.Governance.Access;
using Assay.Kernel;
using Assay.Kernel.Homes;
using Assay.Server.Hosting;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace Assay.Tests;

/// <summary>The real host on a temporary home: real Kestrel on a free port, real database. Gone when disposed.</summary>
public sealed class TestServer : IAsyncDisposable
{
    private readonly AssayServer _server;
    private readonly bool _ownsHome;

    private TestServer(AssayServer server, string root, bool ownsHome)
    {
        (_server, Root, _ownsHome) = (server, root, ownsHome);
        Admin = Connect(File.ReadAllText(Home.AdminTokenFile).Trim());
        Guest = Connect(null);
    }

    /// <summary>Folder of the home.</summary>
    public string Root { get; }

    public AssayHome Home => Services.GetRequiredService<AssayHome>();

    public IServiceProvider Services => _server.Services;

    public Uri Address => _server.Address;

    public Uri? MetricsAddress => _server.MetricsAddress;

    /// <summary>Calls as the administrator.</summary>
    public HttpClient Admin { get; }

    /// <summary>Calls without a token.</summary>
    public HttpClient Guest { get; }

    /// <summary>Starts a host on <paramref name="home"/>, which is kept, or on a new one, which is removed at the end.</summary>
    public static async Task<TestServer> Start(
        string? home = null, string? postgres = null, int metricsPort = 0, Action<WebApplicationBuilder>? adjust = null)
    {
        var root = home ?? Directory.CreateTempSubdirectory("assay-test-").FullName;
        var options = new ServerOptions { Home = root, Port = 0, MetricsPort = metricsPort, Postgres = postgres };
        return new(await AssayServer.Start(options, TestContext.Current.CancellationToken, adjust), root, ownsHome: home is null);
    }

    /// <summary>Calls with a new token of that role, bound to a project (made when missing) or to none.</summary>
    public async Task<HttpClient> Client(Role role, string? project = null)
    {
        if (project is not null)
            await Admin.PostAsJsonAsync("/api/v1/projects", new { name = project }, TestContext.Current.CancellationToken);
        var answer = await Admin.PostAsJsonAsync("/api/v1/tokens", new { name = "test", role, project }, AssayJson.Options, TestContext.Current.CancellationToken);
        answer.EnsureSuccessStatusCode();
        var created = await answer.Content.ReadFromJsonAsync<CreatedToken>(AssayJson.Options, TestContext.Current.CancellationToken);
        return Connect(created!.Token);
    }

    /// <summary>A client that sends this token, or none.</summary>
    public HttpClient Connect(string? token)
    {
        var client = new HttpClient(new HttpClientHandler { AllowAutoRedirect = false, UseCookies = false }) { BaseAddress = _server.Address };
        if (token is not null)
            client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
        return client;
    }

    public async ValueTask DisposeAsync()
    {
        Admin.Dispose();
        Guest.Dispose();
        await _server.DisposeAsync();
        Microsoft.Data.Sqlite.SqliteConnection.ClearAllPools();
        if (_ownsHome)
            Directory.Delete(Root, recursive: true);
    }
}
