using System.Text.Json;
using Assay.Governance;
using Assay.Kernel;
using Assay.Kernel.Databases;
using Assay.Kernel.Permissions;
using Assay.Kernel.Refusals;
using Assay.Monitoring.Monitors;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;

namespace Assay.Monitoring.Rules;

/// <summary>Shows the rules of an endpoint's monitor, and replaces them.</summary>
internal static class ChangeRules
{
    public static void Map(RouteGroupBuilder group)
    {
        group.MapGet("/{endpoint}/rules", Show).WithName("ShowMonitorRules").Requires(MonitoringPermissions.Read, resource: "endpoint");
        group.MapPut("/{endpoint}/rules", Handle).WithName("ChangeMonitorRules").Requires(MonitoringPermissions.Write, resource: "endpoint");
    }

    private static async Task<Ok<RuleSet>> Show(string endpoint, AssayDb db, WatchedEndpoints watched, MinuteBounds bounds, CancellationToken cancel)
    {
        var served = watched.Require(endpoint);
        var saved = await db.SavedRules.AsNoTracking().SingleOrDefaultAsync(row => row.Endpoint == endpoint, cancel);
        var rules = saved?.Rules ?? RuleSet.Usual;
        List<LearnedRule> learned = [];
        for (var i = 0; i < rules.Rules.Count; i++)
        {
            if (rules.Rules[i] is not { LearnWindows: not null } rule || !RuleSet.IsOfLastMinute(rule.Signal))
                continue;
            var (windows, bound) = await bounds.Learn(db, served, rule, cancel);
            learned.Add(new(i, windows, bound));
        }

        return TypedResults.Ok(rules with { Version = saved?.Revision ?? 0, Learned = learned.Count > 0 ? learned : null });
    }

    private static async Task<Ok<RuleSet>> Handle(
        string endpoint, RuleSet rules, AssayDb db, ILedger ledger, WatchedEndpoints watched, CancellationToken cancel)
    {
        watched.Require(endpoint);
        for (var i = 0; i < rules.Rules.Count; i++)
            Check(rules.Rules[i], $"rules[{i}]");
        rules = rules with { Learned = null };
        var json = JsonSerializer.Serialize(rules with { Version = null }, AssayJson.Options);
        var saved = await db.SavedRules.SingleOrDefaultAsync(row => row.Endpoint == endpoint, cancel);
        var version = saved?.Revision ?? 0;
        if (saved?.RulesJson == json)
            return TypedResults.Ok(rules with { Version = version });
        if (rules.Version is { } meant && meant != version)
            throw Refusal.Conflict($"Somebody has changed the rules of '{endpoint}' since: yours were made from version {meant}, and this is version {version}. Look at them and send yours again.");
        if (saved is null)
            db.SavedRules.Add(saved = new SavedRules { Endpoint = endpoint, RulesJson = json });
        saved.RulesJson = json;
        saved.Revision++;
        ledger.Append(new MonitorRulesChanged(endpoint, rules.Rules));
        try
        {
            await db.SaveChangesAsync(cancel);
        }
        catch (DbUpdateException problem) when (StorageTrouble.IsLost(problem))   // somebody else saved these rules between our reading and our writing
        {
            throw Refusal.Conflict($"Somebody changed the rules of '{endpoint}' at the same moment: look at them and send yours again.");
        }

        return TypedResults.Ok(rules with { Version = saved.Revision });
    }

    private static void Check(AlertRule? rule, string field)
    {
        if (rule is null)
            throw Refusal.Invalid(field, "A rule is missing here: write one, or leave the place out.");
        if (!Enum.IsDefined(rule.Signal) || !Enum.IsDefined(rule.Severity))
            throw Refusal.Invalid(field, "There is no such signal, or no such severity: the reference of alerts lists them.");
        if (rule.LearnWindows is not null && !RuleSet.IsLearnable(rule.Signal))
            throw Refusal.Invalid($"{field}.learnWindows", "The bounds of missingShare, unseenShare, outsideShare and signals of the last minute can be learned, and no others.");
        if (rule.LearnWindows < RuleSet.LearnWindowsMin(rule.Signal))
            throw Refusal.Invalid($"{field}.learnWindows", $"The bound of {rule.Signal} is learned from {RuleSet.LearnWindowsMin(rule.Signal)} windows at least: one may have a single minute.");
        if (RuleSet.IsUnbounded(rule.Signal))
            return;
        if (rule is { Above: null, LearnWindows: not null })
            return;
        if (rule.Above is not { } above)
            throw Refusal.Invalid($"{field}.above", $"A rule on {rule.Signal} needs a bound: say above what it alerts.");
        if (RuleSet.IsShare(rule.Signal) && above >= 1)
            throw Refusal.Invalid($"{field}.above", $"The bound of {rule.Signal} is a share from 0 to below 1, such as 0.05 for five of a hundred; {above} is never passed.");
        if (rule.Signal == RuleSignal.SilentMinutes && above < 1)
            throw Refusal.Invalid($"{field}.above", "Silence is counted in minutes, from 1 on.");
    }
}
