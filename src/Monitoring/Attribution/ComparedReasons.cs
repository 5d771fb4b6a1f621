using System.Text.Json;
using Assay.Kernel;
using Assay.Kernel.Projects;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Assay.Monitoring.Attribution;

/// <summary>A comparison of attributions that was made. No row is kept with it.</summary>
internal sealed class ComparedReasons : IProjectOwned
{
    public string Project { get; private set; } = "";
    public required string Id { get; init; }
    public required string Endpoint { get; init; }
    public required int Version { get; init; }
    public required DateTimeOffset At { get; init; }

    /// <summary>Which rows were compared with: while it is the same, the reference needs not be explained again.</summary>
    public required string ReferenceKey { get; init; }

    public required string ResultJson { get; init; }

    public AttributionResult Result => JsonSerializer.Deserialize<AttributionResult>(ResultJson, AssayJson.Options)!;
}

internal sealed class ComparedReasonsTable : IEntityTypeConfiguration<ComparedReasons>
{
    public void Configure(EntityTypeBuilder<ComparedReasons> builder)
    {
        builder.ToTable("monitoring_attributions");
        builder.HasKey(row => row.Id);
        builder.HasIndex(row => new { row.Project, row.Endpoint, row.Id });
        builder.Property(row => row.Id).HasMaxLength(32);
        builder.Property(row => row.Endpoint).HasMaxLength(200);
        builder.Ignore(row => row.Result);
    }
}

internal static class ComparedReasonsReading
{
    private const int InputsShown = 10;

    extension(AssayDb db)
    {
        public DbSet<ComparedReasons> ComparedReasons => db.Set<ComparedReasons>();

        /// <summary>The newest comparisons, newest first; all inputs with the first of them alone.</summary>
        public async Task<List<AttributionResult>> ReasonsOf(string endpoint, int count, CancellationToken cancel)
        {
            var rows = await db.ComparedReasons.AsNoTracking().Where(row => row.Endpoint == endpoint).OrderByDescending(row => row.Id).Take(count).ToListAsync(cancel);
            return [.. rows.Select(row => row.Result).Select((result, place) => place == 0 ? result : result with { Inputs = [.. result.Inputs.Take(InputsShown)] })];
        }
    }
}
