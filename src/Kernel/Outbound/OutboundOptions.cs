using System.ComponentModel.DataAnnotations;

namespace Assay.Kernel.Outbound;

/// <summary>Where the server may call to on somebody's behalf; section <c>Outbound</c>.</summary>
public sealed class OutboundOptions
{
    /// <summary>
    /// Hosts that may be called wherever they are: names or addresses as they stand in the URL, such as
    /// <c>siem.example.internal</c> or <c>127.0.0.1</c>.
    /// </summary>
    public IReadOnlyList<string> AllowedHosts { get; init; } = [];

    /// <summary>Whether private networks and this machine may be called. Link-local addresses, where clouds keep secrets, may not even then.</summary>
    public bool AllowPrivateNetworks { get; init; }

    /// <summary>Seconds for a whole request and its answer, 1 to 300.</summary>
    [Range(1, 300)]
    public double TimeoutSeconds { get; init; } = 15;

    /// <summary>Bytes of an answer that are read; the rest is left. 0 to 16 MiB.</summary>
    [Range(0, 16 << 20)]
    public int ResponseBytesMax { get; init; } = 65_536;
}
