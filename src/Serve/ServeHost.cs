using System.Net;
using System.Net.Sockets;
using Assay.Inference.Counterfactuals;
using Assay.Inference.Metrics;
using Assay.Inference.Models;
using Assay.Inference.Predictions;
using Assay.Inference.Protocols;
using Assay.Inference.Protocols.Connections;
using Assay.Inference.Tensors;
using Assay.Serve.Access;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using OpenTelemetry.Metrics;

namespace Assay.Serve;

/// <summary>The slim server: one model or a few, no database, no accounts. Whoever reaches its address may ask it, unless keys or tokens are asked for.</summary>
public static class ServeHost
{
    private const string MetricsPath = "/metrics";
    private const string EndpointPrefix = "/endpoints/{name}";

    /// <summary>Serves a package until cancelled or until the process is told to stop, and finishes the requests under way.</summary>
    /// <param name="options">Package and ports.</param>
    /// <param name="started">Called with the addresses once it answers.</param>
    /// <param name="cancel">Ends it.</param>
    /// <exception cref="InvalidModelException">The package can't be served.</exception>
    /// <exception cref="ServeRefusedException">An address can't be listened on.</exception>
    /// <exception cref="UnusableCertificateException">The certificate can't be used.</exception>
    public static async Task Run(ServeOptions options, Action<ListenAddresses>? started = null, CancellationToken cancel = default)
    {
        await using var server = await Start(options, cancel);
        started?.Invoke(server.Addresses);
        await server.WaitForShutdown(cancel);
    }

    internal static async Task<RunningServe> Start(ServeOptions options, CancellationToken cancel)
    {
        PoolThreads.KeepReady();
        var tls = options.Tls is null ? null : new ServerCertificate(options.Tls);
        var access = options.Access.IsOn ? new CallerCheck(options.Access, TimeProvider.System) : null;
        var served = new ServedModels(options);
        var loading = Task.Run(() => served.Open(cancel), CancellationToken.None);   // while the host is made, which takes as long
        WebApplication? app = null;
        try
        {
            app = Compose(options, tls, access, served);
            await loading;
            await Listen(app, options, cancel);
            return new RunningServe(app, served, access, AddressesOf(app));
        }
        catch   // not ours to handle, but what was made is ours to free
        {
            await Task.WhenAny(loading);
            served.Dispose();
            access?.Dispose();
            if (app is not null)
                await app.DisposeAsync();
            throw;
        }
    }

    private static async Task Listen(WebApplication app, ServeOptions options, CancellationToken cancel)
    {
        try
        {
            await app.StartAsync(cancel);
        }
        catch (IOException problem)   // Kestrel's way to say that it can't listen
        {
            throw new ServeRefusedException(
                $"The server can't listen on {options.Address}, port {options.Port}{(options.MetricsPort is { } port ? $" or {port}" : "")}: it is in use. Choose another.",
                problem);
        }
        catch (SocketException problem)   // a port that only root may have, or an address of another machine
        {
            throw new ServeRefusedException(
                $"The server can't listen on {options.Address}, port {options.Port}{(options.MetricsPort is { } port ? $" or {port}" : "")}: {problem.Message}. Choose another address or port.",
                problem);
        }
    }

