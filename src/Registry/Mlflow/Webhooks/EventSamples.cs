using System.Text.Json;

namespace Assay.Registry.Mlflow.Webhooks;

/// <summary>Examples of events, with the fields that real ones have, by which a receiver is tried.</summary>
internal static class EventSamples
{
    public static ToldEvent Of(string name) => new(name, json =>
    {
        var (entity, action) = (name.Split('.')[0], name.Split('.')[1]);
        json.WriteString("name", entity.StartsWith("prompt", StringComparison.Ordinal) ? "example_prompt" : "example_model");
        if (entity.EndsWith("_alias", StringComparison.Ordinal))
            WriteAlias(json, action);
        else if (entity.EndsWith("_tag", StringComparison.Ordinal))
            WriteTag(json, entity, action);
        else
            WriteWhole(json, entity);
    });

    private static void WriteAlias(Utf8JsonWriter json, string action)
    {
        json.WriteString("alias", "example_alias");
        if (action == "created")
            json.WriteString("version", "1");
    }

    private static void WriteTag(Utf8JsonWriter json, string entity, string action)
    {
        if (entity.EndsWith("version_tag", StringComparison.Ordinal))
            json.WriteString("version", "1");
        json.WriteString("key", "example_key");
        if (action == "set")
            json.WriteString("value", "example_value");
    }

    private static void WriteWhole(Utf8JsonWriter json, string entity)
    {
        if (entity.EndsWith("_version", StringComparison.Ordinal))
            json.WriteString("version", "1");
        if (entity == "prompt_version")
            json.WriteString("template", "Hello {{name}}!");
        if (entity == "model_version")
        {
            json.WriteString("source", "models:/m-00000000000000000000000000000000");
            json.WriteString("run_id", "00000000000000000000000000000000");
        }

        json.WriteStartObject("tags");
        json.WriteString("example_key", "example_value");
        json.WriteEndObject();
        json.WriteString("description", "An example");
    }
}
