using System.ComponentModel.DataAnnotations;
using System.Text.Json;
using Assay.Governance;
using Assay.Kernel;
using Assay.Kernel.Projects;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Assay.Monitoring.Performance;

/// <summary>How an endpoint's performance is counted and judged. Sent whole: what is left out goes back to its default.</summary>
public sealed record PerformanceSettings
{
    /// <summary>Features by whose values rows are told apart, at most 5; each has at most ten values and one for the rest.</summary>
    [MaxLength(5)]
    public IReadOnlyList<string> Segments { get; init; } = [];

    /// <summary>Labelled rows that a number needs to be shown and judged, 10 to 1,000,000.</summary>
    [Range(10, 1_000_000)]
    public int MinimumLabels { get; init; } = 50;

    /// <summary>Whether other settings say the same.</summary>
    public bool Equals(PerformanceSettings? other) =>
        other is not null && MinimumLabels == other.MinimumLabels && Segments.SequenceEqual(other.Segments, StringComparer.Ordinal);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(MinimumLabels, Segments.Count);
}

/// <summary>Settings that somebody chose; the other endpoints go by the defaults.</summary>
internal sealed class SavedPerformanceSettings : IProjectOwned
{
    public string Project { get; private set; } = "";
    public required string Endpoint { get; init; }
    public string SettingsJson { get; set; } = "{}";

    /// <summary>The ledger states a whole row at each change: whoever saves second must have read what the first wrote.</summary>
    public int Revision { get; set; }
}

internal sealed class SavedPerformanceSettingsTable : IEntityTypeConfiguration<SavedPerformanceSettings>
{
    public void Configure(EntityTypeBuilder<SavedPerformanceSettings> builder)
    {
        builder.ToTable("monitoring_performance_settings");
        builder.HasKey(row => new { row.Project, row.Endpoint });
        builder.Property(row => row.Endpoint).HasMaxLength(200);
        builder.Property(row => row.Revision).IsConcurrencyToken();
        builder.IsRecorded();
    }
}

internal sealed record PerformanceSettingsChanged(string Endpoint, PerformanceSettings Settings)
    : LedgerEvent("performance.settings-changed", $"endpoint:{Endpoint}");

internal static class PerformanceSettingsReading
{
    extension(AssayDb db)
    {
        /// <summary>The settings in force for an endpoint.</summary>
        public async Task<PerformanceSettings> PerformanceSettingsOf(string endpoint, CancellationToken cancel) =>
            await db.PerformanceSettings.AsNoTracking().SingleOrDefaultAsync(row => row.Endpoint == endpoint, cancel) is { } saved
                ? JsonSerializer.Deserialize<PerformanceSettings>(saved.SettingsJson, AssayJson.Options)!
                : new PerformanceSettings();
    }
}
