using System.Text.Json;
using Assay.Inference.Requests;
using Assay.Inference.Tensors;

namespace Assay.Inference.Counts;

/// <summary>Tensors in a body that is passed on to another program as it is, as far as they can be read: rows, columns and named arrays in JSON.</summary>
internal static class PassedTensors
{
    private static readonly string[] Wrappers = ["inputs", "instances", "dataframe_records", "predictions"];

    /// <summary>Nothing where the body is none of these; whether it is right is for the other program to say.</summary>
    /// <param name="body">A request or an answer.</param>
    /// <param name="specs">What the model says of its tensors, for the name of the only one.</param>
    /// <param name="nameless">What the only one is called where the model doesn't say.</param>
    public static IReadOnlyList<NamedTensor> Read(ReadOnlySpan<byte> body, IReadOnlyList<TensorSpec> specs, string nameless)
    {
        var only = specs is [var spec] ? spec.Name : nameless;
        var json = new Utf8JsonReader(body);
        try
        {
            using var document = JsonDocument.ParseValue(ref json);
            var root = document.RootElement;
            return root.ValueKind != JsonValueKind.Object ? InvocationTensors.Read(root, only)
                : root.TryGetProperty("dataframe_split", out var split) ? Columns(split)
                : InvocationTensors.Read(Inside(root), only);
        }
        catch (Exception problem) when (problem is JsonException or InvalidInputException or InvalidOperationException or KeyNotFoundException or IndexOutOfRangeException)   // of another form
        {
            return [];
        }
    }

    private static JsonElement Inside(JsonElement root)
    {
        foreach (var wrapper in Wrappers)
        {
            if (root.TryGetProperty(wrapper, out var inside))
                return inside;
        }

        return root;
    }

    private static List<NamedTensor> Columns(JsonElement split)
    {
        var (names, rows) = (split.GetProperty("columns"), split.GetProperty("data"));
        return rows.GetArrayLength() == 0 ? [] : InvocationTensors.Records(
            [.. names.EnumerateArray().Select((name, place) => (name.GetString() ?? "", rows[0][place]))],
            rows.EnumerateArray().Select<JsonElement, Func<int, JsonElement>>(row => place => row[place]));
    }
}
