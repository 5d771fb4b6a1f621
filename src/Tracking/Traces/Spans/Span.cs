using Assay.Kernel.Databases;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Assay.Tracking.Traces.Spans;

/// <summary>
/// One step of a trace. What is sought and shown in lists stands in columns of its own; all that the client sent beside is
/// one text, the last column, which is read only when it is needed.
/// </summary>
internal sealed class Span
{
    public const int NameLengthMax = 500;
    public const int TypeLengthMax = 100;

    public required long TraceKey { get; init; }

    /// <summary>16 hexadecimal digits.</summary>
    public required string SpanId { get; init; }

    /// <summary>The step that it is a part of; null for the root.</summary>
    public required string? ParentId { get; init; }

    /// <summary>32 hexadecimal digits: OpenTelemetry's id of the trace, which need not be that of MLflow.</summary>
    public required string OtelTraceId { get; init; }
    public required string Name { get; init; }

    /// <summary>What kind of step it is, such as <c>LLM</c> or <c>RETRIEVER</c>.</summary>
    public required string Type { get; init; }

    /// <summary><c>UNSET</c>, <c>OK</c> or <c>ERROR</c>.</summary>
    public required string Status { get; init; }

    /// <summary>Nanoseconds since 1970.</summary>
    public required long StartedNs { get; init; }

    /// <summary>Null while it is at work.</summary>
    public required long? EndedNs { get; init; }

    /// <summary>The language model that it called, and who offers it; null when the client did not say.</summary>
    public required string? Model { get; init; }
    public required string? ModelProvider { get; init; }

    /// <summary>Tokens that it used and what they cost, each a JSON object of numbers.</summary>
    public required string? Usage { get; init; }
    public required string? Cost { get; init; }

    /// <summary>OpenTelemetry's JSON of the rest, with its name: attributes, events, links, status.</summary>
    public required string Content { get; init; }
}

internal sealed class SpanTable : IEntityTypeConfiguration<Span>
{
    public void Configure(EntityTypeBuilder<Span> builder)
    {
        builder.ToTable("tracking_spans").IsClustered();
        builder.HasKey(span => new { span.TraceKey, span.SpanId });
        builder.Property(span => span.SpanId).HasMaxLength(16);
        builder.Property(span => span.ParentId).HasMaxLength(16);
        builder.Property(span => span.OtelTraceId).HasMaxLength(32);
        builder.Property(span => span.Name).HasMaxLength(Span.NameLengthMax);
        builder.Property(span => span.Type).HasMaxLength(Span.TypeLengthMax);
        builder.Property(span => span.Status).HasMaxLength(16);
        builder.Property(span => span.Model).HasMaxLength(Names.LengthMax);
        builder.Property(span => span.ModelProvider).HasMaxLength(Names.LengthMax);
    }
}
