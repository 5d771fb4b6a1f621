using System.Globalization;
using System.Text.Json;
using Assay.Kernel;
using Assay.Registry.Models;
using Assay.Registry.Versions;
using Assay.Tracking.Mlflow;
using Microsoft.EntityFrameworkCore;

namespace Assay.Registry.Mlflow;

/// <summary>A version as MLflow shows it.</summary>
internal sealed record VersionView(VersionFacts Facts, IReadOnlyList<VersionTag> Tags, IReadOnlyList<string> Aliases);

/// <summary>What of a version's row MLflow shows; its files and documents are left where they are.</summary>
internal sealed record VersionFacts(
    string Model, int Version, string Stage, DateTimeOffset CreatedAt, DateTimeOffset UpdatedAt, string? Description, string? Source, string? RunId, string? RunLink);

/// <summary>A model as MLflow shows it: with the newest version of each stage.</summary>
internal sealed record ModelView(
    RegisteredModel Model, IReadOnlyList<VersionView> Latest, IReadOnlyList<ModelTag> Tags, IReadOnlyList<ModelAlias> Aliases);

/// <summary>Finds models and versions that were not withdrawn, and what belongs to them.</summary>
internal sealed class RegistryView(AssayDb db)
{
    /// <exception cref="Kernel.Refusals.Refusal">404: there is none.</exception>
    public async Task<RegisteredModel> Model(string name, CancellationToken cancel) =>
        await db.Models.SingleOrDefaultAsync(row => row.Name == name && row.WithdrawnAt == null, cancel)
        ?? throw MlflowError.NotFound($"Registered Model with name={name} not found");

    /// <exception cref="Kernel.Refusals.Refusal">404: there is none.</exception>
    public async Task<ModelVersion> Version(string name, int number, CancellationToken cancel) =>
        await db.ModelVersions.SingleOrDefaultAsync(row => row.Model == name && row.Version == number && row.WithdrawnAt == null, cancel)
        ?? throw MlflowError.NotFound($"Model Version (name={name}, version={number.ToString(CultureInfo.InvariantCulture)}) not found");

    /// <summary>One version with its tags and aliases.</summary>
    public async Task<VersionView> View(ModelVersion version, CancellationToken cancel) => (await View([FactsOf(version)], cancel))[0];

    public async Task<List<VersionView>> View(IReadOnlyList<VersionFacts> versions, CancellationToken cancel)
    {
        var models = versions.Select(version => version.Model).Distinct().ToList();
        var numbers = versions.Select(version => version.Version).Distinct().ToList();
        var tags = (await db.VersionTags.AsNoTracking().Where(tag => models.Contains(tag.Model) && numbers.Contains(tag.Version)).OrderBy(tag => tag.Key).ToListAsync(cancel))
            .ToLookup(tag => (tag.Model, tag.Version));
        var aliases = (await Aliases(models, cancel)).ToLookup(alias => (alias.Model, alias.Version), alias => alias.Alias);
        return [.. versions.Select(version => new VersionView(version, [.. tags[(version.Model, version.Version)]], [.. aliases[(version.Model, version.Version)]]))];
    }

    /// <summary>One model with what belongs to it.</summary>
    public async Task<ModelView> View(RegisteredModel model, CancellationToken cancel) => (await View([model], cancel))[0];

    public async Task<List<ModelView>> View(IReadOnlyList<RegisteredModel> models, CancellationToken cancel)
    {
        var names = models.Select(model => model.Name).ToList();
        var tags = (await db.ModelTags.AsNoTracking().Where(tag => names.Contains(tag.Model)).OrderBy(tag => tag.Key).ToListAsync(cancel)).ToLookup(tag => tag.Model);
        var aliases = (await Aliases(names, cancel)).ToLookup(alias => alias.Model);
        var latest = (await View(await Latest(names, cancel), cancel)).ToLookup(version => version.Facts.Model);
        return [.. models.Select(model => new ModelView(model, [.. latest[model.Name]], [.. tags[model.Name]], [.. aliases[model.Name]]))];
    }

