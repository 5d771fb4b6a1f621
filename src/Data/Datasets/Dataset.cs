using Assay.Kernel;
using Assay.Kernel.Projects;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Assay.Data.Datasets;

internal sealed class Dataset : IProjectOwned
{
    public string Project { get; private set; } = "";
    public required string Name { get; init; }
    public required DateTimeOffset CreatedAt { get; init; }
    public int LatestVersion { get; set; }

    /// <summary>The <see cref="Checks.Rule"/>s inferred from version 1, as JSON.</summary>
    public required string Rules { get; init; }
}

internal sealed class DatasetTable : IEntityTypeConfiguration<Dataset>
{
    public void Configure(EntityTypeBuilder<Dataset> builder)
    {
        builder.ToTable("data_datasets");
        builder.HasKey(dataset => new { dataset.Project, dataset.Name });
        builder.Property(dataset => dataset.Name).HasMaxLength(DatasetName.LengthMax);

        // Of two versions that are added at once, one finds the number taken.
        builder.Property(dataset => dataset.LatestVersion).IsConcurrencyToken();
        builder.IsRecorded();
    }
}
