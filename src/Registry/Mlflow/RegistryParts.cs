using System.Text.Json;
using Assay.Registry.Mlflow.Search;
using Assay.Registry.Models;
using Assay.Tracking.Store;

namespace Assay.Registry.Mlflow;

/// <summary>
/// What belongs to models or versions, by one statement: rows of a kind, a place to order by, and the columns of
/// <see cref="VersionRow"/>, of which a tag has its key for the stage and its value for the description, and an alias itself
/// for the stage.
/// </summary>
internal static class RegistryParts
{
    public const int Version = 0;
    public const int ModelTag = 1;
    public const int Alias = 2;
    public const int VersionTag = 3;

    /// <summary>The aliases that go with a stage, as a list in SQL. MLflow doesn't know them: its stages are no aliases.</summary>
    public static readonly string AliasesOfStages = $"({string.Join(", ", ModelAlias.OfStages.Select(alias => $"'{alias}'"))})";

    // A prompt has no stages in MLflow, and so each of its aliases is one of its author's.
    private static readonly string IsShown = $"""
        (a.alias NOT IN {AliasesOfStages} OR EXISTS (SELECT 1 FROM registry_model_tags p
        WHERE p.project = a.project AND p.model = a.model AND p.key = '{RegistrySearch.PromptTag}' AND p.value = 'true'))
        """;

    private static readonly Statement OfOneModel = new(OfModels("SELECT CAST(@p1 AS TEXT) AS model", ""));
    private static readonly Statement OfOneModelInPostgres = new(OfModels("SELECT CAST(@p1 AS TEXT) AS model", ByCharacters));
    private static readonly Statement OfModelsInSqlite = new(OfModels("SELECT value AS model FROM json_each(@p1)", ""));
    private static readonly Statement OfModelsInPostgres = new(OfModels("SELECT model FROM unnest(@p1) AS one(model)", ByCharacters));

    private static readonly Statement OfOneVersion = new(OfVersions("SELECT CAST(@p1 AS TEXT) AS model, CAST(@p2 AS INTEGER) AS version", ""));
    private static readonly Statement OfOneVersionInPostgres = new(OfVersions("SELECT CAST(@p1 AS TEXT) AS model, CAST(@p2 AS INTEGER) AS version", ByCharacters));
    private static readonly Statement OfVersionsInSqlite = new(OfVersions("SELECT value ->> 0 AS model, value ->> 1 AS version FROM json_each(@p1)", ""));
    private static readonly Statement OfVersionsInPostgres = new(OfVersions("SELECT model, version FROM unnest(@p1, @p2) AS one(model, version)", ByCharacters));

    private const string ByCharacters = " COLLATE \"C\"";

    /// <summary>Tags and aliases of the models, and the newest version of each stage with those of its own.</summary>
    public static Rows Of(Session session, string project, IReadOnlyList<RegisteredModelRow> models)
    {
        if (models.Count == 1)
            return session.Read(session.IsPostgres ? OfOneModelInPostgres : OfOneModel, project, models[0].Name);
        var names = models.Select(model => model.Name).ToArray();
        return session.IsPostgres ? session.Read(OfModelsInPostgres, project, names) : session.Read(OfModelsInSqlite, project, JsonSerializer.Serialize(names));
    }

    /// <summary>Tags and aliases of the versions.</summary>
    public static Rows Of(Session session, string project, IReadOnlyList<VersionRow> versions)
    {
        if (versions.Count == 1)
            return session.Read(session.IsPostgres ? OfOneVersionInPostgres : OfOneVersion, project, versions[0].Model, versions[0].Version);
        return session.IsPostgres
            ? session.Read(OfVersionsInPostgres, project, versions.Select(version => version.Model).ToArray(), versions.Select(version => version.Version).ToArray())
            : session.Read(OfVersionsInSqlite, project, JsonSerializer.Serialize(versions.Select(version => new object[] { version.Model, version.Version })));
    }

    // CROSS JOIN keeps SQLite from reading a whole table to look up the few keys in it.
    private static string OfModels(string keys, string collation) => $"""
        WITH k AS ({keys}),
        h AS MATERIALIZED (
            SELECT v.model, min(v.version) AS oldest, max(v.version) AS newest FROM k CROSS JOIN registry_versions v
            WHERE v.project = @p0 AND v.model = k.model AND v.withdrawn_at IS NULL GROUP BY v.model, v.stage)
        SELECT p.* FROM (
            SELECT {Version} AS kind, h.oldest AS place, {VersionRow.Columns} FROM h CROSS JOIN registry_versions r
            WHERE r.project = @p0 AND r.model = h.model AND r.version = h.newest
            UNION ALL
            SELECT {ModelTag}, 0, t.model, 0, t.key, 0, 0, t.value, NULL, NULL, NULL, NULL FROM k CROSS JOIN registry_model_tags t
            WHERE t.project = @p0 AND t.model = k.model
            UNION ALL
            SELECT {Alias}, 0, a.model, a.version, a.alias, 0, 0, NULL, NULL, NULL, NULL, NULL FROM k CROSS JOIN registry_aliases a
            WHERE a.project = @p0 AND a.model = k.model AND {IsShown}
            UNION ALL
            SELECT {VersionTag}, 0, t.model, t.version, t.key, 0, 0, t.value, NULL, NULL, NULL, NULL FROM h CROSS JOIN registry_version_tags t
            WHERE t.project = @p0 AND t.model = h.model AND t.version = h.newest) p
        ORDER BY p.kind, p.place, p.stage{collation}
        """;

    private static string OfVersions(string keys, string collation) => $"""
        WITH k AS ({keys})
        SELECT p.* FROM (
            SELECT {Alias} AS kind, 0 AS place, a.model, a.version, a.alias AS stage, 0, 0, NULL FROM k CROSS JOIN registry_aliases a
            WHERE a.project = @p0 AND a.model = k.model AND a.version = k.version AND {IsShown}
            UNION ALL
            SELECT {VersionTag}, 0, t.model, t.version, t.key, 0, 0, t.value FROM k CROSS JOIN registry_version_tags t
            WHERE t.project = @p0 AND t.model = k.model AND t.version = k.version) p
        ORDER BY p.kind, p.stage{collation}
        """;
}
