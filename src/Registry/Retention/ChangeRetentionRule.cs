using System.ComponentModel.DataAnnotations;
using Assay.Governance;
using Assay.Kernel;
using Assay.Kernel.Databases;
using Assay.Kernel.Permissions;
using Assay.Kernel.Refusals;
using Microsoft.EntityFrameworkCore;

namespace Assay.Registry.Retention;

/// <summary>How long versions are kept from now on. What is shorter than before counts for later versions only.</summary>
/// <param name="ProductionDays">For a version that was in Production, from the day on which it left it last.</param>
/// <param name="StagingDays">For one that got no further than Staging, likewise.</param>
/// <param name="OtherDays">For any other, from its registration.</param>
public sealed record ChangeRetentionRuleRequest(
    [Range(0, ChangeRetentionRuleRequest.DaysMax)] int ProductionDays,
    [Range(0, ChangeRetentionRuleRequest.DaysMax)] int StagingDays,
    [Range(0, ChangeRetentionRuleRequest.DaysMax)] int OtherDays)
{
    internal const int DaysMax = 36_525;
}

/// <summary>Sets the project's next rule; the former ones stay to be read. The same rule again changes nothing.</summary>
internal static class ChangeRetentionRule
{
    public static void Map(RouteGroupBuilder group) =>
        group.MapPut("/", Handle).WithName("ChangeRetentionRule").Requires(RegistryPermissions.Retain);

    private static async Task<RetentionRuleSummary> Handle(
        ChangeRetentionRuleRequest request, RetentionBook book, RetentionCatchUp catchUp, RuleWriter writer, CancellationToken cancel)
    {
        var former = await book.InForce(cancel);
        if ((former.ProductionDays, former.StagingDays, former.OtherDays) == (request.ProductionDays, request.StagingDays, request.OtherDays))
            return former.ToSummary();
        var rule = await writer.Write(request, former.Number + 1, cancel);
        await catchUp.Run(cancel);
        return rule.ToSummary();
    }
}

/// <summary>Writes a rule and its event.</summary>
internal sealed class RuleWriter(AssayDb db, ILedger ledger, Caller caller, TimeProvider clock)
{
    public async Task<RetentionRule> Write(ChangeRetentionRuleRequest request, int number, CancellationToken cancel)
    {
        var rule = new RetentionRule
        {
            Number = number,
            ProductionDays = request.ProductionDays,
            StagingDays = request.StagingDays,
            OtherDays = request.OtherDays,
            ChangedBy = caller.Id,
            ChangedAt = clock.GetStoredNow(),
        };
        db.RetentionRules.Add(rule);
        ledger.Append(new RetentionChanged(number, rule.ProductionDays, rule.StagingDays, rule.OtherDays));
        try
        {
            await db.SaveChangesAsync(cancel);
        }
        catch (DbUpdateException problem) when (StorageTrouble.IsTaken(problem))   // the number
        {
            throw Refusal.Conflict("Another rule was set at the same time. Look at it, and set yours again.");
        }

        return rule;
    }
}
