namespace Assay.Tracking.Traces;

/// <summary>One call of an application.</summary>
/// <param name="Id">Unique in the project.</param>
/// <param name="ExperimentId">The experiment that it belongs to.</param>
/// <param name="Name">What its root is called; empty when nobody said.</param>
/// <param name="State">Where it stands.</param>
/// <param name="StartedAt">When it began.</param>
/// <param name="DurationMilliseconds">How long it took; null while it is at work, or when nobody said.</param>
public record TraceSummary(string Id, string ExperimentId, string Name, TraceState State, DateTimeOffset StartedAt, long? DurationMilliseconds)
{
    /// <summary>The beginning of what was asked; null when nobody said.</summary>
    public string? RequestPreview { get; init; }

    /// <summary>The beginning of what was answered; null when nobody said.</summary>
    public string? ResponsePreview { get; init; }

    /// <summary>The conversation that it is part of; null for none.</summary>
    public string? SessionId { get; init; }

    /// <summary>What was noted about it, without what clients keep there for themselves.</summary>
    public IReadOnlyDictionary<string, string> Tags { get; init; } = new Dictionary<string, string>();

    /// <summary>What people, programs and models said about it; those that were replaced count no more.</summary>
    public IReadOnlyList<TraceAssessment> Assessments { get; init; } = [];
}

/// <summary>Where a trace stands.</summary>
public enum TraceState
{
    /// <summary>Nobody said.</summary>
    Unspecified,

    /// <summary>It ended well.</summary>
    Ok,

    /// <summary>It failed.</summary>
    Error,

    /// <summary>It is at work.</summary>
    InProgress,
}

/// <summary>Something said about a trace.</summary>
/// <param name="Id">Unique in the project.</param>
/// <param name="Name">What it is about, such as <c>correctness</c>.</param>
/// <param name="Kind"><c>feedback</c>, <c>expectation</c> or <c>issue</c>.</param>
/// <param name="Value">What was said: a text as it is, anything else as JSON.</param>
/// <param name="SourceType"><c>HUMAN</c>, <c>LLM_JUDGE</c> or <c>CODE</c>.</param>
/// <param name="SourceId">Who or what said it, as the client names it.</param>
public sealed record TraceAssessment(string Id, string Name, string Kind, string Value, string SourceType, string SourceId)
{
    /// <summary>Why; null when nobody said.</summary>
    public string? Rationale { get; init; }

    /// <summary>The span that it is about; null for the whole trace.</summary>
    public string? SpanId { get; init; }

    /// <summary>When it was said.</summary>
    public DateTimeOffset CreatedAt { get; init; }
}
