using Assay.Kernel;
using Assay.Kernel.Projects;
using Assay.Registry.Models;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Assay.Registry.Retention;

/// <summary>What stays of a version that was deleted: that it was, which bytes it had by their digest, and who took it away.</summary>
internal sealed class DeletedVersion : IProjectOwned
{
    public string Project { get; private set; } = "";
    public required string Model { get; init; }

    /// <summary>Never used again.</summary>
    public required int Version { get; init; }
    public required string Digest { get; init; }
    public required DateTimeOffset RegisteredAt { get; init; }

    /// <summary>The furthest stage that it had reached.</summary>
    public required string Reached { get; init; }

    /// <summary>Until when it had to be kept.</summary>
    public required DateTimeOffset KeptUntil { get; init; }

    /// <summary>Actor who deleted it.</summary>
    public required string DeletedBy { get; init; }
    public required DateTimeOffset DeletedAt { get; init; }
    public required string Reason { get; init; }

    public DeletedModelVersion ToSummary() => new(Model, Version, Digest, RegisteredAt, Reached, KeptUntil, DeletedBy, DeletedAt, Reason);
}

internal sealed class DeletedVersionTable : IEntityTypeConfiguration<DeletedVersion>
{
    public void Configure(EntityTypeBuilder<DeletedVersion> builder)
    {
        builder.ToTable("registry_deleted_versions").IsRecorded();
        builder.HasKey(row => new { row.Project, row.Model, row.Version });
        builder.HasIndex(row => row.DeletedAt);
        builder.Property(row => row.Model).HasMaxLength(RegisteredModel.NameLengthMax);
        builder.Property(row => row.Digest).HasMaxLength(80);
        builder.Property(row => row.Reached).HasMaxLength(40);
        builder.Property(row => row.DeletedBy).HasMaxLength(100);
        builder.Property(row => row.Reason).HasMaxLength(LegalHold.ReasonLengthMax);
    }
}

internal static class RetentionTables
{
    extension(AssayDb db)
    {
        public DbSet<RetentionRule> RetentionRules => db.Set<RetentionRule>();

        public DbSet<VersionRetention> VersionRetentions => db.Set<VersionRetention>();

        public DbSet<LegalHold> LegalHolds => db.Set<LegalHold>();

        public DbSet<DeletedVersion> DeletedVersions => db.Set<DeletedVersion>();
    }
}
