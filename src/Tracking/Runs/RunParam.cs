using Assay.Kernel.Databases;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Assay.Tracking.Runs;

/// <summary>A parameter: written once, never changed.</summary>
internal sealed class RunParam
{
    public const int ValueLengthMax = 6000;

    public required long RunKey { get; init; }
    public required string Key { get; init; }
    public required string Value { get; init; }
}

internal sealed class RunParamTable : IEntityTypeConfiguration<RunParam>
{
    public void Configure(EntityTypeBuilder<RunParam> builder)
    {
        builder.ToTable("tracking_params").IsClustered();
        builder.HasKey(param => new { param.RunKey, param.Key });
        builder.Property(param => param.Key).HasMaxLength(Names.LengthMax);
        builder.Property(param => param.Value).HasMaxLength(RunParam.ValueLengthMax);
    }
}
