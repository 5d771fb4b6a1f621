namespace Assay.Tracking.Traces.Spans;

/// <summary>A span as it came, of whichever encoding. Values of attributes are texts, numbers, flags, bytes, lists, and lists of named values; or null.</summary>
internal sealed class OtlpSpan
{
    /// <summary>Ids in hexadecimal.</summary>
    public string TraceId { get; set; } = "";
    public string SpanId { get; set; } = "";
    public string ParentId { get; set; } = "";
    public string TraceState { get; set; } = "";
    public string Name { get; set; } = "";
    public int Kind { get; set; }

    /// <summary>Nanoseconds since 1970; the end is 0 while it is at work.</summary>
    public long StartedNs { get; set; }
    public long EndedNs { get; set; }
    public List<OtlpPair> Attributes { get; } = [];
    public List<OtlpEvent> Events { get; } = [];
    public List<OtlpLink> Links { get; } = [];
    public int StatusCode { get; set; }
    public string StatusMessage { get; set; } = "";

    public static readonly IReadOnlyList<string> Kinds =
        ["SPAN_KIND_UNSPECIFIED", "SPAN_KIND_INTERNAL", "SPAN_KIND_SERVER", "SPAN_KIND_CLIENT", "SPAN_KIND_PRODUCER", "SPAN_KIND_CONSUMER"];

    public static readonly IReadOnlyList<string> StatusCodes = ["STATUS_CODE_UNSET", "STATUS_CODE_OK", "STATUS_CODE_ERROR"];
}

internal readonly record struct OtlpPair(string Key, object? Value);

internal sealed class OtlpEvent
{
    public long TimeNs { get; set; }
    public string Name { get; set; } = "";
    public List<OtlpPair> Attributes { get; } = [];
}

internal sealed class OtlpLink
{
    public string TraceId { get; set; } = "";
    public string SpanId { get; set; } = "";
    public string TraceState { get; set; } = "";
    public List<OtlpPair> Attributes { get; } = [];
}
