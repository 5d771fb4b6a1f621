using System.Text.Json;
using System.Text.Json.Serialization;
using Assay.Governance;
using Assay.Kernel;
using Assay.Kernel.Projects;
using Assay.Monitoring.Attribution;
using Assay.Monitoring.Feedback;
using Assay.Monitoring.Multivariate;
using Assay.Monitoring.Segments;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Assay.Monitoring.Monitors;

/// <summary>A monitor whose settings somebody chose; the others have none and go by the defaults.</summary>
internal sealed class SavedSettings : IProjectOwned
{
    public string Project { get; private set; } = "";
    public required string Endpoint { get; init; }
    public required int MinimumRows { get; set; }
    public required double PsiThreshold { get; set; }
    public string? RetrainDataset { get; set; }

    /// <summary>The settings of retraining; null when they are all defaults, or there is none.</summary>
    public string? RetrainJson { get; set; }

    /// <summary>Window, reference, bounds and the comparisons of all features together and of attributions, where somebody chose any; null when they are as usual.</summary>
    public string? ChoicesJson { get; set; }

    /// <summary>When somebody changed them last, from which a schedule counts; null for settings from before that was kept.</summary>
    public DateTimeOffset? ChangedAt { get; set; }

    /// <summary>The ledger states a whole row at each change: whoever saves second must have read what the first wrote.</summary>
    public int Revision { get; set; }

    public MonitorSettings ToSettings()
    {
        var choices = ChoicesJson is null ? new() : JsonSerializer.Deserialize<Choices>(ChoicesJson, AssayJson.Options)!;
        return new(MinimumRows, PsiThreshold, Retrain(), choices.Window, choices.Reference, choices.Bounds, choices.Multivariate, choices.Attribution, choices.Tests, choices.Segments);
    }

    public void Keep(MonitorSettings settings)
    {
        (MinimumRows, PsiThreshold) = (settings.MinimumRows, settings.PsiThreshold);
        var choices = new Choices(settings.Window, settings.Reference, settings.Bounds, settings.Multivariate, settings.Attribution, settings.Tests, settings.Segments);
        ChoicesJson = choices == new Choices() ? null : JsonSerializer.Serialize(choices, AssayJson.Options);
        var retrain = settings.Retrain;
        RetrainDataset = retrain?.Dataset;
        RetrainJson = retrain is null || retrain == new RetrainSettings(retrain.Dataset) ? null : JsonSerializer.Serialize(retrain, AssayJson.Options);
    }

    private RetrainSettings? Retrain() =>
        RetrainJson is not null ? JsonSerializer.Deserialize<RetrainSettings>(RetrainJson, AssayJson.Options)
        : RetrainDataset is not null ? new(RetrainDataset)
        : null;

    private sealed record Choices(
        WindowLength? Window = null,
        WindowReference? Reference = null,
        DriftBounds? Bounds = null,
        MultivariateSettings? Multivariate = null,
        AttributionSettings? Attribution = null,
        [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] DriftTests? Tests = null,
        [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] SegmentSettings? Segments = null);
}

internal sealed class SavedSettingsTable : IEntityTypeConfiguration<SavedSettings>
{
    public void Configure(EntityTypeBuilder<SavedSettings> builder)
    {
        builder.ToTable("monitoring_settings");
        builder.HasKey(settings => new { settings.Project, settings.Endpoint });
        builder.Property(settings => settings.Endpoint).HasMaxLength(200);
        builder.Property(settings => settings.RetrainDataset).HasMaxLength(200);
        builder.Property(settings => settings.RetrainJson).IsRecordedUnless(null);
        builder.Property(settings => settings.ChoicesJson).IsRecordedUnless(null);
        builder.Property(settings => settings.ChangedAt).IsRecordedUnless(null);
        builder.Property(settings => settings.Revision).IsConcurrencyToken();
        builder.IsRecorded();
    }
}

internal sealed record MonitorChanged(
    string Endpoint,
    int MinimumRows,
    double PsiThreshold,
    RetrainSettings? Retrain,
    WindowLength? Window,
    WindowReference? Reference,
    DriftBounds? Bounds,
    MultivariateSettings? Multivariate,
    AttributionSettings? Attribution,
    DriftTests? Tests,
    SegmentSettings? Segments)
    : LedgerEvent("monitor.changed", $"endpoint:{Endpoint}")
{
    public static MonitorChanged To(string endpoint, MonitorSettings settings) => new(
        endpoint, settings.MinimumRows, settings.PsiThreshold, settings.Retrain, settings.Window, settings.Reference, settings.Bounds, settings.Multivariate, settings.Attribution, settings.Tests, settings.Segments);
}

internal static class SettingsReading
{
    extension(AssayDb db)
    {
        /// <summary>The settings in force for an endpoint's monitor.</summary>
        public async Task<MonitorSettings> SettingsOf(string endpoint, CancellationToken cancel) =>
            (await db.MonitorSettings.AsNoTracking().SingleOrDefaultAsync(row => row.Endpoint == endpoint, cancel))?.ToSettings()
            ?? new MonitorSettings();
    }
}
