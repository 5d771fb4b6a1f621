using Assay.Kernel.Projects;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Assay.Tracking.Runs;

/// <summary>
/// One point of a metric's history. NaN is a flag beside a value of 0, since SQLite would store NaN as a missing value.
/// The whole point is the key: a point that a client sends twice is there once.
/// </summary>
internal sealed class RunMetric : IProjectOwned
{
    public string Project { get; private set; } = "";
    public required string RunId { get; init; }
    public required string Key { get; init; }
    public required long Step { get; init; }
    public required DateTimeOffset At { get; init; }
    public required double Value { get; init; }
    public required bool IsNaN { get; init; }
}

internal sealed class RunMetricTable : IEntityTypeConfiguration<RunMetric>
{
    public void Configure(EntityTypeBuilder<RunMetric> builder)
    {
        builder.ToTable("tracking_metrics");
        builder.HasKey(point => new { point.RunId, point.Key, point.Step, point.At, point.Value, point.IsNaN });
        builder.Property(point => point.RunId).HasMaxLength(32);
        builder.Property(point => point.Key).HasMaxLength(RunKeys.LengthMax);
    }
}

/// <summary>The point of a metric with the greatest step, then time, then value: what listings and searches use.</summary>
internal sealed class LatestMetric : IProjectOwned
{
    public string Project { get; private set; } = "";
    public required string RunId { get; init; }
    public required string Key { get; init; }
    public required long Step { get; set; }
    public required DateTimeOffset At { get; set; }
    public required double Value { get; set; }
    public required bool IsNaN { get; set; }
}

internal sealed class LatestMetricTable : IEntityTypeConfiguration<LatestMetric>
{
    public void Configure(EntityTypeBuilder<LatestMetric> builder)
    {
        builder.ToTable("tracking_latest_metrics");
        builder.HasKey(metric => new { metric.RunId, metric.Key });
        builder.HasIndex(metric => new { metric.Project, metric.Key, metric.Value });
        builder.Property(metric => metric.RunId).HasMaxLength(32);
        builder.Property(metric => metric.Key).HasMaxLength(RunKeys.LengthMax);
    }
}
