using System.ComponentModel.DataAnnotations;

namespace Assay.Serving.PredictionLog;

/// <summary>Bounds of the prediction log; section <c>Predictions</c>.</summary>
internal sealed class PredictionLogOptions
{
    /// <summary>Whether calls are logged at endpoints that say nothing about it.</summary>
    public bool Enabled { get; init; } = true;

    /// <summary>Days that calls are kept at endpoints that say nothing about it, 1 to 3650.</summary>
    [Range(1, LogPolicyLimits.DaysMax)]
    public int KeepDays { get; init; } = 30;

    /// <summary>Calls that may wait for the writer, 100 to 10,000,000; more are dropped and counted.</summary>
    [Range(100, 10_000_000)]
    public int QueueCallsMax { get; init; } = 50_000;

    /// <summary>MiB that calls may take which wait for the writer, 1 to 65,536.</summary>
    [Range(1, 65_536)]
    public int QueueMegabytesMax { get; init; } = 64;

    /// <summary>MiB of calls on the disk that wait for their file, 1 to 1,048,576; past it calls are dropped and counted.</summary>
    [Range(1, 1 << 20)]
    public int SpillMegabytesMax { get; init; } = 4096;

    /// <summary>MiB of calls after which their file is made before the hour is over, 1 to 4096.</summary>
    [Range(1, 4096)]
    public int FileMegabytesMax { get; init; } = 128;

    /// <summary>Milliseconds between two writings: what a crash of the process can lose, 10 to 10,000.</summary>
    [Range(10, 10_000)]
    public int FlushMilliseconds { get; init; } = 200;
}

/// <summary>What a policy may say.</summary>
internal static class LogPolicyLimits
{
    public const int DaysMax = 3650;
    public const int MaskedMax = 1000;
}
