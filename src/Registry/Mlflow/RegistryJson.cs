using System.Globalization;
using System.Text.Json;
using Assay.Tracking.Experiments;
using Assay.Tracking.Mlflow;

namespace Assay.Registry.Mlflow;

/// <summary>Models and versions as MLflow's clients read them.</summary>
internal static class RegistryJson
{
    public static void Write(Utf8JsonWriter json, RegisteredModelRow model)
    {
        json.WriteString("name"u8, model.Name);
        json.WriteNumber("creation_timestamp"u8, model.CreatedAt);
        json.WriteNumber("last_updated_timestamp"u8, model.UpdatedAt);
        if (!string.IsNullOrEmpty(model.Description))
            json.WriteString("description"u8, model.Description);
        WriteVersions(json, "latest_versions"u8, model.Latest);
        json.WritePairs("tags"u8, model.Tags);
        if (model.Aliases.Count == 0)
            return;
        json.WriteStartArray("aliases"u8);
        foreach (var (alias, version) in model.Aliases)
        {
            json.WriteStartObject();
            json.WriteString("alias"u8, alias);
            json.WriteString("version"u8, Text(version));
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    /// <summary>A list under that name; nothing when there are none.</summary>
    public static void WriteVersions(Utf8JsonWriter json, ReadOnlySpan<byte> name, IReadOnlyList<VersionRow> versions)
    {
        if (versions.Count == 0)
            return;
        json.WriteStartArray(name);
        foreach (var version in versions)
        {
            json.WriteStartObject();
            Write(json, version);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    public static void Write(Utf8JsonWriter json, VersionRow version)
    {
        json.WriteString("name"u8, version.Model);
        json.WriteString("version"u8, Text(version.Version));
        json.WriteNumber("creation_timestamp"u8, version.CreatedAt);
        json.WriteNumber("last_updated_timestamp"u8, version.UpdatedAt);
        json.WriteString("current_stage"u8, version.Stage);
        json.WriteString("description"u8, version.Description ?? "");
        json.WriteString("source"u8, version.Source ?? RegistryArtifacts.AddressOf(version.Model, version.Version));
        json.WriteString("run_id"u8, version.RunId ?? "");
        json.WriteString("status"u8, "READY"u8);
        json.WritePairs("tags"u8, version.Tags);
        json.WriteString("run_link"u8, version.RunLink ?? "");
        if (version.Aliases.Count == 0)
            return;
        json.WriteStartArray("aliases"u8);
        foreach (var alias in version.Aliases)
            json.WriteStringValue(alias);
        json.WriteEndArray();
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
