using System.Linq.Expressions;
using Assay.Kernel;
using Assay.Kernel.Projects;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Assay.Data.Datasets;

internal sealed class DatasetVersion : IProjectOwned
{
    public string Project { get; private set; } = "";
    public required string Dataset { get; init; }
    public required int Version { get; init; }
    public required string Digest { get; init; }
    public required string Format { get; init; }
    public required long SizeBytes { get; init; }
    public required long Rows { get; init; }
    public required int Columns { get; init; }
    public required DateTimeOffset CreatedAt { get; init; }
    public required bool Synthetic { get; init; }
    public required int ChecksPassed { get; init; }
    public required int ChecksFailed { get; init; }

    /// <summary>A <see cref="ColumnProfile"/> per column, as JSON.</summary>
    public required string Profile { get; init; }

    /// <summary>The <see cref="Data.Checks.RuleResult"/>s, as JSON.</summary>
    public required string Checks { get; init; }

    /// <summary>What listings show; the profile stays in the database.</summary>
    public static readonly Expression<Func<DatasetVersion, DatasetVersionSummary>> ToSummary = version => new(
        version.Dataset,
        version.Version,
        version.Digest,
        version.Format,
        version.SizeBytes,
        version.Rows,
        version.Columns,
        version.CreatedAt,
        version.Synthetic,
        version.ChecksPassed,
        version.ChecksFailed);
}

internal sealed class DatasetVersionTable : IEntityTypeConfiguration<DatasetVersion>
{
    public void Configure(EntityTypeBuilder<DatasetVersion> builder)
    {
        builder.ToTable("data_versions");
        builder.HasKey(version => new { version.Project, version.Dataset, version.Version });
        builder.Property(version => version.Dataset).HasMaxLength(DatasetName.LengthMax);
        builder.Property(version => version.Digest).HasMaxLength(71);
        builder.Property(version => version.Format).HasMaxLength(20);
        builder.IsRecorded();
    }
}
