using Assay.Kernel;
using Assay.Kernel.Projects;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Assay.Monitoring.Labels.Tables;

/// <summary>A version of a dataset that was made of labelled predictions, and a version of a model that made some of these predictions.</summary>
internal sealed class LabelledDataset : IProjectOwned
{
    public string Project { get; private set; } = "";
    public required string Dataset { get; init; }
    public required int Version { get; init; }
    public required string Endpoint { get; init; }
    public required string Model { get; init; }
    public required int ModelVersion { get; init; }

    /// <summary>Rows of the dataset that this version of the model predicted.</summary>
    public required long Rows { get; init; }

    /// <summary>When the first of them was predicted.</summary>
    public required DateTimeOffset From { get; init; }

    /// <summary>When the last of them was predicted.</summary>
    public required DateTimeOffset To { get; init; }

    public required DateTimeOffset MadeAt { get; init; }
}

internal sealed class LabelledDatasetTable : IEntityTypeConfiguration<LabelledDataset>
{
    public void Configure(EntityTypeBuilder<LabelledDataset> builder)
    {
        builder.ToTable("monitoring_labelled_datasets");
        builder.HasKey(row => new { row.Project, row.Dataset, row.Version, row.Model, row.ModelVersion });
        builder.HasIndex(row => new { row.Project, row.Endpoint, row.MadeAt });
        builder.HasIndex(row => new { row.Project, row.Model, row.ModelVersion });
        builder.Property(row => row.Dataset).HasMaxLength(200);
        builder.Property(row => row.Endpoint).HasMaxLength(200);
        builder.Property(row => row.Model).HasMaxLength(100);
        builder.IsRecorded();
    }
}
