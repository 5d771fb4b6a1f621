using Assay.Kernel;
using Assay.Kernel.Projects;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Assay.Tracking.Runs;

/// <summary>A tag: may be changed and taken away.</summary>
internal sealed class RunTag : IProjectOwned
{
    public const int ValueLengthMax = 8000;

    public string Project { get; private set; } = "";
    public required string RunId { get; init; }
    public required string Key { get; init; }
    public required string Value { get; set; }
}

internal sealed class RunTagTable : IEntityTypeConfiguration<RunTag>
{
    public void Configure(EntityTypeBuilder<RunTag> builder)
    {
        builder.ToTable("tracking_tags");
        builder.HasKey(tag => new { tag.RunId, tag.Key });
        builder.Property(tag => tag.RunId).HasMaxLength(32);
        builder.Property(tag => tag.Key).HasMaxLength(RunKeys.LengthMax);
        builder.Property(tag => tag.Value).HasMaxLength(RunTag.ValueLengthMax);
        builder.IsRecorded();
    }
}
