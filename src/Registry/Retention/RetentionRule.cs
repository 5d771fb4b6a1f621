using Assay.Kernel;
using Assay.Kernel.Projects;
using Assay.Registry.Models;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Assay.Registry.Retention;

/// <summary>
/// How long a project keeps versions of its models, by the furthest stage that each has reached. A row is never changed;
/// the one with the highest number is in force.
/// </summary>
internal sealed class RetentionRule : IProjectOwned
{
    /// <summary>The rule of a project that has set none: 7 years, 1 year, 30 days.</summary>
    public static readonly RetentionRule Shipped = new() { Number = 0, ProductionDays = 2557, StagingDays = 365, OtherDays = 30 };

    public string Project { get; private set; } = "";

    /// <summary>From 1, without gaps; 0 is the rule that comes with Assay.</summary>
    public required int Number { get; init; }

    /// <summary>From the day on which a version leaves Production for the last time.</summary>
    public required int ProductionDays { get; init; }

    /// <summary>Likewise for Staging, of a version that was never in Production.</summary>
    public required int StagingDays { get; init; }

    /// <summary>From the registration of a version that was in neither.</summary>
    public required int OtherDays { get; init; }

    /// <summary>Actor who set it; null for the shipped one.</summary>
    public string? ChangedBy { get; init; }
    public DateTimeOffset? ChangedAt { get; init; }

    /// <summary>Days for a version that has reached a stage and no further one.</summary>
    public int DaysFor(string reached) => reached switch
    {
        Stage.Production => ProductionDays,
        Stage.Staging => StagingDays,
        _ => OtherDays,
    };

    public RetentionRuleSummary ToSummary() => new(Number, ProductionDays, StagingDays, OtherDays, ChangedBy, ChangedAt);
}

internal sealed class RetentionRuleTable : IEntityTypeConfiguration<RetentionRule>
{
    public void Configure(EntityTypeBuilder<RetentionRule> builder)
    {
        builder.ToTable("registry_retention_rules").IsRecorded();
        builder.HasKey(rule => new { rule.Project, rule.Number });
        builder.Property(rule => rule.ChangedBy).HasMaxLength(100);
    }
}
