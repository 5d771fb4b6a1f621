using Assay.Kernel.Databases;
using Assay.Kernel.Projects;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Assay.Tracking.Traces;

/// <summary>
/// One call of an application, in the order of which its spans tell what happened. Its tags, metadata, spans and assessments
/// belong to it, and through it to its project. Like runs, traces are written to too often to be stated one by one in the ledger.
/// </summary>
internal sealed class Trace : IProjectOwned
{
    public const int IdLengthMax = 128;
    public const int SessionLengthMax = 250;
    public const int ClientRequestIdLengthMax = 250;

    /// <summary>What rows that belong to it refer to it by.</summary>
    public long Key { get; private set; }
    public string Project { get; private set; } = "";

    /// <summary>Mostly <c>tr-</c> and 32 hexadecimal digits. Clients choose it, so it is unique in its project only.</summary>
    public required string Id { get; init; }
    public required long ExperimentKey { get; init; }
    public required string ExperimentId { get; init; }

    /// <summary>Milliseconds since 1970.</summary>
    public required long StartedAt { get; set; }

    /// <summary>Null while it is not over.</summary>
    public required long? DurationMs { get; set; }

    /// <summary>One of MLflow's names, such as <c>IN_PROGRESS</c>.</summary>
    public required string State { get; set; }
    public string? ClientRequestId { get; set; }

    /// <summary>The beginning of what was asked; null when nothing was said of it.</summary>
    public string? RequestPreview { get; set; }
    public string? ResponsePreview { get; set; }

    /// <summary>The conversation that it is a part of, which stands in its metadata as well.</summary>
    public string? SessionId { get; set; }

    /// <summary>Whether the client has said its times itself, so that spans that come later do not change them.</summary>
    public bool IsFinal { get; set; }
}

/// <summary>A tag: may be changed and taken away.</summary>
internal sealed class TraceTag
{
    public required long TraceKey { get; init; }
    public required string Key { get; init; }
    public required string Value { get; set; }
}

/// <summary>What the client noted when the trace was made, such as who called.</summary>
internal sealed class TraceMetadata
{
    public required long TraceKey { get; init; }
    public required string Key { get; init; }
    public required string Value { get; set; }
}

/// <summary>What a trace belongs to: a run, or a version of a prompt. Clients may link a trace that has not arrived yet.</summary>
internal sealed class TraceLink : IProjectOwned
{
    public const int TargetLengthMax = 600;

    public string Project { get; private set; } = "";
    public required string TraceId { get; init; }

    /// <summary><c>run</c> or <c>prompt</c>.</summary>
    public required string Kind { get; init; }

    /// <summary>Id of the run, or the prompt's name, a slash, and the number of the version.</summary>
    public required string Target { get; init; }
}

internal sealed class TraceTable : IEntityTypeConfiguration<Trace>
{
    public void Configure(EntityTypeBuilder<Trace> builder)
    {
        builder.ToTable("tracking_traces");
        builder.HasKey(trace => trace.Key);
        builder.Property(trace => trace.Key).ValueGeneratedOnAdd();
        builder.HasIndex(trace => new { trace.Project, trace.Id }).IsUnique();
        builder.HasIndex(trace => new { trace.ExperimentKey, trace.StartedAt, trace.Id }).IsDescending(false, true, false);
        builder.HasIndex(trace => new { trace.ExperimentKey, trace.SessionId });
        builder.Property(trace => trace.Id).HasMaxLength(Trace.IdLengthMax);
        builder.Property(trace => trace.ExperimentId).HasMaxLength(64);
        builder.Property(trace => trace.State).HasMaxLength(32);
        builder.Property(trace => trace.ClientRequestId).HasMaxLength(Trace.ClientRequestIdLengthMax);
        builder.Property(trace => trace.SessionId).HasMaxLength(Trace.SessionLengthMax);
    }
}

internal sealed class TraceTagTable : IEntityTypeConfiguration<TraceTag>
{
    public void Configure(EntityTypeBuilder<TraceTag> builder)
    {
        builder.ToTable("tracking_trace_tags").IsClustered();
        builder.HasKey(tag => new { tag.TraceKey, tag.Key });
        builder.Property(tag => tag.Key).HasMaxLength(Names.LengthMax);
    }
}

internal sealed class TraceMetadataTable : IEntityTypeConfiguration<TraceMetadata>
{
    public void Configure(EntityTypeBuilder<TraceMetadata> builder)
    {
        builder.ToTable("tracking_trace_metadata").IsClustered();
        builder.HasKey(item => new { item.TraceKey, item.Key });
        builder.Property(item => item.Key).HasMaxLength(Names.LengthMax);
    }
}

internal sealed class TraceLinkTable : IEntityTypeConfiguration<TraceLink>
{
    public void Configure(EntityTypeBuilder<TraceLink> builder)
    {
        builder.ToTable("tracking_trace_links").IsClustered();
        builder.HasKey(link => new { link.Project, link.TraceId, link.Kind, link.Target });
        builder.Property(link => link.TraceId).HasMaxLength(Trace.IdLengthMax);
        builder.Property(link => link.Kind).HasMaxLength(16);
        builder.Property(link => link.Target).HasMaxLength(TraceLink.TargetLengthMax);
    }
}
