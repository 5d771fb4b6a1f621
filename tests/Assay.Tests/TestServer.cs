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
    private bool _ownsHome;

    private TestServer(AssayServer server, TestDatabase database, string root, bool ownsHome)
    {
        (_server, Database, Root, _ownsHome) = (server, database, root, ownsHome);
        Home = server.Services.GetRequiredService<AssayHome>();
        Admin = Connect(File.ReadAllText(Home.AdminTokenFile).Trim());
        Guest = Connect(null);
    }

    /// <summary>Folder of the home.</summary>
    public string Root { get; }

    /// <summary>Its home, also once the host is stopped.</summary>
    public AssayHome Home { get; }

    public IServiceProvider Services => _server.Services;

    public Uri Address => _server.Address;

    public Uri? MetricsAddress => _server.MetricsAddress;

    public Uri? HttpsAddress => _server.HttpsAddress;

    /// <summary>What the host stores its rows in. A test that restarts on the same home hands it to the next host.</summary>
    public TestDatabase Database { get; }

    /// <summary>Calls as the administrator.</summary>
    public HttpClient Admin { get; }

    /// <summary>Calls without a token.</summary>
    public HttpClient Guest { get; }

    /// <summary>Starts a host on a new home that is removed at the end.</summary>
    public static Task<TestServer> Start(
        int metricsPort = 0, Action<WebApplicationBuilder>? adjust = null, Dictionary<string, string?>? settings = null, HttpsOptions? https = null) =>
        Start(null, null, metricsPort, adjust, settings, https);

    /// <summary>Starts a host again on the home and database of one that was stopped with <see cref="StopKeepingHome"/>.</summary>
    public static Task<TestServer> Restart(TestServer stopped, Action<WebApplicationBuilder>? adjust = null) =>
        Start(stopped.Root, stopped.Database, 0, adjust);

    /// <summary>Starts a host on a new home whose way to PostgreSQL is another one.</summary>
    /// <param name="way">Makes its connection string of the database's own.</param>
    /// <param name="adjust">Adjusts the host.</param>
    public static async Task<TestServer> StartBehind(Func<string, string> way, Action<WebApplicationBuilder>? adjust = null)
    {
        var root = Directory.CreateTempSubdirectory("assay-test-").FullName;
        var database = await TestDatabase.Create(root);
        return await Start(root, database, 0, adjust, postgres: way(database.Postgres!));
    }

    private static async Task<TestServer> Start(
        string? home, TestDatabase? database, int metricsPort, Action<WebApplicationBuilder>? adjust, Dictionary<string, string?>? settings = null, HttpsOptions? https = null,
        string? postgres = null)
    {
        var root = home ?? Directory.CreateTempSubdirectory("assay-test-").FullName;
        database ??= await TestDatabase.Create(root);
        var options = new ServerOptions { Home = root, Port = 0, MetricsPort = metricsPort, Postgres = postgres ?? database.Postgres, Settings = settings ?? [], Https = https };
        return new(await AssayServer.Start(options, adjust, TestContext.Current.CancellationToken), database, root, ownsHome: true);
    }

    /// <summary>Stops the host; its home and database stay for <see cref="Restart"/>, which then owns them.</summary>
    public async Task StopKeepingHome()
    {
        _ownsHome = false;
        await DisposeAsync();
    }

    /// <summary>Runs a statement on the database behind the host's back, as somebody with a database tool would.</summary>
    /// <returns>Rows changed.</returns>
    public async Task<int> Tamper(string sql)
    {
        await using var connection = await Database.Open(Home);
        await using var command = connection.CreateCommand();
        command.CommandText = sql;
        return await command.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
    }

    /// <summary>Calls with a new token of that role, bound to a project (made when missing) or to none.</summary>
    public async Task<HttpClient> Client(string role, string? project = null)
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
        if (!_ownsHome)
            return;
        await Database.DisposeAsync();
        Directory.Delete(Root, recursive: true);
    }
}
