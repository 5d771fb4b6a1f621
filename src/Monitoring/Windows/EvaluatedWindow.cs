using System.Text.Json;
using Assay.Kernel;
using Assay.Kernel.Projects;
using Assay.Statistics.Drift;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Assay.Monitoring.Windows;

/// <summary>A window that was compared with its baseline. Counts stay with it, so that it can be judged again by another rule.</summary>
internal sealed class EvaluatedWindow : IProjectOwned
{
    public string Project { get; private set; } = "";
    public required string Id { get; init; }
    public required string Endpoint { get; init; }
    public required int Version { get; init; }
    public required DateTimeOffset From { get; init; }
    public required DateTimeOffset To { get; init; }
    public required long Rows { get; init; }
    public required bool Drifted { get; init; }
    public required double MaxPsi { get; init; }
    public required string ResultsJson { get; init; }
    public required string CountsJson { get; init; }

    public DriftWindow ToWindow()
    {
        var results = JsonSerializer.Deserialize<WindowResults>(ResultsJson, AssayJson.Options)!;
        return new(Id, Version, From, To, Rows, Drifted, MaxPsi, results.Score, results.Features);
    }
}

internal sealed record WindowResults(DriftResult Score, IReadOnlyList<DriftResult> Features);

internal sealed class EvaluatedWindowTable : IEntityTypeConfiguration<EvaluatedWindow>
{
    public void Configure(EntityTypeBuilder<EvaluatedWindow> builder)
    {
        builder.ToTable("monitoring_windows");
        builder.HasKey(window => window.Id);
        builder.HasIndex(window => new { window.Project, window.Endpoint, window.Id });
        builder.Property(window => window.Id).HasMaxLength(32);
        builder.Property(window => window.Endpoint).HasMaxLength(200);
    }
}
