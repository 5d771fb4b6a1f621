using System.ComponentModel.DataAnnotations;
using System.Text.Json;
using Assay.Governance;
using Assay.Kernel;
using Assay.Kernel.Projects;
using Assay.Monitoring.Concept;
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

    /// <summary>
    /// Largest drop of a classifier's AUC, or accuracy where that is all there is, below that of the held-out rows; an alert
    /// comes when the whole interval is below it. Above 0 to 1; null for no alert.
    /// </summary>
    [Range(0.001, 1)]
    public double? MaxDrop { get; init; } = 0.1;

    /// <summary>Largest rise of a regression's mean absolute error above that of the held-out rows, as a part of it. Above 0 to 100; null for no alert.</summary>
    [Range(0.001, 100)]
    public double? MaxErrorRise { get; init; } = 0.5;

    /// <summary>Least ratio of the share decided positive between a segment and the largest one, either way. Above 0 to 1; null for no alert.</summary>
    [Range(0.001, 1)]
    public double? MinPositiveRateRatio { get; init; }

    /// <summary>Bounds of numbers of the business, at most 20; an alert comes when the whole interval of a mean is outside.</summary>
    [MaxLength(20)]
    public IReadOnlyList<KpiBounds> Kpis { get; init; } = [];

    /// <summary>
    /// Bounds learned from the first days of the version in place of <see cref="MaxDrop"/> and <see cref="MaxErrorRise"/>, which hold until
    /// the days are there; null for those alone.
    /// </summary>
    public LearnedBounds? Learned { get; init; }

    /// <summary>What is judged; null for as many of the newest seven days as have plenty of rows.</summary>
    public JudgedTime? Judged { get; init; }

    /// <summary>How concept drift is looked for.</summary>
    [Required]
    public ConceptSettings Concept { get; init; } = new();

    /// <summary>Whether other settings say the same.</summary>
    public bool Equals(PerformanceSettings? other) =>
        other is not null
        && (MinimumLabels, MaxDrop, MaxErrorRise, MinPositiveRateRatio, Learned, Judged) == (other.MinimumLabels, other.MaxDrop, other.MaxErrorRise, other.MinPositiveRateRatio, other.Learned, other.Judged)
        && Segments.SequenceEqual(other.Segments, StringComparer.Ordinal)
        && Kpis.SequenceEqual(other.Kpis)
        && Concept.Equals(other.Concept);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(MinimumLabels, MaxDrop, MaxErrorRise, Segments.Count, Kpis.Count);
}

/// <summary>A bound that the first days of a version make: their mean, and so many standard deviations off it.</summary>
/// <param name="Days">Days with enough rows to learn from, 3 to 90.</param>
/// <param name="Deviations">Standard deviations off their mean, 1 to 10.</param>
public sealed record LearnedBounds([Range(3, 90)] int Days = 10, [Range(1, 10.0)] double Deviations = 3);

/// <summary>The rows that are judged: the newest days, or as many of them as it takes for so many rows.</summary>
/// <param name="Days">At most so many days, 1 to 90.</param>
/// <param name="Labels">Labels, or predictions where they are estimated, that are enough; null for all of these days.</param>
public sealed record JudgedTime([Range(1, 90)] int Days = 7, [Range(10, 100_000_000)] long? Labels = null);

/// <summary>Between what the mean of a number of the business is all right.</summary>
/// <param name="Name">Name of the number.</param>
/// <param name="Minimum">Least mean; null for none.</param>
/// <param name="Maximum">Largest mean; null for none.</param>
/// <param name="Learned">Whether both are learned from the first days of the version, where they are there; the others hold until then.</param>
public sealed record KpiBounds([Required, StringLength(50, MinimumLength = 1)] string Name, double? Minimum = null, double? Maximum = null, bool Learned = false);

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
