using System.Globalization;
using System.Text.Json;
using Assay.Tracking.Mlflow;

namespace Assay.Tracking.Traces.Spans;

/// <summary>
/// What the attributes of a span say of it, by MLflow's names, or by those of OpenTelemetry's conventions for generative AI
/// and of OpenInference, which other programs use. Clients of MLflow may send values as JSON within a text.
/// </summary>
internal sealed class SpanMeaning(OtlpSpan span)
{
    private const string Unknown = "UNKNOWN";

    private static readonly Dictionary<string, string> TypesOfOperations = new(StringComparer.OrdinalIgnoreCase)
    {
        ["chat"] = "CHAT_MODEL",
        ["text_completion"] = "LLM",
        ["generate_content"] = "LLM",
        ["embeddings"] = "EMBEDDING",
        ["execute_tool"] = "TOOL",
        ["invoke_agent"] = "AGENT",
        ["create_agent"] = "AGENT",
    };

    /// <summary>The id that MLflow's client gave the trace; null for a span of another program.</summary>
    public string? TraceId => Text("mlflow.traceRequestId");

    public string Type => Text("mlflow.spanType")
        ?? Text("openinference.span.kind")?.ToUpperInvariant()
        ?? (Text("gen_ai.operation.name") is { } operation ? TypesOfOperations.GetValueOrDefault(operation, Unknown) : Unknown);

    public string? Inputs => Plain("mlflow.spanInputs") ?? Plain("input.value") ?? Plain("gen_ai.input.messages") ?? Plain("gen_ai.prompt");

    public string? Outputs => Plain("mlflow.spanOutputs") ?? Plain("output.value") ?? Plain("gen_ai.output.messages") ?? Plain("gen_ai.completion");

    public string? Session => Text("session.id") ?? Text(TraceKeys.Session) ?? Text("gen_ai.conversation.id");

    public string? User => Text("user.id") ?? Text(TraceKeys.User);

    public string? Model => Text("mlflow.llm.model") ?? Text("gen_ai.response.model") ?? Text("gen_ai.request.model") ?? Text("llm.model_name");

    public string? ModelProvider => Text("mlflow.llm.provider") ?? Text("gen_ai.provider.name") ?? Text("gen_ai.system") ?? Text("llm.provider");

    /// <summary>Tokens by MLflow's names, as a JSON object; null when nothing is said of them.</summary>
    public string? Usage => Plain("mlflow.chat.tokenUsage") ?? Counted(
        Number("gen_ai.usage.input_tokens") ?? Number("gen_ai.usage.prompt_tokens") ?? Number("llm.token_count.prompt"),
        Number("gen_ai.usage.output_tokens") ?? Number("gen_ai.usage.completion_tokens") ?? Number("llm.token_count.completion"));

    public string? Cost => Plain("mlflow.llm.cost");

    /// <summary>Tags that the client wants the trace to have.</summary>
    public IEnumerable<KeyValuePair<string, string>> TraceTags
    {
        get
        {
            const string prefix = "mlflow.traceTag.";
            foreach (var pair in span.Attributes)
            {
                if (pair.Key.StartsWith(prefix, StringComparison.Ordinal) && Text(pair.Key) is { } value && Names.IsSound(pair.Key[prefix.Length..]))
                    yield return new(pair.Key[prefix.Length..], Names.Cut(value, TraceFields.ValueLengthMax));
            }
        }
    }

    private static string? Counted(long? input, long? output) => input is null && output is null
        ? null
        : string.Create(CultureInfo.InvariantCulture, $$"""{"input_tokens": {{input ?? 0}}, "output_tokens": {{output ?? 0}}, "total_tokens": {{(input ?? 0) + (output ?? 0)}}}""");

    /// <summary>An attribute as plain text: without the quotes of JSON where it has some.</summary>
    private string? Text(string key) => Value(key) switch
    {
        null => null,
        string text when text is ['"', .., '"'] => Unquoted(text),
        string { Length: 0 } => null,
        string text => text,
        var other => SpanContent.Plain(other),
    };

    private long? Number(string key) => Value(key) switch
    {
        long number => number,
        double number when Math.Abs(number) < 1e15 => (long)number,
        string text when long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) => number,
        _ => null,
    };

    // A text of JSON is that JSON; any other text is as it is.
    private string? Plain(string key) => Value(key) switch
    {
        null => null,
        string text => text,
        var other => SpanContent.Plain(other),
    };

    private object? Value(string key)
    {
        foreach (var pair in span.Attributes)
        {
            if (pair.Key == key)
                return pair.Value;
        }

        return null;
    }

    private static string Unquoted(string text)
    {
        try
        {
            using var json = JsonDocument.Parse(text);
            return TraceFields.Kept(JsonFields.Text(json.RootElement, "attribute")!);
        }
        catch (Exception problem) when (problem is JsonException or Kernel.Refusals.Refusal)   // quotes, and no JSON
        {
            return text;
        }
    }
}
