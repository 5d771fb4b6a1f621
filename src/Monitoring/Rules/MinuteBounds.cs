using System.Collections.Concurrent;
using Assay.Kernel;
using Assay.Monitoring.Windows;
using Assay.Serving;
using Assay.Statistics.Drift;
using Assay.Statistics.Sketches;
using Microsoft.EntityFrameworkCore;

namespace Assay.Monitoring.Rules;

/// <summary>
/// Bounds of signals of the last minute, learned from the minutes of the version's first windows. Those never change once they are
/// there, so each bound is learned once in this process.
/// </summary>
internal sealed class MinuteBounds
{
    /// <summary>A window may have one minute, so fewer windows would make a bound of next to nothing.</summary>
    public const int WindowsMin = 10;

    private const double Deviations = 3;
    private readonly ConcurrentDictionary<(string Project, string Endpoint, string Digest, AlertRule Rule), double> _learned = new();

    /// <summary>The bound that holds now: the rule's own one until the windows are there, and null where it has none.</summary>
    public async Task<double?> Of(AssayDb db, ServedEndpoint served, AlertRule rule, CancellationToken cancel) =>
        rule.LearnWindows is null ? rule.Above : (await Learn(db, served, rule, cancel)).Bound ?? rule.Above;

    /// <summary>How many of the windows are there from which the rule learns, and the bound once all are.</summary>
    public async Task<(int Windows, double? Bound)> Learn(AssayDb db, ServedEndpoint served, AlertRule rule, CancellationToken cancel)
    {
        var (key, count) = ((served.Project, served.Name, served.Digest, rule), rule.LearnWindows ?? 0);
        if (_learned.TryGetValue(key, out var known))
            return (count, known);
        var early = await EarlyWindows.Of(db, served, rule).Select(window => window.OperationsJson!).ToListAsync(cancel);
        var minutes = new Moments();
        foreach (var figures in early.Select(OperationFigures.Read).SelectMany(each => each).Where(each => each.Signal == rule.Signal))
            minutes.Merge(figures.ToMoments());
        if (early.Count < count || minutes.Count < 2)
            return (early.Count, null);
        return (count, _learned[key] = Bound(rule, minutes));
    }

    /// <summary>Forgets what no rule of an endpoint that answers asks for any more.</summary>
    public void Keep(IReadOnlySet<(string Project, string Endpoint, string Digest, AlertRule Rule)> alive)
    {
        foreach (var key in _learned.Keys.Where(key => !alive.Contains(key)))
            _learned.TryRemove(key, out _);
    }

    // Minutes that were all alike would make an alarm of the least thing: the bound keeps a distance that somebody would notice.
    internal static double Bound(AlertRule rule, Moments minutes) => LearnedBound.Of(minutes, Deviations, Math.Max(rule.Above ?? 0, minutes.Mean + rule.Signal switch
    {
        RuleSignal.ErrorShare or RuleSignal.ShedShare => 0.01,
        RuleSignal.CpuShare or RuleSignal.MemoryShare => 0.05,
        RuleSignal.WaitingCalls => 1,
        _ => 0.1 * minutes.Mean,
    }));
}
