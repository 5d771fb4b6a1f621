using Assay.Kernel;
using Assay.Kernel.Projects;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Assay.Serving.Endpoints;

/// <summary>What an endpoint should serve, and what it served last. Whether it answers now is known by the process alone.</summary>
internal sealed class ModelEndpoint : IProjectOwned
{
    public string Project { get; private set; } = "";
    public required string Name { get; init; }
    public required string Model { get; set; }

    /// <summary>Number, alias or stage of the wanted version.</summary>
    public required string Target { get; set; }

    public int Version { get; set; }
    public string Digest { get; set; } = "";
    public DateTimeOffset UpdatedAt { get; set; }

    /// <summary>How a promotion comes to this endpoint; null when it comes at once.</summary>
    public string? RolloutJson { get; set; }

    /// <summary>Digest of the version that was rolled back here: it does not come back by itself.</summary>
    public string? HeldBack { get; set; }
}

internal sealed class ModelEndpointTable : IEntityTypeConfiguration<ModelEndpoint>
{
    public void Configure(EntityTypeBuilder<ModelEndpoint> builder)
    {
        builder.ToTable("serving_endpoints");
        builder.HasKey(row => new { row.Project, row.Name });
        builder.Property(row => row.Name).HasMaxLength(EndpointName.LengthMax);
        builder.Property(row => row.Model).HasMaxLength(100);
        builder.Property(row => row.Target).HasMaxLength(100);
        builder.Property(row => row.Digest).HasMaxLength(80);
        builder.Property(row => row.HeldBack).HasMaxLength(80);
        builder.IsRecorded();
    }
}

internal static class ServingTables
{
    extension(AssayDb db)
    {
        public DbSet<ModelEndpoint> Endpoints => db.Set<ModelEndpoint>();
    }
}
