using System.Globalization;
using Assay.Kernel;
using Assay.Kernel.Paging;
using Assay.Kernel.Permissions;
using Microsoft.EntityFrameworkCore;

namespace Assay.Registry.Retention;

/// <summary>The rule in force, and all that the project ever had.</summary>
internal static class ShowRetentionRule
{
    public static void Map(RouteGroupBuilder group)
    {
        group.MapGet("/", InForce).WithName("ShowRetentionRule").Requires(RegistryPermissions.Read);
        group.MapGet("/versions", All).WithName("ListRetentionRules").Requires(RegistryPermissions.Read);
    }

    private static async Task<RetentionRuleSummary> InForce(RetentionBook book, CancellationToken cancel) => (await book.InForce(cancel)).ToSummary();

    private static async Task<Page<RetentionRuleSummary>> All([AsParameters] PageRequest page, AssayDb db, CancellationToken cancel)
    {
        var below = page.BelowNumber();
        var rows = await db.RetentionRules.AsNoTracking().Where(rule => rule.Number < below)
            .OrderByDescending(rule => rule.Number).Take(page.Size + 1).ToListAsync(cancel);
        if (rows.Count <= page.Size && below > 0)
            rows.Add(RetentionRule.Shipped);
        return page.Of([.. rows.Select(rule => rule.ToSummary())], rule => rule.Number.ToString(CultureInfo.InvariantCulture));
    }
}
