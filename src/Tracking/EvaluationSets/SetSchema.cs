using System.Text.Json;
using System.Text.Json.Nodes;
using Assay.Tracking.Mlflow;

namespace Assay.Tracking.EvaluationSets;

/// <summary>The names of inputs, outputs and expectations of a set, with the type that each had when it first came.</summary>
internal static class SetSchema
{
    private static readonly string[] Parts = ["inputs", "outputs", "expectations"];

    /// <summary>The schema with what more records bring; null while there are none.</summary>
    public static string? With(string? known, JsonElement records)
    {
        if (known is null && records.GetArrayLength() == 0)
            return null;
        var schema = known is null
            ? new JsonObject { ["inputs"] = new JsonObject(), ["outputs"] = new JsonObject(), ["expectations"] = new JsonObject(), ["version"] = "1.0" }
            : JsonNode.Parse(known)!.AsObject();
        foreach (var record in records.EnumerateArray())
        {
            foreach (var part in Parts)
            {
                if (record.Member(part) is { } value)
                    Add(schema, part, value);
            }
        }

        return schema.ToJsonString();
    }

    private static void Add(JsonObject schema, string part, JsonElement value)
    {
        if (value.ValueKind != JsonValueKind.Object)
        {
            if (schema[part] is JsonObject { Count: 0 })
                schema[part] = TypeOf(value);
            return;
        }

        if (schema[part] is not JsonObject fields)
            return;   // outputs that were no object before
        foreach (var member in value.EnumerateObject())
        {
            var name = JsonFields.NameOf(member, part);
            if (!fields.ContainsKey(name))
                fields[name] = TypeOf(member.Value);
        }
    }

    private static string TypeOf(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.True or JsonValueKind.False => "boolean",
        JsonValueKind.Number => value.GetRawText().AsSpan().ContainsAny('.', 'e', 'E') ? "float" : "integer",
        JsonValueKind.String => "string",
        JsonValueKind.Array => "array",
        JsonValueKind.Object => "object",
        _ => "null",
    };
}
