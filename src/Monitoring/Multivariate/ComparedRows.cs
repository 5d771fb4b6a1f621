using System.Text.Json;
using Assay.Kernel;
using Assay.Kernel.Projects;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Assay.Monitoring.Multivariate;

/// <summary>A comparison that was made. No row of the log is kept with it.</summary>
internal sealed class ComparedRows : IProjectOwned
{
    public string Project { get; private set; } = "";
    public required string Id { get; init; }
    public required string Endpoint { get; init; }
    public required int Version { get; init; }
    public required DateTimeOffset At { get; init; }
    public required string ResultJson { get; init; }

    public MultivariateResult Result => JsonSerializer.Deserialize<MultivariateResult>(ResultJson, AssayJson.Options)!;
}

internal sealed class ComparedRowsTable : IEntityTypeConfiguration<ComparedRows>
{
    public void Configure(EntityTypeBuilder<ComparedRows> builder)
    {
        builder.ToTable("monitoring_multivariate");
        builder.HasKey(row => row.Id);
        builder.HasIndex(row => new { row.Project, row.Endpoint, row.Id });
        builder.Property(row => row.Id).HasMaxLength(32);
        builder.Property(row => row.Endpoint).HasMaxLength(200);
        builder.Ignore(row => row.Result);
    }
}

internal static class ComparedRowsReading
{
    extension(AssayDb db)
    {
        public DbSet<ComparedRows> ComparedRows => db.Set<ComparedRows>();
    }
}
