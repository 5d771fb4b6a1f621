using System.ComponentModel.DataAnnotations;
using Assay.Kernel;

namespace Assay.Serving.Limits;

/// <summary>What an endpoint lets through; whatever is left out is not limited by it.</summary>
public sealed record EndpointLimits
{
    /// <summary>Requests a second for each caller, on the average, 0.001 to 1,000,000; past it the answer is 429.</summary>
    [Range(0.001, 1_000_000)]
    public double? RequestsPerSecond { get; init; }

    /// <summary>Requests that a caller may make at once after a pause, 1 to 1,000,000; as many as in a second when left out.</summary>
    [Range(1, 1_000_000)]
    public int? Burst { get; init; }

    /// <summary>Requests that each caller has in a day (UTC), 1 to 10^12.</summary>
    [Range(1, 1_000_000_000_000)]
    public long? RequestsPerDay { get; init; }

    /// <summary>Rows that each caller may ask about in a day (UTC), 1 to 10^12.</summary>
    [Range(1, 1_000_000_000_000)]
    public long? RowsPerDay { get; init; }

    /// <summary>Requests that are answered at the same time, 1 to 10,000; others wait.</summary>
    [Range(1, 10_000)]
    public int? Concurrency { get; init; }

    /// <summary>Requests that wait, 0 to 100,000; more are turned away with 503. Four times <see cref="Concurrency"/> when left out.</summary>
    [Range(0, 100_000)]
    public int? Queue { get; init; }

    /// <summary>Milliseconds that a request waits, 1 to 60,000, before it is turned away with 503; 1,000 when left out.</summary>
    [Range(1, 60_000)]
    public int? QueueMilliseconds { get; init; }

    /// <summary>Milliseconds for a whole call, waiting included, 1 to 600,000; past it the answer is 504.</summary>
    [Range(1, 600_000)]
    public int? TimeoutMilliseconds { get; init; }

    /// <summary>Rows of a request, 1 to 100,000.</summary>
    [Range(1, 100_000)]
    public int? RowsMax { get; init; }

    /// <summary>Bytes of a request's body, 1 to 16,777,216.</summary>
    [Range(1, 16 * 1024 * 1024)]
    public int? BodyBytesMax { get; init; }

    /// <summary>MiB of predictions that are kept to answer the same rows again, 0 to 1,024; none when left out.</summary>
    [Range(0, 1024)]
    public int? CacheMegabytes { get; init; }
}
