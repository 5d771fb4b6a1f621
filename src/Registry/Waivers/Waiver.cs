using Assay.Kernel;
using Assay.Kernel.Projects;
using Assay.Registry.Versions;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Assay.Registry.Waivers;

/// <summary>What became of a waiver.</summary>
public enum WaiverState
{
    /// <summary>It waits for somebody's decision.</summary>
    Open,

    /// <summary>It was granted.</summary>
    Granted,

    /// <summary>It was refused.</summary>
    Refused,

    /// <summary>Who asked for it wants it no more.</summary>
    Withdrawn,

    /// <summary>It was granted, and taken back.</summary>
    Revoked,

    /// <summary>Its time was up.</summary>
    Expired,
}

/// <summary>
/// That somebody asks to let findings of a scan pass. What was decided is a signed statement, and that alone opens anything;
/// the row is for lists.
/// </summary>
internal sealed class Waiver : IProjectOwned
{
    public const int ReasonLengthMax = 4000;
    public const int FindingsMax = 100;
    public const int DaysMax = 365;

    public string Project { get; private set; } = "";

    /// <summary>A version 7 identifier: later waivers sort after earlier ones.</summary>
    public required string Id { get; init; }
    public required string Model { get; init; }
    public required int Version { get; init; }

    /// <summary>Root of the files that were scanned.</summary>
    public required string Digest { get; init; }

    /// <summary>Digest of the signed statement with the scan.</summary>
    public required string Scan { get; init; }

    /// <summary>Ids of the findings, separated by spaces.</summary>
    public required string Findings { get; init; }
    public required string Reason { get; init; }

    /// <summary>Actor who asked.</summary>
    public required string RequestedBy { get; init; }
    public required DateTimeOffset At { get; init; }

    /// <summary>From when on it counts no more.</summary>
    public required DateTimeOffset ExpiresAt { get; init; }

    /// <summary>Of two changes at once the second is refused.</summary>
    public required WaiverState State { get; set; }

    /// <summary>The person who decided last.</summary>
    public string? DecidedBy { get; set; }
    public string? Comment { get; set; }
    public DateTimeOffset? DecidedAt { get; set; }

    /// <summary>Digest of the signed statement with the last decision.</summary>
    public string? Attestation { get; set; }

    public IReadOnlyList<string> FindingIds => Findings.Split(' ', StringSplitOptions.RemoveEmptyEntries);
}

internal sealed class WaiverTable : IEntityTypeConfiguration<Waiver>
{
    public void Configure(EntityTypeBuilder<Waiver> builder)
    {
        builder.ToTable("registry_waivers").IsAboutVersion().IsRecorded();
        builder.HasIndex(waiver => new { waiver.State, waiver.ExpiresAt });
        builder.Property(waiver => waiver.Scan).HasMaxLength(80);
        builder.Property(waiver => waiver.Findings).HasMaxLength(Waiver.FindingsMax * 17);
        builder.Property(waiver => waiver.Reason).HasMaxLength(Waiver.ReasonLengthMax);
        builder.Property(waiver => waiver.RequestedBy).HasMaxLength(100);
        builder.Property(waiver => waiver.DecidedBy).HasMaxLength(40);
        builder.Property(waiver => waiver.Comment).HasMaxLength(Waiver.ReasonLengthMax);
        builder.Property(waiver => waiver.Attestation).HasMaxLength(80);
        builder.Property(waiver => waiver.State).IsConcurrencyToken();
    }
}

internal static class WaiverTables
{
    extension(AssayDb db)
    {
        public DbSet<Waiver> Waivers => db.Set<Waiver>();
    }
}
