using System.Text.Json;
using Assay.Kernel;
using Assay.Kernel.Projects;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Assay.Monitoring.Segments;

/// <summary>A comparison of segments that was made. No row of the log is kept with it.</summary>
internal sealed class ComparedSegments : IProjectOwned
{
    public string Project { get; private set; } = "";
    public required string Id { get; init; }
    public required string Endpoint { get; init; }
    public required int Version { get; init; }
    public required DateTimeOffset At { get; init; }
    public required string ResultJson { get; init; }

    public SegmentComparison Result => JsonSerializer.Deserialize<SegmentComparison>(ResultJson, AssayJson.Options)!;
}

internal sealed class ComparedSegmentsTable : IEntityTypeConfiguration<ComparedSegments>
{
    public void Configure(EntityTypeBuilder<ComparedSegments> builder)
    {
        builder.ToTable("monitoring_segments");
        builder.HasKey(row => row.Id);
        builder.HasIndex(row => new { row.Project, row.Endpoint, row.Id });
        builder.Property(row => row.Id).HasMaxLength(32);
        builder.Property(row => row.Endpoint).HasMaxLength(200);
        builder.Ignore(row => row.Result);
    }
}

internal static class ComparedSegmentsReading
{
    extension(AssayDb db)
    {
        public DbSet<ComparedSegments> ComparedSegments => db.Set<ComparedSegments>();

        /// <summary>The newest comparison of a version; null when there is none.</summary>
        public async Task<ComparedSegments?> LastSegments(string endpoint, int version, CancellationToken cancel) => await db.ComparedSegments.AsNoTracking()
            .Where(row => row.Endpoint == endpoint && row.Version == version).OrderByDescending(row => row.Id).FirstOrDefaultAsync(cancel);
    }
}
