using System.CommandLine;
using System.Net;
using Assay.Inference.Processes;
using Assay.Registry;
using Assay.Serve.Access;

namespace Assay.Serve;

/// <summary>The words with which the slim server is started, by itself and as <c>assay serve</c>.</summary>
public static class ServeArguments
{
    private const string Mlflow = "mlflow";
    private const int PortMax = IPEndPoint.MaxPort;
    private const int MemoryMin = 16;
    private const int MemoryMax = 1 << 20;
    private const int ConcurrencyMax = 100_000;
    private const int TimeoutMax = 3_600_000;

    private static readonly Argument<string[]> Models = new("model")
    {
        Description = "models:/NAME/VERSION (a number, an alias or a stage), oci://REGISTRY/NAME:TAG, oci-layout:DIR, a folder that 'assay model export' wrote, or a folder of such folders, by the models' names or one model's versions; with @sha256:… behind it, only if that is its digest",
        HelpName = "models:/NAME/VERSION|oci://…|DIR",
        Arity = ArgumentArity.ZeroOrMore,
    };

    private static readonly Option<string[]> Named = new("--model")
    {
        Description = "A model under another name or version; may be given several times",
        HelpName = "NAME[:VERSION]=MODEL",
        DefaultValueFactory = _ => [],
    };

    private static readonly Option<int> Port = new("--port") { Description = "Port of POST /predict; 0 takes a free one", HelpName = "N", DefaultValueFactory = _ => 8080 };

    private static readonly Option<int> MetricsPort = new("--metrics-port") { Description = "Port of the Prometheus metrics; 0 turns them off", HelpName = "N" };

    private static readonly Option<string> Address = new("--address")
    {
        Description = "Address to listen on; whoever reaches it may ask the model",
        HelpName = "IP",
        DefaultValueFactory = _ => "127.0.0.1",
    };

    private static readonly Option<int> Connections = new("--connections") { Description = "Connections at the same time; a further one is closed at once", HelpName = "N", DefaultValueFactory = _ => new ServeLimits().ConnectionsMax };

    private static readonly Option<int?> Concurrency = new("--concurrency")
    {
        Description = "Calls of a model that compute at the same time; four times as many wait for up to a second, and others get 503. Default: no bound",
        HelpName = "N",
    };

    private static readonly Option<int?> Timeout = new("--timeout") { Description = "Milliseconds that a call may take before it is stopped and answered 504. Default: no bound", HelpName = "MS" };

    private static readonly Option<string?> PublicKey = new("--public-key") { Description = "PEM file of the key that must have signed all that is served, or of several of which one must have", HelpName = "FILE" };

    private static readonly Option<bool> PlainHttp = new("--plain-http") { Description = "Pull from registries without TLS; credentials then go to this machine's own alone" };

    private static readonly Option<string[]> RunPrograms = new("--run")
    {
        Description = "A program with which a model's own command may begin, such as python3, run under your account; mlflow also starts MLflow models of Python. May be given several times",
        HelpName = "PROGRAM",
        DefaultValueFactory = _ => [],
    };

    private static readonly Option<int> RunMemory = new("--run-memory") { Description = "MiB of memory of a model's programs in all, past which they are started again", HelpName = "MIB", DefaultValueFactory = _ => new ProcessOptions().MemoryMiB };

    private static readonly Option<string[]> Ask = new("--ask") { Description = "A server that models may be asked of, as their serve.yaml says; may be given several times", HelpName = "HOST[:PORT]", DefaultValueFactory = _ => [] };

    private static readonly Option<string?> Keys = new("--keys")
    {
        Description = "Answers holders of a key alone, whose hashes stand in this file; 'new-key' makes them",
        HelpName = "FILE",
    };

    private static readonly Option<string?> Issuer = new("--oidc-issuer") { Description = "Answers holders of an access token of this OpenID provider alone, and of a key where --keys is given, too", HelpName = "URL" };

    private static readonly Option<string?> Audience = new("--oidc-audience") { Description = "For whom such a token must be", HelpName = "NAME" };

    private static readonly Option<string?> ModelsClaim = new("--oidc-models") { Description = "The claim of such a token that names the models that its holder may ask. Default: all", HelpName = "CLAIM" };

    /// <summary>Gives a command these words.</summary>
    public static void AddTo(Command command)
    {
        command.Add(Models);
        command.Add(NewKey.Create());
        foreach (var option in (ReadOnlySpan<Option>)[Named, Port, MetricsPort, Address, Connections, Concurrency, Timeout, PublicKey, PlainHttp, RunPrograms, RunMemory, Ask, Keys, Issuer, Audience, ModelsClaim])
            command.Add(option);
        TlsArguments.AddTo(command);
    }

