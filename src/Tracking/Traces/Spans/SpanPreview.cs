using System.Text.Json;
using Assay.Tracking.Mlflow;

namespace Assay.Tracking.Traces.Spans;

/// <summary>The beginning of what a root span was asked or has answered, for lists: of a conversation, the last message of that role.</summary>
internal static class SpanPreview
{
    private const int LengthMax = 1000;

    public static string? Of(string? value, string role)
    {
        if (value is null or "null")
            return null;
        var text = Message(value, role) ?? value;
        return TraceFields.Kept(text.Length <= LengthMax ? text : Names.Cut(text, LengthMax - 3) + "...");
    }

    private static string? Message(string value, string role)
    {
        if (!value.StartsWith('{'))
            return null;
        try
        {
            using var json = JsonDocument.Parse(value);
            var root = json.RootElement;
            if (root.Member("choices") is { ValueKind: JsonValueKind.Array } choices && choices.GetArrayLength() > 0)
                return choices[0].Member("message")?.TextOf("content", "content");
            return root.Member("messages") is { ValueKind: JsonValueKind.Array } messages
                ? messages.EnumerateArray().LastOrDefault(message => message.Member("role") is { ValueKind: JsonValueKind.String } said && said.ValueEquals(role)).TextOf("content", "content")
                : null;
        }
        catch (Exception problem) when (problem is JsonException or Kernel.Refusals.Refusal)   // no JSON, or a message of parts
        {
            return null;
        }
    }
}
