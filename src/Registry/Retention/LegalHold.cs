using Assay.Kernel;
using Assay.Kernel.Projects;
using Assay.Registry.Models;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Assay.Registry.Retention;

/// <summary>
/// That a model, or one version of it, must not be deleted, however old it is. One person puts it, another releases it, and
/// the row stays.
/// </summary>
internal sealed class LegalHold : IProjectOwned
{
    public const int ReasonLengthMax = 2000;

    public string Project { get; private set; } = "";

    /// <summary>A version 7 identifier: later holds sort after earlier ones.</summary>
    public required string Id { get; init; }
    public required string Model { get; init; }

    /// <summary>Null for every version of the model, those to come among them.</summary>
    public required int? Version { get; init; }
    public required string Reason { get; init; }

    /// <summary>What others know the matter by, such as the number of a case.</summary>
    public required string Reference { get; init; }

    /// <summary>Account that put it.</summary>
    public required string PlacedBy { get; init; }

    /// <summary>The human behind that account at that time, who may not release it.</summary>
    public required string PlacedByHuman { get; init; }
    public required DateTimeOffset PlacedAt { get; init; }
    public string? ReleasedBy { get; set; }

    /// <summary>Null while it holds. Of two who release at once the second is refused.</summary>
    public DateTimeOffset? ReleasedAt { get; set; }
    public string? ReleaseReason { get; set; }

    /// <summary>What it holds, to read.</summary>
    public string What => Version is { } version ? $"{Model} version {version}" : $"every version of {Model}";
}

internal sealed class LegalHoldTable : IEntityTypeConfiguration<LegalHold>
{
    public void Configure(EntityTypeBuilder<LegalHold> builder)
    {
        builder.ToTable("registry_holds").IsRecorded();
        builder.HasKey(hold => hold.Id);
        builder.HasIndex(hold => new { hold.Project, hold.Model, hold.Version });
        builder.Property(hold => hold.Id).HasMaxLength(32);
        builder.Property(hold => hold.Model).HasMaxLength(RegisteredModel.NameLengthMax);
        builder.Property(hold => hold.Reason).HasMaxLength(LegalHold.ReasonLengthMax);
        builder.Property(hold => hold.Reference).HasMaxLength(200);
        builder.Property(hold => hold.PlacedBy).HasMaxLength(100);
        builder.Property(hold => hold.PlacedByHuman).HasMaxLength(100);
        builder.Property(hold => hold.ReleasedBy).HasMaxLength(100);
        builder.Property(hold => hold.ReleaseReason).HasMaxLength(LegalHold.ReasonLengthMax);
        builder.Property(hold => hold.ReleasedAt).IsConcurrencyToken();
    }
}
