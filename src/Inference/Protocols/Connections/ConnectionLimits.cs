using System.ComponentModel.DataAnnotations;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace Assay.Inference.Protocols.Connections;

/// <summary>
/// What a connection may do before it is closed, so that callers who send nothing, or a byte at a time, hold up nobody else.
/// </summary>
public sealed class ConnectionLimits
{
    private const int BodyGraceSeconds = 5;

    /// <summary>Connections at the same time, 10 to 1,000,000; a further one is closed at once.</summary>
    [Range(10, 1_000_000)]
    public int ConnectionsMax { get; init; } = 10_000;

    /// <summary>Seconds in which the head of a request must have come, 0.5 to 600.</summary>
    [Range(0.5, 600)]
    public double HeadSeconds { get; init; } = 15;

    /// <summary>Seconds that a connection stays open on which nothing is asked, 0.5 to 3,600.</summary>
    [Range(0.5, 3600)]
    public double IdleSeconds { get; init; } = 120;

    /// <summary>Bytes a second below which the sending of a body, and the taking of an answer, is given up after five seconds, 1 to 1,000,000.</summary>
    [Range(1, 1_000_000)]
    public double BytesPerSecondMin { get; init; } = 240;

    /// <summary>Has a server hold to it.</summary>
    public void Hold(KestrelServerLimits kestrel)
    {
        kestrel.MaxConcurrentConnections = ConnectionsMax;
        kestrel.MaxConcurrentUpgradedConnections = ConnectionsMax;
        kestrel.RequestHeadersTimeout = TimeSpan.FromSeconds(HeadSeconds);
        kestrel.KeepAliveTimeout = TimeSpan.FromSeconds(IdleSeconds);
        kestrel.MinRequestBodyDataRate = new(BytesPerSecondMin, TimeSpan.FromSeconds(BodyGraceSeconds));
        kestrel.MinResponseDataRate = new(BytesPerSecondMin, TimeSpan.FromSeconds(BodyGraceSeconds));
    }
}
