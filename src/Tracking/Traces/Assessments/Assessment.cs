using Assay.Kernel.Databases;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Assay.Tracking.Traces.Assessments;

/// <summary>What a person, a judge model or a program says of a trace or one of its spans: feedback, or what was expected of it.</summary>
internal sealed class Assessment
{
    public const int IdLengthMax = 64;

    public required long TraceKey { get; init; }

    /// <summary><c>a-</c> and 32 hexadecimal digits, unless the client chose one.</summary>
    public required string Id { get; init; }
    public required string Name { get; init; }

    /// <summary><c>feedback</c>, <c>expectation</c> or <c>issue</c>.</summary>
    public required string Kind { get; init; }

    /// <summary>The value as it is sought: a text as it is, anything else as JSON.</summary>
    public required string Value { get; init; }

    /// <summary>What the client sent as its feedback, expectation or issue, as JSON.</summary>
    public required string Content { get; init; }

    /// <summary>Why there is no value, as JSON; null when there is one.</summary>
    public required string? Error { get; init; }
    public required string SourceType { get; init; }
    public required string SourceId { get; init; }

    /// <summary>Milliseconds since 1970.</summary>
    public required long CreatedAt { get; init; }
    public required long UpdatedAt { get; init; }
    public required string? SpanId { get; init; }
    public required string? Rationale { get; init; }

    /// <summary>The assessment in whose place this one stands.</summary>
    public required string? Overrides { get; init; }

    /// <summary>Whether no other stands in its place.</summary>
    public required bool IsValid { get; init; }

    /// <summary>Names and texts, as a JSON object; null when there are none.</summary>
    public required string? Metadata { get; init; }

    /// <summary>Whether it is about the whole conversation that the trace is a part of.</summary>
    public required bool IsOfSession { get; init; }
}

internal sealed class AssessmentTable : IEntityTypeConfiguration<Assessment>
{
    public void Configure(EntityTypeBuilder<Assessment> builder)
    {
        builder.ToTable("tracking_assessments").IsClustered();
        builder.HasKey(assessment => new { assessment.TraceKey, assessment.Id });
        builder.Property(assessment => assessment.Id).HasMaxLength(Assessment.IdLengthMax);
        builder.Property(assessment => assessment.Name).HasMaxLength(Names.LengthMax);
        builder.Property(assessment => assessment.Kind).HasMaxLength(16);
        builder.Property(assessment => assessment.SourceType).HasMaxLength(32);
        builder.Property(assessment => assessment.SourceId).HasMaxLength(Names.LengthMax);
        builder.Property(assessment => assessment.SpanId).HasMaxLength(64);
        builder.Property(assessment => assessment.Overrides).HasMaxLength(Assessment.IdLengthMax);
        builder.Property(assessment => assessment.IsValid).HasColumnName("is_valid");
    }
}
