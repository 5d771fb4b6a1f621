using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Assay.Tracking.Mlflow;

namespace Assay.Tracking.EvaluationSets;

/// <summary>Reads records as clients send them: a JSON list within a text.</summary>
internal static class RecordFields
{
    private const int RecordsMax = 20_000;

    /// <summary>The records, and which of them say something of outputs.</summary>
    /// <exception cref="Kernel.Refusals.Refusal">400, with the field at fault.</exception>
    public static List<(RecordRow Record, bool SaysOutputs)> Read(JsonElement list, long now)
    {
        if (list.ValueKind != JsonValueKind.Array)
            throw MlflowError.Invalid("Invalid value for parameter 'records' supplied: it is a JSON list of objects.");
        if (list.GetArrayLength() > RecordsMax)
            throw MlflowError.Invalid($"A request has at most {RecordsMax} records. Got {list.GetArrayLength()}: send them in smaller batches.");
        return [.. list.EnumerateArray().Select(item => ReadOne(item, now))];
    }

    private static (RecordRow Record, bool SaysOutputs) ReadOne(JsonElement item, long now)
    {
        if (item.ValueKind != JsonValueKind.Object)
            throw JsonFields.Wrong(item, "records");
        var inputs = Part(item, "inputs", isObject: true) ?? "{}";
        var user = item.Member("tags")?.TextOf(SetFields.User, "records.tags") is { Length: > 0 } said ? SetFields.Kept(Names.Cut(said, EvaluationSet.UserLengthMax)) : null;
        var saysOutputs = item.TryGetProperty("outputs", out _);
        return (new($"dr-{Guid.NewGuid():N}", DigestOf(item.Member("inputs")), now, now)
        {
            CreatedBy = user,
            UpdatedBy = user,
            Inputs = inputs,
            Outputs = saysOutputs ? Part(item, "outputs", isObject: false) : "{}",
            Expectations = Part(item, "expectations", isObject: true),
            Tags = Part(item, "tags", isObject: true),
            Source = Part(item, "source", isObject: true),
        }, saysOutputs);
    }

    private static string? Part(JsonElement item, string name, bool isObject) => item.Member(name) is not { } part
        ? null
        : isObject && part.ValueKind != JsonValueKind.Object ? throw JsonFields.Wrong(part, $"records.{name}") : part.GetRawText();

    private static string DigestOf(JsonElement? inputs)
    {
        var text = new StringBuilder();
        AppendSorted(text, inputs ?? default);
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text.ToString())));
    }

    // The same inputs in another order are the same. Numbers are as they were sent, however large.
    private static void AppendSorted(StringBuilder text, JsonElement value)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.Object:
                text.Append('{');
                foreach (var member in value.EnumerateObject().OrderBy(member => JsonFields.NameOf(member, "records.inputs"), StringComparer.Ordinal))
                {
                    text.Append(JsonSerializer.Serialize(member.Name)).Append(':');
                    AppendSorted(text, member.Value);
                    text.Append(',');
                }

                text.Append('}');
                break;
            case JsonValueKind.Array:
                text.Append('[');
                foreach (var item in value.EnumerateArray())
                {
                    AppendSorted(text, item);
                    text.Append(',');
                }

                text.Append(']');
                break;
            case JsonValueKind.String:
                text.Append(JsonSerializer.Serialize(JsonFields.Text(value, "records.inputs")));
                break;
            default:
                text.Append(value.ValueKind == JsonValueKind.Undefined ? "{}" : value.GetRawText());
                break;
        }
    }
}
