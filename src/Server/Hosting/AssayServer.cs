using System.Net;
using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Hosting;
using Assay.Console;
using Assay.Data;
using Assay.Governance;
using Assay.Governance.Access;
using Assay.Governance.Keys;
using Assay.Inference.Protocols.Connections;
using Assay.Kernel;
using Assay.Kernel.Blobs;
using Assay.Kernel.Homes;
using Assay.Kernel.Permissions;
using Assay.Learning;
using Assay.Monitoring;
using Assay.Pipelines;
using Assay.Registry;
using Assay.Server.Http;
using Assay.Server.Storage;
using Assay.Serving;
using Assay.Tracking;

namespace Assay.Server.Hosting;

/// <summary>The platform in one process.</summary>
public sealed class AssayServer : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly HomeLock _lock;

    private AssayServer(WebApplication app, HomeLock held, ListenedPorts ports, bool adminTokenIsNew)
    {
        (_app, _lock, AdminTokenIsNew) = (app, held, adminTokenIsNew);
        Address = new($"http://127.0.0.1:{ports.Api}");
        MetricsAddress = ports.Metrics == 0 ? null : new($"http://127.0.0.1:{ports.Metrics}/metrics");
        HttpsAddress = ports.Https is { } https ? new UriBuilder(Uri.UriSchemeHttps, NameOf(https.Address), https.Port).Uri : null;
    }

    /// <summary>Where the API and the console are.</summary>
    public Uri Address { get; }

    /// <summary>Where other machines reach both, if the name of this machine leads here from there; null for nowhere.</summary>
    public Uri? HttpsAddress { get; }

    /// <summary>Where Prometheus scrapes; null when turned off.</summary>
    public Uri? MetricsAddress { get; }

    /// <summary>Whether this start made the administrator's token: then it is shown, once.</summary>
    public bool AdminTokenIsNew { get; }

    /// <summary>The host's services, for tests.</summary>
    public IServiceProvider Services => _app.Services;

    /// <summary>Starts a server, or says in one sentence why it can't.</summary>
    /// <exception cref="StartRefusedException">A port, the home or the database can't be used.</exception>
    /// <exception cref="UnusableCertificateException">The certificate can't be used.</exception>
    public static Task<AssayServer> Start(ServerOptions options, CancellationToken cancel = default) => Start(options, null, cancel);

    /// <summary>The same, with a word in its composition; for tests.</summary>
    public static async Task<AssayServer> Start(ServerOptions options, Action<WebApplicationBuilder>? adjust, CancellationToken cancel)
    {
        PoolThreads.KeepReady();
        var certificate = options.Https is { } https ? new ServerCertificate(https.Certificate) : null;
        var (home, held) = HomeLock.Take(options.Home);
        ListenedPorts? ports = null;
        try
        {
            ports = ListenedPorts.Take(options);
            var app = Compose(options, home, ports, certificate, adjust);
            foreach (var open in HomeDoor.Close(home, hasDatabase: options.Postgres is null))
                app.Logger.LogWarning("{Problem}", open);
            await Database.Migrate(app.Services, home, cancel);
            bool made;
            await using (var scope = app.Services.CreateAsyncScope())
                made = await scope.ServiceProvider.GetRequiredService<FirstStart>().Run(cancel);

            await app.StartAsync(cancel);
            var server = new AssayServer(app, held, ports, made);
            held.Announce(server.Address.ToString());
            return server;
        }
        catch (Exception problem)
        {
            ports?.Dispose();
            held.Dispose();
            if (Database.WhyNot(problem, home.Root) is { } refused)
                throw refused;
            throw;
        }
    }

    /// <summary>Completes when the process, which has nothing else to do, is told to stop (Ctrl-C, SIGTERM).</summary>
    public Task WaitForShutdown(CancellationToken cancel = default)
    {
        _ = StartUpMemory.GiveBack(_app.Lifetime.ApplicationStopping);
        return _app.WaitForShutdownAsync(cancel);
    }

    /// <summary>Finishes requests under way, then stops.</summary>
    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync();
        await _app.DisposeAsync();
        _lock.Dispose();
    }

    private static string NameOf(IPAddress address) =>
        address.Equals(IPAddress.Any) || address.Equals(IPAddress.IPv6Any) ? Dns.GetHostName() : address.ToString();

    private static WebApplication Compose(
        ServerOptions options, AssayHome home, ListenedPorts ports, ServerCertificate? certificate, Action<WebApplicationBuilder>? adjust)
    {
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { ContentRootPath = AppContext.BaseDirectory, ApplicationName = "Assay.Cli" });
        builder.Configuration.AddEnvironmentVariables("ASSAY_").AddInMemoryCollection(options.Settings);
        ListSettings.Check(builder.Configuration);
        builder.WebHost.UseKestrelHttpsConfiguration().UseSockets(sockets => sockets.CreateBoundListenSocket = ports.SocketOf).ConfigureKestrel(kestrel =>
        {
            ports.Listen(kestrel, certificate);
            HttpLimits.Hold(kestrel.Limits, builder.Configuration);
        });
        builder.Services.AddSingleton<IMemoryPoolFactory<byte>, ConnectionMemory.Factory>();
        if (!options.Log)
            builder.Logging.ClearProviders();

        // Of bodies of requests alone: a misspelt field would change nothing, unseen, or put a setting back to its default.
        builder.Services.ConfigureHttpJsonOptions(static json =>
            AssayJson.Configure(json.SerializerOptions).UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow);
        builder.Services.Configure<RouteHandlerOptions>(routes => routes.ThrowOnBadRequest = true);   // Problems says what is wrong
        builder.Services.AddProblemDetails(problems => problems.CustomizeProblemDetails = context =>
        {
            if (context.ProblemDetails is HttpValidationProblemDetails values)
                ValidationWords.Rewrite(values);
        }).AddExceptionHandler<Problems>().AddOpenApi("v1");
        builder.Services.AddDatabase(home, options.Postgres);
        builder.Services
            .AddKernel(home)
            .AddBlobs()
            .AddKeys()
            .AddGovernance(home, builder.Configuration)
            .AddData()
            .AddTracking()
            .AddRegistry()
            .AddLearning()
            .AddPipelines()
            .AddServing()
            .AddMonitoring()
            .AddConsole();
        builder.Services.AddBothHttpVersions().AddTelemetry();
        adjust?.Invoke(builder);

        var app = builder.Build();
        app.UseHeadAnswers();
        app.UseExceptionHandler();
        app.UseTelemetry(ports.Metrics);
        if (certificate is not null)
            app.UseHsts();
        app.UseGovernanceBeforeRouting();
        app.UseTrackingBeforeRouting();
        app.UseRouting();
        app.UseConsoleAfterRouting();
        app.UseServingBeforeAccess();
        app.UseGovernance();
        app.UseUnreadableValues();
        app.UseConsole();
        MapRoutes(app);
        return app;
    }

    private static void MapRoutes(WebApplication app)
    {
        Health.Map(app);
        app.MapMetrics();
        app.MapOpenApi("/api/{documentName}/openapi.json").AllowAnyone("The description of the API holds no data.");
        app.MapGovernance();
        app.MapData();
        app.MapTracking();
        app.MapRegistry();
        app.MapLearning();
        app.MapPipelines();
        app.MapServing();
        app.MapMonitoring();
        app.MapConsole();
    }
}
