using System.Text.Json;
using Assay.Governance;
using Assay.Kernel;
using Assay.Kernel.Projects;
using Assay.Monitoring.Reports;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Assay.Monitoring.DatasetMonitors;

/// <summary>A dataset whose versions somebody wants to be watched.</summary>
internal sealed class DatasetMonitor : IProjectOwned
{
    public string Project { get; private set; } = "";
    public required string Dataset { get; init; }
    public required string SettingsJson { get; set; }

    /// <summary>The version before the first one that is compared.</summary>
    public required int After { get; init; }

    /// <summary>The ledger states a whole row at each change: whoever saves second must have read what the first wrote.</summary>
    public int Revision { get; set; }

    public DatasetMonitorSettings Settings => JsonSerializer.Deserialize<DatasetMonitorSettings>(SettingsJson, AssayJson.Options)!;
}

/// <summary>A version that was compared. No row of it is kept.</summary>
internal sealed class ComparedVersion : IProjectOwned
{
    public string Project { get; private set; } = "";
    public required string Dataset { get; init; }
    public required int Version { get; init; }
    public required ComparisonVerdict Verdict { get; init; }
    public required string VerdictJson { get; init; }
    public required string? ReportJson { get; init; }

    public VersionVerdict ToVerdict() => JsonSerializer.Deserialize<VersionVerdict>(VerdictJson, AssayJson.Options)!;

    public VersionReport ToReport() => new(Dataset, ToVerdict(), ReportJson is null ? null : JsonSerializer.Deserialize<TableComparison>(ReportJson, AssayJson.Options));
}

internal sealed class DatasetMonitorTable : IEntityTypeConfiguration<DatasetMonitor>
{
    public void Configure(EntityTypeBuilder<DatasetMonitor> builder)
    {
        builder.ToTable("monitoring_datasets");
        builder.HasKey(monitor => new { monitor.Project, monitor.Dataset });
        builder.Property(monitor => monitor.Dataset).HasMaxLength(100);
        builder.Property(monitor => monitor.Revision).IsConcurrencyToken();
        builder.Ignore(monitor => monitor.Settings);
        builder.IsRecorded();
    }
}

internal sealed class ComparedVersionTable : IEntityTypeConfiguration<ComparedVersion>
{
    public void Configure(EntityTypeBuilder<ComparedVersion> builder)
    {
        builder.ToTable("monitoring_dataset_versions");
        builder.HasKey(version => new { version.Project, version.Dataset, version.Version });
        builder.Property(version => version.Dataset).HasMaxLength(100);
    }
}

internal sealed record DatasetMonitorChanged(string Dataset, DatasetMonitorSettings Settings) : LedgerEvent("dataset-monitor.changed", $"dataset:{Dataset}");

internal sealed record DatasetMonitorRemoved(string Dataset) : LedgerEvent("dataset-monitor.removed", $"dataset:{Dataset}");

/// <summary>A version was compared with its reference.</summary>
internal sealed record DatasetVersionCompared(
    string Dataset, int Version, IReadOnlyList<int> References, ComparisonVerdict Verdict, double? MaxPsi, IReadOnlyList<string> DriftedColumns, int Findings)
    : LedgerEvent("dataset.version-compared", $"dataset:{Dataset}@{Version}");

internal static class DatasetMonitorReading
{
    /// <summary>What an alert about a dataset is about: no endpoint's name has a colon.</summary>
    public static string Subject(string dataset) => $"dataset:{dataset}";

    extension(AssayDb db)
    {
        public DbSet<DatasetMonitor> DatasetMonitors => db.Set<DatasetMonitor>();

        public DbSet<ComparedVersion> ComparedVersions => db.Set<ComparedVersion>();
    }
}
