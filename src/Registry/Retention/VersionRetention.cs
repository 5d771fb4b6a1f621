using Assay.Kernel;
using Assay.Kernel.Projects;
using Assay.Registry.Models;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Assay.Registry.Retention;

/// <summary>What a version was promised. Everything in it only grows: a later rule may lengthen it, and nothing shortens it.</summary>
internal sealed class VersionRetention : IProjectOwned
{
    public string Project { get; private set; } = "";
    public required string Model { get; init; }
    public required int Version { get; init; }

    /// <summary>The furthest stage that it has reached: Production, Staging, or None.</summary>
    public required string Reached { get; set; }

    /// <summary>The longest time that any rule has promised for that stage.</summary>
    public required int Days { get; set; }

    /// <summary>When the time began: the registration, or the last change of the stage that it reached.</summary>
    public required DateTimeOffset Since { get; set; }

    /// <summary>Before this time nobody deletes it. Of two changes at once the second is refused, so that none is lost.</summary>
    public required DateTimeOffset KeepUntil { get; set; }

    /// <summary>The newest rule that was taken into account.</summary>
    public required int Rule { get; set; }
}

internal sealed class VersionRetentionTable : IEntityTypeConfiguration<VersionRetention>
{
    public void Configure(EntityTypeBuilder<VersionRetention> builder)
    {
        builder.ToTable("registry_retentions").IsRecorded();
        builder.HasKey(row => new { row.Project, row.Model, row.Version });
        builder.HasIndex(row => new { row.Project, row.Rule });
        builder.Property(row => row.Model).HasMaxLength(RegisteredModel.NameLengthMax);
        builder.Property(row => row.Reached).HasMaxLength(40);
        builder.Property(row => row.KeepUntil).IsConcurrencyToken();
    }
}
