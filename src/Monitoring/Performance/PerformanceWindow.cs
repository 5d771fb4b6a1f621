using System.Text.Json;
using Assay.Kernel;
using Assay.Kernel.Projects;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Assay.Monitoring.Performance;

/// <summary>What a window counts.</summary>
internal static class Slices
{
    /// <summary>All rows of the version.</summary>
    public const string All = "all";

    /// <summary>The rows that have one value of a feature.</summary>
    public static string Of(string feature) => "feature:" + feature;

    /// <summary>One number of the business.</summary>
    public static string OfNumber(string name) => "kpi:" + name;
}

/// <summary>Counts of predictions that were made in one hour or day, by the version that made them.</summary>
internal sealed class PerformanceWindow : IProjectOwned
{
    public string Project { get; private set; } = "";
    public required string Endpoint { get; init; }

    /// <summary>Beginning, UTC; by the time of the prediction and not of its label.</summary>
    public required DateTimeOffset From { get; init; }

    /// <summary>Length: 1, or 24 once it is old.</summary>
    public required int Hours { get; init; }

    public required string Model { get; init; }
    public required int Version { get; init; }
    public required string Slice { get; init; }
    public required string Value { get; init; }
    public string CountsJson { get; set; } = "{}";

    public PerformanceCounts ReadCounts() => JsonSerializer.Deserialize<PerformanceCounts>(CountsJson, AssayJson.Options)!;

    public void Write(PerformanceCounts counts) => CountsJson = JsonSerializer.Serialize(counts, AssayJson.Options);
}

internal sealed class PerformanceWindowTable : IEntityTypeConfiguration<PerformanceWindow>
{
    public void Configure(EntityTypeBuilder<PerformanceWindow> builder)
    {
        builder.ToTable("monitoring_performance");
        builder.HasKey(row => new { row.Project, row.Endpoint, row.Slice, row.From, row.Hours, row.Model, row.Version, row.Value });
        builder.Property(row => row.Endpoint).HasMaxLength(200);
        builder.Property(row => row.Model).HasMaxLength(100);
        builder.Property(row => row.Slice).HasMaxLength(220);
        builder.Property(row => row.Value).HasMaxLength(120);
    }
}

/// <summary>How far an endpoint's log is counted. Whoever changes its counts changes this row too, so that no two do so at once.</summary>
internal sealed class CountState : IProjectOwned
{
    public string Project { get; private set; } = "";
    public required string Endpoint { get; init; }

    /// <summary>Windows that begin before then are of days.</summary>
    public DateTimeOffset DaysUntil { get; set; }

    /// <summary>Predictions from then on are counted by segment.</summary>
    public DateTimeOffset SegmentsFrom { get; set; }

    public int Revision { get; set; }
}

internal sealed class CountStateTable : IEntityTypeConfiguration<CountState>
{
    public void Configure(EntityTypeBuilder<CountState> builder)
    {
        builder.ToTable("monitoring_count_states");
        builder.HasKey(row => new { row.Project, row.Endpoint });
        builder.Property(row => row.Endpoint).HasMaxLength(200);
        builder.Property(row => row.Revision).IsConcurrencyToken();
    }
}

/// <summary>How far a part of the prediction log is counted.</summary>
internal sealed class CountedPart : IProjectOwned
{
    public string Project { get; private set; } = "";
    public required string Part { get; init; }
    public required string Endpoint { get; init; }

    /// <summary>Places that were looked at.</summary>
    public long Places { get; set; }

    public long Calls { get; set; }

    /// <summary>Whether it was looked through as a file, which does not grow.</summary>
    public bool IsDone { get; set; }

    public required DateTimeOffset To { get; set; }
}

internal sealed class CountedPartTable : IEntityTypeConfiguration<CountedPart>
{
    public void Configure(EntityTypeBuilder<CountedPart> builder)
    {
        builder.ToTable("monitoring_counted_parts");
        builder.HasKey(row => new { row.Project, row.Part });
        builder.HasIndex(row => new { row.Project, row.Endpoint, row.To });
        builder.Property(row => row.Part).HasMaxLength(32);
        builder.Property(row => row.Endpoint).HasMaxLength(200);
    }
}