    private static WebApplication Compose(ServeOptions options, ServerCertificate? tls, CallerCheck? access, ServedModels served)
    {
        // Nothing that it doesn't need, such as settings files that are watched: it is to start quickly (bench/serving, --start).
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions { ContentRootPath = AppContext.BaseDirectory });
        builder.WebHost.UseKestrelCore();   // with its sockets first: what is added below listens beside them
        builder.Services.AddRoutingCore();
        builder.Logging.AddSimpleConsole().SetMinimumLevel(LogLevel.Warning);
        builder.Logging.AddFilter("Microsoft.Extensions.Hosting", LogLevel.None);   // what it logs, it throws as well
        builder.Services.AddBothHttpVersions();
        builder.WebHost.UseKestrelHttpsConfiguration().ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            new ConnectionLimits { ConnectionsMax = options.Limits.ConnectionsMax }.Hold(kestrel.Limits);
            var address = IPAddress.Parse(options.Address);
            if (tls is null)
                kestrel.ListenToBoth(address, options.Port);
            else
                kestrel.Listen(address, options.Port, listen => listen.UseHttps(tls.Handshakes(kestrel.ApplicationServices)));
            if (options.MetricsPort is { } metrics)
                kestrel.Listen(address, metrics);
        });
        if (options.MetricsPort is not null)
        {
            builder.Services.AddOpenTelemetry().WithMetrics(metrics => metrics
                .AddMeter(InferenceMetrics.MeterName, "Microsoft.AspNetCore.Server.Kestrel", "System.Runtime")
                .AddPrometheusExporter());
        }

        var app = builder.Build();
        app.UseHeadAnswers();
        if (options.MetricsPort is not null)
            app.UseMetrics();
        var log = app.Services.GetRequiredService<ILoggerFactory>().CreateLogger<ServedModels>();
        served.Troubled = (name, trouble) => log.LogWarning("{Model}: {Problem}{LastWords}", name, trouble.Sentence, trouble.LastWords.Length == 0 ? "" : $" Its last words: {trouble.LastWords}");
        served.Noticed = (name, sentence) => log.LogWarning("{Model}: {Sentence}", name, sentence);
        access?.Use(app, served.NameOf);
        app.UseLostWords(options.IsOne);
        Map(app, served, options.IsOne);
        return app;
    }

    private static void Map(WebApplication app, ServedModels served, bool isOne)
    {
        var open = new RouteAccess(RouteUse.Server, PlainDialect.Instance);
        app.MapGet("/health/live", http => Write(http, new Health("live"))).WithMetadata(open);
        app.MapGet("/health/ready", http =>
        {
            var ready = served.AnyReady;   // they are loaded before anything is listened on, and may be unloaded later
            http.Response.StatusCode = ready ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable;
            return Write(http, new Health(ready ? "ready" : "unloaded"));
        }).WithMetadata(open);
        var host = new ProtocolHost(app, served, (route, use, dialect) => route.WithMetadata(new RouteAccess(use, dialect)), served.Answer) { AnyReady = () => served.AnyReady };
        OpenInferenceRoutes.Map(host, serverMetadata: true);
        GrpcRoutes.Map(host);
        KServeRoutes.Map(host);
        MapModel(app, host, served, EndpointPrefix);
        if (isOne)
            MapModel(app, host, served, "");
    }

    // The platform's addresses; where there is one model, also without its name.
    private static void MapModel(WebApplication app, ProtocolHost host, ServedModels served, string prefix)
    {
        app.MapPost($"{prefix}/predict", http => served.Answer(http, PlainDialect.Instance));
        app.MapPost($"{prefix}/explain", http => served.Answer(http, PlainDialect.Explaining));
        app.MapPost($"{prefix}/counterfactuals", http => served.Answer(http, CounterfactualDialect.Instance));
        app.MapGet($"{prefix}/schema", http => ShowSchema(http, served.CurrentOf(http)));
        MlflowRoutes.Map(host, prefix);
    }

    private static Task Write(HttpContext http, Health health) =>
        http.Response.WriteAsJsonAsync(health, ServeJson.Default.Health, cancellationToken: http.RequestAborted);

    private static Task ShowSchema(HttpContext http, ServedVersion? model)
    {
        if (model?.Schema is { } schema)
            return http.Response.WriteAsJsonAsync(schema, PackageJson.Of<ModelSchema>(), cancellationToken: http.RequestAborted);
        if (model is not null)
            return http.Response.WriteAsJsonAsync(model.Signature, PackageJson.Of<ModelSignature>(), cancellationToken: http.RequestAborted);
        return PlainDialect.Instance.WriteProblem(http, NamedModel.NoModel(http.Request.RouteValues["name"] as string ?? ""));
    }

    private static void UseMetrics(this WebApplication app)
    {
        var port = new Lazy<int>(() => AddressesOf(app).Metrics!.Port);   // asked when it is listened on
        app.UseMetricsPort(() => port.Value, metrics => metrics.UseOpenTelemetryPrometheusScrapingEndpoint(MetricsPath));
    }

    private static ListenAddresses AddressesOf(WebApplication app)
    {
        var urls = app.Urls.Select(url => new Uri(url)).Where(HttpVersions.IsAddress).ToArray();
        return new(new Uri(urls[0], "/predict"), urls.Length > 1 ? new Uri(urls[1], MetricsPath) : null);
    }
}

/// <summary>A server that answers; for tests and benchmarks, which stop it themselves.</summary>
internal sealed class RunningServe(WebApplication app, ServedModels served, CallerCheck? access, ListenAddresses addresses) : IAsyncDisposable
{
    public ListenAddresses Addresses { get; } = addresses;

    public Task WaitForShutdown(CancellationToken cancel) => app.WaitForShutdownAsync(cancel);

    public async ValueTask DisposeAsync()
    {
        await app.StopAsync();
        await app.DisposeAsync();
        served.Dispose();
        access?.Dispose();
    }
}
