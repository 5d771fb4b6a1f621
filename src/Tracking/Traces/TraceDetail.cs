namespace Assay.Tracking.Traces;

/// <summary>A trace with its spans.</summary>
public sealed record TraceDetail(string Id, string ExperimentId, string Name, TraceState State, DateTimeOffset StartedAt, long? DurationMilliseconds)
    : TraceSummary(Id, ExperimentId, Name, State, StartedAt, DurationMilliseconds)
{
    /// <summary>How the application itself names the request; null when it does not.</summary>
    public string? ClientRequestId { get; init; }

    /// <summary>What its client or its spans say about it, such as the run and the number of tokens.</summary>
    public IReadOnlyDictionary<string, string> Metadata { get; init; } = new Dictionary<string, string>();

    /// <summary>What happened in it, in the order in which it began; empty when no spans have come.</summary>
    public IReadOnlyList<TraceSpan> Spans { get; init; } = [];
}

/// <summary>A step within a trace.</summary>
/// <param name="Id">In hexadecimal, unique in the trace.</param>
/// <param name="ParentId">The step that it is part of; null for a root.</param>
/// <param name="Name">What it is called.</param>
/// <param name="Type">Such as <c>LLM</c>, <c>TOOL</c> or <c>RETRIEVER</c>; empty when nobody said.</param>
/// <param name="State">How it ended.</param>
/// <param name="StartedMicroseconds">When it began, after the first span of the trace.</param>
/// <param name="DurationMicroseconds">How long it took; null while it is at work.</param>
public sealed record TraceSpan(string Id, string? ParentId, string Name, string Type, TraceState State, long StartedMicroseconds, long? DurationMicroseconds)
{
    /// <summary>Why it failed; null when nobody said.</summary>
    public string? Message { get; init; }

    /// <summary>What went in: a text, or JSON; null when nobody said.</summary>
    public string? Inputs { get; init; }

    /// <summary>What came out: a text, or JSON; null when nobody said.</summary>
    public string? Outputs { get; init; }

    /// <summary>What else is known of it: texts as they are, anything else as JSON.</summary>
    public IReadOnlyDictionary<string, string> Attributes { get; init; } = new Dictionary<string, string>();

    /// <summary>What happened at one moment of it.</summary>
    public IReadOnlyList<TraceEvent> Events { get; init; } = [];
}

/// <summary>Something that happened within a span.</summary>
/// <param name="Name">Such as <c>exception</c>.</param>
/// <param name="AtMicroseconds">After the first span of the trace.</param>
/// <param name="Attributes">What is known of it.</param>
public sealed record TraceEvent(string Name, long AtMicroseconds, IReadOnlyDictionary<string, string> Attributes);
