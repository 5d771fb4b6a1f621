using Assay.Monitoring.Alerts;
using Assay.Monitoring.Monitors;
using Assay.Serving;
using Assay.Kernel.Permissions;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Assay.Monitoring.Rules;

/// <summary>Rules that suit most endpoints, with the bound of latency taken from what this one does now. Nothing is changed.</summary>
internal static class SuggestRules
{
    private const double TimesUsual = 3;
    private const double LeastMilliseconds = 50;
    private const double UnknownMilliseconds = 1000;
    private const int FewestCalls = 100;

    private static readonly AlertRule[] OnFeatures =
    [
        new(RuleSignal.VanishedFeature, AlertSeverity.Critical),
        new(RuleSignal.ConstantFeature),
        new(RuleSignal.MissingShare, Above: 0.05),
        new(RuleSignal.UnseenShare, Above: 0.05),
    ];

    // What takes the training data, which a model that was made elsewhere doesn't bring.
    private static readonly AlertRule[] OnTraining = [new(RuleSignal.AttributionChange, Above: 0.1), new(RuleSignal.OutsideShare, Above: 0.05)];

    public static void Map(RouteGroupBuilder group) =>
        group.MapGet("/{endpoint}/rules/suggested", Handle).WithName("SuggestMonitorRules").Requires(MonitoringPermissions.Read, resource: "endpoint");

    private static Ok<RuleSet> Handle(string endpoint, WatchedEndpoints watched, IEndpoints endpoints)
    {
        var served = watched.Require(endpoint);
        var health = endpoints.Health(served.Project, served.Name);
        var usual = health is { P99Milliseconds: { } p99, Requests: >= FewestCalls }
            ? Math.Max(LeastMilliseconds, Math.Ceiling(p99 * TimesUsual))
            : UnknownMilliseconds;
        return TypedResults.Ok(new RuleSet(
        [
            new(RuleSignal.Drift),
            new(RuleSignal.Drift, AlertSeverity.Critical, Windows: 5),
            .. OnFeatures,
            .. served.Baseline.IsUnknown ? [] : OnTraining,
            new(RuleSignal.RefusedShare, Above: 0.05),
            new(RuleSignal.ErrorShare, AlertSeverity.Critical, Above: 0.05, ForSeconds: 120),
            new(RuleSignal.P99Milliseconds, Above: usual, ForSeconds: 300),
            new(RuleSignal.ShedShare, Above: 0.05, ForSeconds: 300),
            .. health?.WaitingRoom is > 0 and { } room ? [new AlertRule(RuleSignal.WaitingCalls, Above: room / 2.0, ForSeconds: 60)] : Array.Empty<AlertRule>(),
            new(RuleSignal.CpuShare, Above: 0.9, ForSeconds: 600),
            new(RuleSignal.MemoryShare, Above: 0.9, ForSeconds: 300),
            new(RuleSignal.SilentMinutes, AlertSeverity.Info, Above: 1440),
        ]));
    }
}
