using Assay.Kernel.Databases;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Assay.Tracking.Runs;

/// <summary>A tag: may be changed and taken away.</summary>
internal sealed class RunTag
{
    public const int ValueLengthMax = 8000;

    /// <summary>The tag that says the run's name once more.</summary>
    public const string RunName = "mlflow.runName";

    public required long RunKey { get; init; }
    public required string Key { get; init; }
    public required string Value { get; set; }
}

internal sealed class RunTagTable : IEntityTypeConfiguration<RunTag>
{
    public void Configure(EntityTypeBuilder<RunTag> builder)
    {
        builder.ToTable("tracking_tags").IsClustered();
        builder.HasKey(tag => new { tag.RunKey, tag.Key });
        builder.Property(tag => tag.Key).HasMaxLength(Names.LengthMax);
        builder.Property(tag => tag.Value);   // the list of a run's models is longer than what clients may set
    }
}
