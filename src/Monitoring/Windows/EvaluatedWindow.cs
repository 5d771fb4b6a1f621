using System.Text.Json;
using Assay.Inference.Models;
using Assay.Kernel;
using Assay.Kernel.Projects;
using Assay.Serving;
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

    /// <summary>Package that predicted; null for windows from before that was kept, which go by their version.</summary>
    public string? Digest { get; init; }

    /// <summary>Whether it was compared with the training data only as a sliding reference hadn't its windows yet: it becomes one of them, calm or not.</summary>
    public bool Filling { get; init; }

    /// <summary>What became of the calls; null for windows from before that was counted.</summary>
    public string? CallsJson { get; init; }

    /// <summary>The operations of its minutes; null where there was none with enough calls, and in windows from before that was kept.</summary>
    public string? OperationsJson { get; init; }

    public ModelWindow Counts => JsonSerializer.Deserialize<ModelWindow>(CountsJson, AssayJson.Options)!;

    public AskedCalls? Calls => CallsJson is null ? null : JsonSerializer.Deserialize<AskedCalls>(CallsJson, AssayJson.Options);

    public DriftWindow ToWindow()
    {
        var results = JsonSerializer.Deserialize<WindowResults>(ResultsJson, AssayJson.Options)!;
        return new(Id, Version, From, To, Rows, Drifted, MaxPsi, results.Score, results.Features)
        {
            Judgement = results.Judgement,
            Refused = Calls?.Refused,
            Operations = OperationFigures.Read(OperationsJson),
            Worst = results.Features.MaxBy(feature => feature.Psi)?.Name,
        };
    }

    /// <summary>The same with nothing of the features but their indexes, to four decimals, and without the operations.</summary>
    public static DriftWindow Fold(DriftWindow window) => window with
    {
        Features = [],
        Operations = [],
        Folded = [.. window.Features.Select(feature => Math.Round(feature.Psi, 4))],
    };
}

internal sealed record WindowResults(DriftResult Score, IReadOnlyList<DriftResult> Features, WindowJudgement? Judgement = null);

internal sealed class EvaluatedWindowTable : IEntityTypeConfiguration<EvaluatedWindow>
{
    public void Configure(EntityTypeBuilder<EvaluatedWindow> builder)
    {
        builder.ToTable("monitoring_windows");
        builder.HasKey(window => window.Id);
        builder.HasIndex(window => new { window.Project, window.Endpoint, window.Id });
        builder.Property(window => window.Id).HasMaxLength(32);
        builder.Property(window => window.Endpoint).HasMaxLength(200);
        builder.Property(window => window.Digest).HasMaxLength(100);
        builder.Ignore(window => window.Counts);
        builder.Ignore(window => window.Calls);
    }
}
