using System.Text.Json;
using Assay.Governance;
using Assay.Kernel;
using Assay.Kernel.Projects;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Assay.Monitoring.Rules;

/// <summary>The rules that somebody chose for an endpoint; the others have none and go by the usual ones.</summary>
internal sealed class SavedRules : IProjectOwned
{
    public string Project { get; private set; } = "";
    public required string Endpoint { get; init; }
    public required string RulesJson { get; set; }

    /// <summary>The ledger states a whole row at each change: whoever saves second must have read what the first wrote.</summary>
    public int Revision { get; set; }

    public RuleSet Rules => JsonSerializer.Deserialize<RuleSet>(RulesJson, AssayJson.Options)!;
}

internal sealed class SavedRulesTable : IEntityTypeConfiguration<SavedRules>
{
    public void Configure(EntityTypeBuilder<SavedRules> builder)
    {
        builder.ToTable("monitoring_rules");
        builder.HasKey(rules => new { rules.Project, rules.Endpoint });
        builder.Property(rules => rules.Endpoint).HasMaxLength(200);
        builder.Property(rules => rules.Revision).IsConcurrencyToken();
        builder.Ignore(rules => rules.Rules);
        builder.IsRecorded();
    }
}

internal sealed record MonitorRulesChanged(string Endpoint, IReadOnlyList<AlertRule> Rules) : LedgerEvent("monitor.rules-changed", $"endpoint:{Endpoint}");

internal static class RuleReading
{
    extension(AssayDb db)
    {
        public DbSet<SavedRules> SavedRules => db.Set<SavedRules>();

        /// <summary>The rules in force for an endpoint.</summary>
        public async Task<RuleSet> RulesOf(string endpoint, CancellationToken cancel) =>
            (await db.SavedRules.AsNoTracking().SingleOrDefaultAsync(row => row.Endpoint == endpoint, cancel))?.Rules ?? RuleSet.Usual;
    }
}