    /// <summary>Serves what was typed until cancelled.</summary>
    /// <param name="parsed">What was typed.</param>
    /// <param name="sourcesOf">Makes, of the key that must have signed and whether registries are asked without TLS, where models come from.</param>
    /// <param name="json">Whether the addresses are written as JSON.</param>
    /// <param name="cancel">Ends it.</param>
    /// <exception cref="ServeRefusedException">It can't be served; the message says why.</exception>
    public static async Task<int> Run(ParseResult parsed, Func<string?, bool, ServeSources> sourcesOf, bool json, CancellationToken cancel)
    {
        using var sources = sourcesOf(parsed.GetValue(PublicKey) is { } key ? await SignedFolder.ReadKeys(key, cancel) : null, parsed.GetValue(PlainHttp));
        foreach (var word in parsed.GetValue(Models) ?? [])
            await sources.Add(new(), word, cancel);
        foreach (var named in parsed.GetValue(Named) ?? [])
        {
            if (named.Split('=', 2) is not [{ Length: > 0 } name, { Length: > 0 } word])
                throw new ServeRefusedException($"'{named}' is no NAME=MODEL, such as risk=models:/credit/7.");
            await sources.Add(ServedAs.Parse(name), word, cancel);
        }

        if (sources.Packages.Count == 0)
            throw new ServeRefusedException("Name a model to serve: models:/NAME/VERSION, oci://REGISTRY/NAME:TAG, or a folder.");
        var (first, address) = (sources.Packages[0], parsed.GetRequiredValue(Address));
        if (!IPAddress.TryParse(address, out _))
            throw new ServeRefusedException($"--address takes an IP address of this machine, such as 0.0.0.0, and not '{address}'.");
        var (port, metrics) = (Within(parsed.GetValue(Port), "--port", 0, PortMax)!.Value, Within(parsed.GetValue(MetricsPort), "--metrics-port", 0, PortMax));
        var options = new ServeOptions(first.Folder, port, metrics == 0 ? null : metrics, address, first.Name, first.Version, TlsArguments.Read(parsed))
        {
            More = [.. sources.Packages.Skip(1)],
            ModelsFolder = sources.ModelsFolder,
            VersionFolders = sources.VersionFolders,
            WhyNot = sources.WhyNot,
            Access = AccessOf(parsed),
            Limits = LimitsOf(parsed),
            Kinds = new() { Processes = Programs(parsed), Hosts = parsed.GetValue(Ask) ?? [], Member = sources.Members.Find },
        };
        var output = parsed.InvocationConfiguration.Output;
        if (options.Warning is { } warning)
            await parsed.InvocationConfiguration.Error.WriteLineAsync($"Warning: {warning}");
        await ServeHost.Run(options, addresses => output.Write(json ? StartupReport.Of(options, addresses).Json() : StartupReport.Of(options, addresses).Text()), cancel);
        return 0;
    }

    private static ServeAccess AccessOf(ParseResult parsed) => (parsed.GetValue(Issuer), parsed.GetValue(Audience)) switch
    {
        (null, null) when parsed.GetValue(ModelsClaim) is null => new(parsed.GetValue(Keys)),
        ({ } issuer, { } audience) => new(parsed.GetValue(Keys), new(issuer, audience, parsed.GetValue(ModelsClaim))),
        (null, null) => throw new ServeRefusedException("--oidc-models goes with --oidc-issuer, whose tokens have the claim."),
        _ => throw new ServeRefusedException("--oidc-issuer and --oidc-audience go together: a token is believed that is for this server, and for no other."),
    };

    private static ServeLimits LimitsOf(ParseResult parsed)
    {
        var timeout = Within(parsed.GetValue(Timeout), "--timeout", 1, TimeoutMax);
        return new(
            Within(parsed.GetValue(Connections), "--connections", 10, 1_000_000)!.Value,
            Within(parsed.GetValue(Concurrency), "--concurrency", 1, ConcurrencyMax),
            timeout is { } milliseconds ? TimeSpan.FromMilliseconds(milliseconds) : null);
    }

    private static int? Within(int? value, string option, int least, int most) =>
        value < least || value > most ? throw new ServeRefusedException($"{option} takes {least} to {most}.") : value;

    private static ProcessOptions Programs(ParseResult parsed)
    {
        var programs = parsed.GetValue(RunPrograms) ?? [];
        var memory = parsed.GetValue(RunMemory);
        return memory is < MemoryMin or > MemoryMax ? throw new ServeRefusedException($"--run-memory takes {MemoryMin} to {MemoryMax} MiB.") : new()
        {
            Enabled = programs.Length > 0,
            AllowedPrograms = programs,
            Command = programs.Contains(Mlflow) ? [Mlflow, "models", "serve", "-m", "{model}", "-p", "{port}", "--env-manager", "local"] : [],
            MemoryMiB = memory,
        };
    }
}
