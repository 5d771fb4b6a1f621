using Assay.Kernel;
using Assay.Kernel.Projects;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Assay.Monitoring.Reviews;

/// <summary>Why a prediction waits for a human.</summary>
public enum ReviewKind
{
    /// <summary>Its probability is near to the decision's border.</summary>
    Uncertain,

    /// <summary>It was made while an alert of drift was open.</summary>
    Drifting,

    /// <summary>Its label says that a sure decision was wrong, or a number far off.</summary>
    Contested,
}

/// <summary>A prediction that waits for a human. The queue is bounded: rows go when they are decided, or when the log forgets them.</summary>
internal sealed class ReviewItem : IProjectOwned
{
    public string Project { get; private set; } = "";
    public required string Id { get; init; }
    public required string Endpoint { get; init; }
    public required string Prediction { get; init; }
    public required int Row { get; init; }
    public required ReviewKind Kind { get; init; }
    public required DateTimeOffset PredictedAt { get; init; }
    public required string Model { get; init; }
    public required int Version { get; init; }
    public required double Score { get; init; }
    public required DateTimeOffset QueuedAt { get; init; }

    /// <summary>Of a model of several classes, the one that was answered with the probability <see cref="Score"/>.</summary>
    public string? Class { get; init; }

    /// <summary>The part of the prediction log that has the call; null for what was queued before this was kept.</summary>
    public string? Part { get; init; }

    public ReviewSummary ToSummary() => new(Id, Endpoint, Prediction, Row, Kind, PredictedAt, Model, Version, Score, QueuedAt) { Class = Class };
}

internal sealed class ReviewItemTable : IEntityTypeConfiguration<ReviewItem>
{
    public void Configure(EntityTypeBuilder<ReviewItem> builder)
    {
        builder.ToTable("monitoring_reviews");
        builder.HasKey(row => row.Id);
        builder.HasIndex(row => new { row.Project, row.Endpoint, row.Prediction, row.Row }).IsUnique();
        builder.Property(row => row.Id).HasMaxLength(32);
        builder.Property(row => row.Endpoint).HasMaxLength(200);
        builder.Property(row => row.Prediction).HasMaxLength(128);
        builder.Property(row => row.Model).HasMaxLength(100);
        builder.Property(row => row.Class).HasMaxLength(200);
        builder.Property(row => row.Part).HasMaxLength(32);
    }
}

/// <summary>What a human decided.</summary>
public enum Verdict
{
    /// <summary>What was true is known now: it was posted as the label.</summary>
    Labelled,

    /// <summary>The prediction is not followed: something else was decided in its place.</summary>
    Overridden,

    /// <summary>It was looked at, and stands.</summary>
    Dismissed,
}

/// <summary>A human's decision about a prediction; kept, as the record of human oversight.</summary>
internal sealed class ReviewVerdict : IProjectOwned
{
    public const int ReasonLengthMax = 1000;

    public string Project { get; private set; } = "";
    public required string Id { get; init; }
    public required string Endpoint { get; init; }
    public required string Prediction { get; init; }
    public required int Row { get; init; }
    public required ReviewKind Kind { get; init; }
    public required string Model { get; init; }
    public required int Version { get; init; }
    public required double Score { get; init; }
    public required Verdict Verdict { get; init; }
    public string? Decision { get; init; }
    public string? Reason { get; init; }
    public required string By { get; init; }
    public required DateTimeOffset At { get; init; }

    public VerdictSummary ToSummary() => new(Id, Endpoint, Prediction, Row, Kind, Model, Version, Score, Verdict, Decision, Reason, By, At);
}

internal sealed class ReviewVerdictTable : IEntityTypeConfiguration<ReviewVerdict>
{
    public void Configure(EntityTypeBuilder<ReviewVerdict> builder)
    {
        builder.ToTable("monitoring_verdicts");
        builder.HasKey(row => row.Id);
        builder.HasIndex(row => new { row.Project, row.Endpoint, row.Id });
        builder.HasIndex(row => new { row.Project, row.Endpoint, row.Prediction });
        builder.Property(row => row.Id).HasMaxLength(32);
        builder.Property(row => row.Endpoint).HasMaxLength(200);
        builder.Property(row => row.Prediction).HasMaxLength(128);
        builder.Property(row => row.Model).HasMaxLength(100);
        builder.Property(row => row.Decision).HasMaxLength(200);
        builder.Property(row => row.Reason).HasMaxLength(ReviewVerdict.ReasonLengthMax);
        builder.Property(row => row.By).HasMaxLength(80);
        builder.IsRecorded();
    }
}
