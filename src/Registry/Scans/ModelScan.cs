using System.Text.Json;
using Assay.Kernel;
using Assay.Kernel.Projects;
using Assay.Registry.Versions;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Assay.Registry.Scans;

/// <summary>A scan of a version's files. It is never changed: another scan is another row, and the newest counts.</summary>
internal sealed class ModelScan : IProjectOwned
{
    public string Project { get; private set; } = "";

    /// <summary>A version 7 identifier: later scans sort after earlier ones.</summary>
    public required string Id { get; init; }
    public required string Model { get; init; }
    public required int Version { get; init; }

    /// <summary>Root of the files that were scanned.</summary>
    public required string Digest { get; init; }
    public required bool Passed { get; init; }
    public required string RulesDigest { get; init; }
    public required string ReportJson { get; init; }
    public required DateTimeOffset At { get; init; }

    public ModelScanDetail ToDetail() => new(Model, Version, Digest, JsonSerializer.Deserialize<ScanReport>(ReportJson, AssayJson.Options)!, At);
}

internal sealed class ModelScanTable : IEntityTypeConfiguration<ModelScan>
{
    public void Configure(EntityTypeBuilder<ModelScan> builder)
    {
        builder.ToTable("registry_scans").IsAboutVersion().IsRecorded();
        builder.Property(scan => scan.RulesDigest).HasMaxLength(80);
    }
}
