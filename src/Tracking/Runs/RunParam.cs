using Assay.Kernel;
using Assay.Kernel.Projects;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Assay.Tracking.Runs;

/// <summary>A parameter: written once, never changed.</summary>
internal sealed class RunParam : IProjectOwned
{
    public const int ValueLengthMax = 6000;

    public string Project { get; private set; } = "";
    public required string RunId { get; init; }
    public required string Key { get; init; }
    public required string Value { get; init; }
}

internal sealed class RunParamTable : IEntityTypeConfiguration<RunParam>
{
    public void Configure(EntityTypeBuilder<RunParam> builder)
    {
        builder.ToTable("tracking_params");
        builder.HasKey(param => new { param.RunId, param.Key });
        builder.Property(param => param.RunId).HasMaxLength(32);
        builder.Property(param => param.Key).HasMaxLength(RunKeys.LengthMax);
        builder.Property(param => param.Value).HasMaxLength(RunParam.ValueLengthMax);
        builder.IsRecorded();
    }
}
