using System.Globalization;
using System.Text.Json;
using Assay.Governance;
using Assay.Kernel;
using Assay.Registry.Mlflow.Search;
using Assay.Registry.Models;
using Assay.Registry.Versions;
using Microsoft.EntityFrameworkCore;

namespace Assay.Registry.Mlflow.Webhooks;

/// <summary>
/// Makes events of entries of the ledger. What an entry does not hold (sources, descriptions, values of tags) is read as it is
/// at delivery; a value that was replaced meanwhile is not told, for the entry that replaced it follows.
/// </summary>
internal sealed class EventReader(AssayDb db)
{
    public const string Created = "model.created";
    public const string Registered = "model.version-registered";
    public const string Tagged = "model.tagged";
    public const string AliasMoved = "model.alias-moved";

    private const string PromptText = "mlflow.prompt.text";

    /// <summary>Null when the entry is none, or what it is about is not there any more.</summary>
    public async Task<ToldEvent?> Read(LedgerEntry entry, CancellationToken cancel)
    {
        var (model, version) = About(entry.Subject);
        var isPrompt = await db.ModelTags.AnyAsync(tag => tag.Model == model && tag.Key == RegistrySearch.PromptTag && tag.Value == "true", cancel);
        return (entry.Type, version) switch
        {
            (Created, _) => await Model(model, isPrompt, cancel),
            (Registered, { } number) => await Version(model, number, isPrompt, cancel),
            (Tagged, { } number) => await VersionTag(model, number, entry.Data, isPrompt, cancel),
            (Tagged, null) when isPrompt => await PromptTag(model, entry.Data, cancel),
            (AliasMoved, _) => Alias(model, entry.Data, isPrompt),
            _ => null,
        };
    }

    private async Task<ToldEvent?> Model(string name, bool isPrompt, CancellationToken cancel)
    {
        if (await db.Models.AsNoTracking().SingleOrDefaultAsync(row => row.Name == name, cancel) is not { } model)
            return null;
        var tags = await db.ModelTags.AsNoTracking().Where(tag => tag.Model == name).OrderBy(tag => tag.Key).ToListAsync(cancel);
        return new(isPrompt ? EventNames.PromptCreated : EventNames.ModelCreated, json =>
        {
            json.WriteString("name", name);
            Write(json, tags.Select(tag => (tag.Key, tag.Value)));
            json.WriteString("description", model.Description);
        });
    }

    private async Task<ToldEvent?> Version(string name, int number, bool isPrompt, CancellationToken cancel)
    {
        if (await db.ModelVersions.AsNoTracking().SingleOrDefaultAsync(row => row.Model == name && row.Version == number, cancel) is not { } version)
            return null;
        var tags = await db.VersionTags.AsNoTracking().Where(tag => tag.Model == name && tag.Version == number).OrderBy(tag => tag.Key).ToListAsync(cancel);
        return new(isPrompt ? EventNames.PromptVersionCreated : EventNames.VersionCreated, json =>
        {
            json.WriteString("name", name);
            json.WriteString("version", Text(number));
            if (isPrompt)
            {
                json.WriteString("template", tags.Find(tag => tag.Key == PromptText)?.Value);
            }
            else
            {
                json.WriteString("source", version.Source ?? RegistryArtifacts.AddressOf(name, number));
                json.WriteString("run_id", version.RunId);
            }

            Write(json, tags.Select(tag => (tag.Key, tag.Value)));
            json.WriteString("description", version.Description);
        });
    }

    private async Task<ToldEvent?> VersionTag(string name, int number, JsonElement data, bool isPrompt, CancellationToken cancel)
    {
        var (key, digest) = TagOf(data);
        var value = await db.VersionTags.AsNoTracking().Where(tag => tag.Model == name && tag.Version == number && tag.Key == key).Select(tag => tag.Value).SingleOrDefaultAsync(cancel);
        if (!IsStill(value, digest))
            return null;
        var type = (isPrompt, digest) switch
        {
            (false, null) => EventNames.VersionTagDeleted,
            (false, _) => EventNames.VersionTagSet,
            (true, null) => EventNames.PromptVersionTagDeleted,
            (true, _) => EventNames.PromptVersionTagSet,
        };
        return new(type, json => WriteTag(json, name, number, key, digest is null ? null : value));
    }

    private async Task<ToldEvent?> PromptTag(string name, JsonElement data, CancellationToken cancel)
    {
        var (key, digest) = TagOf(data);
        var value = await db.ModelTags.AsNoTracking().Where(tag => tag.Model == name && tag.Key == key).Select(tag => tag.Value).SingleOrDefaultAsync(cancel);
        return IsStill(value, digest)
            ? new(digest is null ? EventNames.PromptTagDeleted : EventNames.PromptTagSet, json => WriteTag(json, name, null, key, digest is null ? null : value))
            : null;
    }

    private static ToldEvent Alias(string name, JsonElement data, bool isPrompt)
    {
        var alias = data.GetProperty("alias").GetString();
        var version = data.TryGetProperty("version", out var number) && number.ValueKind == JsonValueKind.Number ? number.GetInt32() : (int?)null;
        var type = (isPrompt, version) switch
        {
            (false, null) => EventNames.AliasDeleted,
            (false, _) => EventNames.AliasCreated,
            (true, null) => EventNames.PromptAliasDeleted,
            (true, _) => EventNames.PromptAliasCreated,
        };
        return new(type, json =>
        {
            json.WriteString("name", name);
            json.WriteString("alias", alias);
            if (version is { } to)
                json.WriteString("version", Text(to));
        });
    }

    // A name holds no @.
    private static (string Model, int? Version) About(string subject)
    {
        var parts = subject["model:".Length..].Split('@');
        return (parts[0], parts.Length > 1 ? int.Parse(parts[1], CultureInfo.InvariantCulture) : null);
    }

    private static (string Key, string? Digest) TagOf(JsonElement data) =>
        (data.GetProperty("key").GetString()!, data.TryGetProperty("valueDigest", out var digest) && digest.ValueKind == JsonValueKind.String ? digest.GetString() : null);

    private static bool IsStill(string? value, string? digest) =>
        digest is null || (value is not null && Digest.Of(System.Text.Encoding.UTF8.GetBytes(value)).ToString() == digest);

    private static void WriteTag(Utf8JsonWriter json, string name, int? version, string key, string? value)
    {
        json.WriteString("name", name);
        if (version is { } number)
            json.WriteString("version", Text(number));
        json.WriteString("key", key);
        if (value is not null)
            json.WriteString("value", value);
    }

    private static void Write(Utf8JsonWriter json, IEnumerable<(string Key, string Value)> tags)
    {
        json.WriteStartObject("tags");
        foreach (var (key, value) in tags)
            json.WriteString(key, value);
        json.WriteEndObject();
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
