using System.CommandLine;
using System.Net;
using Assay.Cli.CommandLine;
using Assay.Cli.Connections;
using Assay.Cli.Output;
using Assay.Client;
using Assay.Inference.Protocols.Connections;
using Assay.Serve;
using Assay.Server.Hosting;

namespace Assay.Cli.Verbs;

/// <summary><c>assay up</c>: the platform alone, until Ctrl-C.</summary>
internal static class Up
{
    public static readonly Option<int> Port = new("--port")
    {
        Description = "Port of the API and the console on 127.0.0.1; 0 takes a free one",
        HelpName = "N",
        DefaultValueFactory = _ => Ports.Api,
    };

    public static readonly Option<int?> MetricsPort = new("--metrics-port")
    {
        Description = "Port of the Prometheus metrics; 0 turns them off. Default: 9000, or a free one when that is taken",
        HelpName = "N",
    };

    private static readonly Option<string?> Listen = new("--listen")
    {
        Description = "Also answers other machines there, by HTTPS alone, such as 0.0.0.0:8443; takes --tls-certificate",
        HelpName = "IP:PORT",
    };

    private static readonly Option<string?> Postgres = new("--postgres")
    {
        Description = "PostgreSQL connection string. Default: $ASSAY_POSTGRES, else SQLite in the home",
        HelpName = "STRING",
    };

    private static readonly Option<bool> Log = new("--log") { Description = "Write log lines to standard error" };

    public static Command Create()
    {
        var verb = new Verb(
            "up", "Starts the platform: API, console and metrics in one process, until Ctrl-C", "assay up", "assay up --home /srv/assay --port 8400 --metrics-port 0",
            "assay up --listen 0.0.0.0:8443 --tls-certificate server.pem --tls-key server.key");
        verb.Add(VerbOptions.Home);
        verb.Add(Port);
        verb.Add(MetricsPort);
        verb.Add(Listen);
        TlsArguments.AddTo(verb);
        verb.Add(Postgres);
        verb.Add(Log);
        verb.Add(VerbOptions.Json);
        verb.SetAction(Handle);
        return verb;
    }

    private static async Task<int> Handle(ParseResult parsed, CancellationToken cancel)
    {
        var home = VerbOptions.HomeOf(parsed);
        var options = new ServerOptions
        {
            Home = home,
            Port = parsed.GetValue(Port),
            MetricsPort = parsed.GetValue(MetricsPort),
            Https = Https(parsed.GetValue(Listen), TlsArguments.Read(parsed)),
            Postgres = parsed.GetValue(Postgres) ?? VerbOptions.Variable("ASSAY_POSTGRES"),
            Log = parsed.GetValue(Log),
        };
        await using var server = await AssayServer.Start(options, cancel: cancel);
        var client = AssayClient.Connect(server.Address, HomeToken.Read(home));
        var link = await client.Access.CreateSignInLink(cancel);
        var console = new Uri(server.Address, link.Path);
        if (parsed.GetValue(VerbOptions.Json))
            Screen.WriteJson(new { address = server.Address, https = server.HttpsAddress, metrics = server.MetricsAddress, home, console });
        else
            Announce(server, options, console);
        await server.WaitForShutdown(cancel);
        return 0;
    }

    private static HttpsOptions? Https(string? listen, TlsFiles? certificate) => (listen, certificate) switch
    {
        (null, null) => null,
        (null, _) => throw new CommandException("--tls-certificate is for other machines, which reach --listen IP:PORT: add it, such as --listen 0.0.0.0:8443."),
        (_, null) => throw new CommandException("What other machines send, such as tokens, is sent by HTTPS alone: add --tls-certificate FILE to --listen."),
        _ when IPEndPoint.TryParse(listen, out var address) && address.Port != 0 => new(address, certificate),
        _ => throw new CommandException($"--listen takes an address of this machine with a port, such as 0.0.0.0:8443 or [::]:8443, and not '{listen}'."),
    };

    private static void Announce(AssayServer server, ServerOptions options, Uri console)
    {
        var home = options.Home;
        Screen.Line($"Assay is up at {server.Address} (home {home})");
        if (server.HttpsAddress is { } https)
            Screen.Line($"Other machines reach it at {https}");
        if (MetricsNotice(server.MetricsAddress, options.MetricsPort) is { } notice)
            Screen.Line(notice);
        Screen.Line($"Console, signed in once by this link: {console}");
        if (server.AdminTokenIsNew)
            Screen.Line($"Administrator's token, kept in {Path.Combine(home, "admin-token")}: {HomeToken.Read(home)}");
        Screen.Line("Ctrl-C stops it.");
    }

    /// <summary>Where the metrics are, with a word about a default port that was taken; null when they are turned off.</summary>
    /// <param name="address">Where they are.</param>
    /// <param name="asked">The port that was asked for; null for the default.</param>
    public static string? MetricsNotice(Uri? address, int? asked)
    {
        if (address is null)
            return null;
        var taken = asked is null && address.Port != Ports.Metrics ? $" (port {Ports.Metrics} is taken by another program, so a free one is used)" : "";
        return $"Metrics for Prometheus at {address}{taken}";
    }
}
