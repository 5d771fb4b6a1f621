using Assay.Kernel.Databases;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Assay.Tracking.Runs;

/// <summary>
/// One point of a metric's history. NaN is a flag beside a value of 0, since SQLite would store NaN as a missing value.
/// The whole point is the key: a point that a client sends twice is there once.
/// </summary>
internal sealed class RunMetric
{
    public required long RunKey { get; init; }
    public required string Key { get; init; }
    public required long Step { get; init; }

    /// <summary>Milliseconds since 1970, as the client says: any number that is not negative.</summary>
    public required long At { get; init; }
    public required double Value { get; init; }
    public required bool IsNaN { get; init; }
}

internal sealed class RunMetricTable : IEntityTypeConfiguration<RunMetric>
{
    public void Configure(EntityTypeBuilder<RunMetric> builder)
    {
        builder.ToTable("tracking_metrics").IsClustered();
        builder.HasKey(point => new { point.RunKey, point.Key, point.Step, point.At, point.Value, point.IsNaN });
        builder.Property(point => point.Key).HasMaxLength(Names.LengthMax);
        builder.Property(point => point.IsNaN).HasColumnName("is_nan");
    }
}

/// <summary>The point of a metric with the greatest step, then time, then value: what listings and searches use.</summary>
internal sealed class LatestMetric
{
    public required long RunKey { get; init; }
    public required string Key { get; init; }

    /// <summary>The run's experiment, so that an index has the values of one experiment in order.</summary>
    public required long ExperimentKey { get; init; }

    /// <summary>Null for NaN, which is in no order and equals nothing.</summary>
    public required double? Value { get; set; }
    public required long Step { get; set; }
    public required long At { get; set; }
}

internal sealed class LatestMetricTable : IEntityTypeConfiguration<LatestMetric>
{
    public void Configure(EntityTypeBuilder<LatestMetric> builder)
    {
        builder.ToTable("tracking_latest_metrics").IsClustered();
        builder.HasKey(metric => new { metric.RunKey, metric.Key });
        builder.HasIndex(metric => new { metric.ExperimentKey, metric.Key, metric.Value });
        builder.Property(metric => metric.Key).HasMaxLength(Names.LengthMax);
    }
}
