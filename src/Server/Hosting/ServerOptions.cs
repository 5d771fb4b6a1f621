using System.Net;
using Assay.Inference.Protocols.Connections;

namespace Assay.Server.Hosting;

/// <summary>How one server is started. Everything else is in appsettings.json beside the program.</summary>
public sealed record ServerOptions
{
    /// <summary>Folder of the embedded installation.</summary>
    public required string Home { get; init; }

    /// <summary>Port of the API and the console on 127.0.0.1; 0 takes a free one.</summary>
    public int Port { get; init; } = 8300;

    /// <summary>Where other machines reach the API and the console; null for nowhere.</summary>
    public HttpsOptions? Https { get; init; }

    /// <summary>Port of the Prometheus metrics; 0 turns them off, and null takes 9000 or, when somebody else has it, a free one.</summary>
    public int? MetricsPort { get; init; }

    /// <summary>A PostgreSQL connection string; null for SQLite in the home.</summary>
    public string? Postgres { get; init; }

    /// <summary>Keys of the configuration that go before files and environment; for tests.</summary>
    public IReadOnlyDictionary<string, string?> Settings { get; init; } = new Dictionary<string, string?>();

    /// <summary>Whether log lines go to standard error.</summary>
    public bool Log { get; init; }
}

/// <summary>An address beyond this machine, which speaks HTTPS alone.</summary>
/// <param name="Address">Address and port, 0.0.0.0 or [::] for every address of this machine; port 0 takes a free one.</param>
/// <param name="Certificate">What it shows callers, read again when its files change.</param>
public sealed record HttpsOptions(IPEndPoint Address, TlsFiles Certificate);

/// <summary>The server can't start; the message is one sentence that names the cause and the remedy.</summary>
public sealed class StartRefusedException(string message, Exception? cause = null) : Exception(message, cause);
