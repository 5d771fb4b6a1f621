using Assay.Kernel.Refusals;
using Assay.Tracking.Mlflow;
using Assay.Tracking.Search;

namespace Assay.Tracking.Traces.Search;

/// <summary>What may stand in filters and orderings of traces.</summary>
internal sealed record TraceGrammar() : SearchGrammar(Words, Known, new HashSet<string> { Started, Duration, Ended })
{
    public const string Started = "started_at";
    public const string Duration = "duration_ms";
    public const string Ended = "ended_at";
    public const string SpanAttribute = "attributes.";
    public const string SpanContent = "content";

    private static readonly string[] Texts = ["=", "!=", "LIKE", "ILIKE", "RLIKE"];
    private static readonly string[] TextsAndLists = [.. Texts, "IN", "NOT IN"];
    private static readonly string[] TextsAndNull = [.. Texts, "IS NULL", "IS NOT NULL"];
    private static readonly string[] Patterns = ["LIKE", "ILIKE"];
    private static readonly string[] Equal = ["="];

    private static readonly Dictionary<string, SearchEntity> Words = new()
    {
        ["attribute"] = SearchEntity.Attribute,
        ["attributes"] = SearchEntity.Attribute,
        ["trace"] = SearchEntity.Attribute,
        ["tag"] = SearchEntity.Tag,
        ["tags"] = SearchEntity.Tag,
        ["request_metadata"] = SearchEntity.Metadata,
        ["metadata"] = SearchEntity.Metadata,
        ["span"] = SearchEntity.Span,
        ["feedback"] = SearchEntity.Feedback,
        ["expectation"] = SearchEntity.Expectation,
        ["issue"] = SearchEntity.Issue,
    };

    private static readonly Dictionary<string, string> Known = new()
    {
        ["request_id"] = "id",
        ["trace_id"] = "id",
        ["experiment_id"] = "experiment_key",
        ["timestamp"] = Started,
        ["timestamp_ms"] = Started,
        ["execution_time"] = Duration,
        ["execution_time_ms"] = Duration,
        ["end_time"] = Ended,
        ["end_time_ms"] = Ended,
        ["status"] = "state",
        ["client_request_id"] = "client_request_id",
        ["name"] = "name",
        ["run_id"] = "run_id",
        ["prompt"] = "prompt",
        ["text"] = "text",
    };

    /// <summary>After what it is made of.</summary>
    public static readonly TraceGrammar Grammar = new();

    public override (SearchEntity Entity, string Key) Meaning(SearchEntity entity, string key) => (entity, key) switch
    {
        (SearchEntity.Attribute, "name") => (SearchEntity.Tag, TraceKeys.Name),
        (SearchEntity.Attribute, "run_id") => (SearchEntity.Metadata, TraceKeys.SourceRun),
        (SearchEntity.Attribute, "prompt") => (SearchEntity.Prompt, key),
        (SearchEntity.Attribute, "text") => (SearchEntity.Span, SpanContent),
        (SearchEntity.Span, "name" or "type" or "status" or SpanContent) => (entity, key),
        (SearchEntity.Span, _) when key.StartsWith(SpanAttribute, StringComparison.Ordinal) => (entity, SpanAttribute + Bare(key[SpanAttribute.Length..])),
        (SearchEntity.Span, _) => throw MlflowError.Invalid($"Invalid span attribute '{key}'. Supported attributes: name, status, type, attributes.<attribute_name>."),
        (SearchEntity.Issue, not "id") => throw MlflowError.Invalid($"Invalid issue attribute '{key}'. Supported attributes: id."),
        _ => (entity, key),
    };

    public override IReadOnlyList<string> Operators(SearchEntity entity, string key) => entity switch
    {
        SearchEntity.Tag or SearchEntity.Metadata or SearchEntity.Feedback or SearchEntity.Expectation => TextsAndNull,
        SearchEntity.Span when key == SpanContent => Patterns,
        SearchEntity.Span => TextsAndLists,
        SearchEntity.Issue or SearchEntity.Prompt => Equal,
        _ when Numeric.Contains(key) => base.Operators(entity, key),
        _ => TextsAndLists,
    };

    public override Refusal Wrong(SearchEntity entity, string key, string comparison) => entity switch
    {
        SearchEntity.Prompt => MlflowError.Invalid($"Invalid comparator '{comparison}' for prompts filter. Only '=' is supported with format: prompt = \"name/version\""),
        SearchEntity.Span when key == SpanContent => MlflowError.Invalid($"span.content comparator '{comparison}' not one of '{{'LIKE', 'ILIKE'}}'"),
        _ => base.Wrong(entity, key, comparison),
    };

    private static string Bare(string key) => key is ['`', .., '`'] or ['"', .., '"'] ? key[1..^1] : key;
}
