using Assay.Serving;

namespace Assay.Monitoring.Rules;

/// <summary>The signals of the last minute: what they are now, and their words.</summary>
internal static class LiveSignals
{
    public static readonly RuleSignal[] All =
    [
        RuleSignal.ErrorShare, RuleSignal.P50Milliseconds, RuleSignal.P95Milliseconds, RuleSignal.P99Milliseconds, RuleSignal.ShedShare,
        RuleSignal.CpuShare, RuleSignal.MemoryShare, RuleSignal.WaitingCalls,
    ];

    /// <summary>Whether it is of the server's process, whichever endpoint keeps that busy.</summary>
    public static bool IsOfProcess(RuleSignal signal) => signal is RuleSignal.CpuShare or RuleSignal.MemoryShare;

    /// <summary>What a signal is now; null where that isn't known, or of calls where there were fewer than the least.</summary>
    public static double? Value(RuleSignal signal, EndpointHealth? minute, ProcessLoad load, int leastCalls) => signal switch
    {
        RuleSignal.CpuShare => load.CpuShare,
        RuleSignal.MemoryShare => load.MemoryShare,
        _ when minute is null || minute.Requests < leastCalls => null,
        RuleSignal.ErrorShare => minute.Failed / (double)minute.Requests,
        RuleSignal.ShedShare => minute.Limited / (double)minute.Requests,
        RuleSignal.P50Milliseconds => minute.P50Milliseconds,
        RuleSignal.P95Milliseconds => minute.P95Milliseconds,
        RuleSignal.WaitingCalls => minute.Waiting,
        _ => minute.P99Milliseconds,
    };

    /// <summary>As alerts name it.</summary>
    public static string Word(RuleSignal signal) => signal switch
    {
        RuleSignal.ErrorShare => "error share",
        RuleSignal.ShedShare => "shed share",
        RuleSignal.CpuShare => "cpu share",
        RuleSignal.MemoryShare => "memory share",
        RuleSignal.WaitingCalls => "waiting calls",
        RuleSignal.P50Milliseconds => "p50 milliseconds",
        RuleSignal.P95Milliseconds => "p95 milliseconds",
        _ => "p99 milliseconds",
    };
}
