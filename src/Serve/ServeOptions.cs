using System.Net;
using Assay.Inference.Protocols.Connections;
using Assay.Serve.Access;

namespace Assay.Serve;

/// <summary>What the slim server is started with.</summary>
/// <param name="PackageFolder">Folder with the files of a model package, verified by the caller.</param>
/// <param name="Port">Port of <c>POST /predict</c>; 0 takes a free one.</param>
/// <param name="MetricsPort">Port of <c>/metrics</c> on the same address; null for none, 0 takes a free one.</param>
/// <param name="Address">Address to listen on; only this machine by default.</param>
/// <param name="Name">Name of the endpoint in metrics, and of the model in protocols that name it.</param>
/// <param name="Version">Version of the model in protocols that show it.</param>
/// <param name="Tls">Certificate for HTTPS on <paramref name="Port"/>; null for plain HTTP. Metrics are plain.</param>
public sealed record ServeOptions(
    string PackageFolder,
    int Port,
    int? MetricsPort = null,
    string Address = "127.0.0.1",
    string Name = "predict",
    string Version = "1",
    TlsFiles? Tls = null)
{
    /// <summary>Models beside the first one, each under a name of its own or as another version of one.</summary>
    public IReadOnlyList<ServedPackage> More { get; init; } = [];

    /// <summary>Folder of which each folder may be loaded by its name while the server runs; null for none.</summary>
    public string? ModelsFolder { get; init; }

    /// <summary>By a model's name the folder whose folders are its versions, each of which may be loaded while the server runs.</summary>
    public IReadOnlyDictionary<string, string> VersionFolders { get; init; } = new Dictionary<string, string>();

    /// <summary>Says of a package's folder what stands against loading it, or loading it anew; null to say nothing.</summary>
    public Func<string, string?>? WhyNot { get; init; }

    /// <summary>What models may do that don't compute in this process.</summary>
    public ServedKinds Kinds { get; init; } = new();

    /// <summary>Whom it answers.</summary>
    public ServeAccess Access { get; init; } = new();

    /// <summary>What callers may take.</summary>
    public ServeLimits Limits { get; init; } = new();

    /// <summary>Whether there is one model, in whatever versions, and never another, so that nobody needs to name it.</summary>
    public bool IsOne => ModelsFolder is null && More.All(model => model.Name == Name);

    /// <summary>What whoever starts it should know about who reaches it; null for nothing.</summary>
    internal string? Warning => !IPAddress.TryParse(Address, out var address) || IPAddress.IsLoopback(address) ? null
        : !Access.IsOn ? $"Whoever reaches {Address}:{Port} may ask its models, and load and unload them. Add --keys FILE or --oidc-issuer URL, or see to it that nobody else reaches it."
        : Tls is null ? $"Keys and tokens come to {Address}:{Port} without TLS, and whoever listens on the way has them. Add --tls-certificate FILE, or put a proxy with TLS before it."
        : null;

    internal IReadOnlyList<ServedPackage> Packages => [new(Name, PackageFolder, Version), .. More];
}

/// <summary>What callers of the slim server may take.</summary>
/// <param name="ConnectionsMax">Connections at the same time; a further one is closed at once.</param>
/// <param name="Concurrency">Calls of a model that compute at the same time, four times as many waiting for up to a second; null for no bound.</param>
/// <param name="Timeout">For a whole call; null for as long as it takes.</param>
public sealed record ServeLimits(int ConnectionsMax = 10_000, int? Concurrency = null, TimeSpan? Timeout = null);

/// <summary>A version of a model of the slim server.</summary>
/// <param name="Name">Of the endpoint in metrics and addresses, and of the model in protocols.</param>
/// <param name="Folder">With the files of a model package.</param>
/// <param name="Version">In protocols that name it. Who names none is answered by the highest number.</param>
public sealed record ServedPackage(string Name, string Folder, string Version = "1");

/// <summary>Where a slim server answers.</summary>
/// <param name="Predict">Address of <c>POST /predict</c>.</param>
/// <param name="Metrics">Address that Prometheus scrapes; null when turned off.</param>
public sealed record ListenAddresses(Uri Predict, Uri? Metrics);

/// <summary>The slim server can't start; the message says why in a sentence.</summary>
public sealed class ServeRefusedException(string message, Exception? cause = null) : IOException(message, cause);