    /// <summary>The newest version of each stage of each model; of one model, the stage that was reached by the oldest version first.</summary>
    public async Task<List<VersionFacts>> Latest(IReadOnlyList<string> models, CancellationToken cancel)
    {
        var heads = await db.ModelVersions.AsNoTracking()
            .Where(version => models.Contains(version.Model) && version.WithdrawnAt == null)
            .GroupBy(version => new { version.Model, version.Stage })
            .Select(group => new { group.Key.Model, First = group.Min(version => version.Version), Last = group.Max(version => version.Version) })
            .ToListAsync(cancel);
        var numbers = heads.ConvertAll(head => head.Last).Distinct().ToList();
        var rows = await Facts(db.ModelVersions.AsNoTracking().Where(version => models.Contains(version.Model) && numbers.Contains(version.Version))).ToListAsync(cancel);
        var known = rows.ToDictionary(row => (row.Model, row.Version));
        return [.. heads.OrderBy(head => head.First).Select(head => known[(head.Model, head.Last)])];
    }

    public static IQueryable<VersionFacts> Facts(IQueryable<ModelVersion> versions) => versions.Select(version => new VersionFacts(
        version.Model, version.Version, version.Stage, version.CreatedAt, version.UpdatedAt, version.Description, version.Source, version.RunId, version.RunLink));

    public static void Write(Utf8JsonWriter json, ModelView view)
    {
        var model = view.Model;
        json.WriteString("name", model.Name);
        json.WriteNumber("creation_timestamp", model.CreatedAt.ToUnixTimeMilliseconds());
        json.WriteNumber("last_updated_timestamp", model.UpdatedAt.ToUnixTimeMilliseconds());
        if (!string.IsNullOrEmpty(model.Description))
            json.WriteString("description", model.Description);
        WriteVersions(json, "latest_versions", view.Latest);
        WriteTags(json, view.Tags.Select(tag => (tag.Key, tag.Value)));
        if (view.Aliases.Count == 0)
            return;
        json.WriteStartArray("aliases");
        foreach (var alias in view.Aliases)
        {
            json.WriteStartObject();
            json.WriteString("alias", alias.Alias);
            json.WriteString("version", alias.Version.ToString(CultureInfo.InvariantCulture));
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    public static void WriteVersions(Utf8JsonWriter json, string name, IReadOnlyList<VersionView> versions)
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

    public static void Write(Utf8JsonWriter json, VersionView view)
    {
        var version = view.Facts;
        json.WriteString("name", version.Model);
        json.WriteString("version", version.Version.ToString(CultureInfo.InvariantCulture));
        json.WriteNumber("creation_timestamp", version.CreatedAt.ToUnixTimeMilliseconds());
        json.WriteNumber("last_updated_timestamp", version.UpdatedAt.ToUnixTimeMilliseconds());
        json.WriteString("current_stage", version.Stage);
        json.WriteString("description", version.Description ?? "");
        json.WriteString("source", version.Source ?? RegistryArtifacts.AddressOf(version.Model, version.Version));
        json.WriteString("run_id", version.RunId ?? "");
        json.WriteString("status", "READY");
        WriteTags(json, view.Tags.Select(tag => (tag.Key, tag.Value)));
        json.WriteString("run_link", version.RunLink ?? "");
        if (view.Aliases.Count == 0)
            return;
        json.WriteStartArray("aliases");
        foreach (var alias in view.Aliases)
            json.WriteStringValue(alias);
        json.WriteEndArray();
    }

    // A stage has an alias of its name here, which MLflow doesn't know: its stages are no aliases.
    private Task<List<ModelAlias>> Aliases(List<string> models, CancellationToken cancel) =>
        db.ModelAliases.AsNoTracking()
            .Where(alias => models.Contains(alias.Model) && !ModelAlias.OfStages.Contains(alias.Alias))
            .OrderBy(alias => alias.Alias).ToListAsync(cancel);

    private static VersionFacts FactsOf(ModelVersion version) => new(
        version.Model, version.Version, version.Stage, version.CreatedAt, version.UpdatedAt, version.Description, version.Source, version.RunId, version.RunLink);

    private static void WriteTags(Utf8JsonWriter json, IEnumerable<(string Key, string Value)> tags)
    {
        var begun = false;
        foreach (var (key, value) in tags)
        {
            if (!begun)
                json.WriteStartArray("tags");
            begun = true;
            json.WriteStartObject();
            json.WriteString("key", key);
            json.WriteString("value", value);
            json.WriteEndObject();
        }

        if (begun)
            json.WriteEndArray();
    }
}
