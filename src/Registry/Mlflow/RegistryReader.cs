using System.Globalization;
using Assay.Tracking.Mlflow;
using Assay.Tracking.Store;

namespace Assay.Registry.Mlflow;

/// <summary>
/// Reads models and versions that were not withdrawn, with all that belongs to them: one statement for one or a thousand.
/// Whoever calls has seen to it that the caller may read them.
/// </summary>
internal static class RegistryReader
{
    private static readonly Statement ModelByName = new(
        $"SELECT {RegisteredModelRow.Columns} FROM registry_models r WHERE r.project = @p0 AND r.name = @p1 AND r.withdrawn_at IS NULL");

    private static readonly Statement VersionByNumber = new(
        $"SELECT {VersionRow.Columns} FROM registry_versions r WHERE r.project = @p0 AND r.model = @p1 AND r.version = @p2 AND r.withdrawn_at IS NULL");

    // The aliases of stages are in lower case, however they are asked for.
    private static readonly Statement VersionByAlias = new($"""
        SELECT {VersionRow.Columns} FROM registry_aliases a
        JOIN registry_versions r ON r.project = a.project AND r.model = a.model AND r.version = a.version AND r.withdrawn_at IS NULL
        WHERE a.project = @p0 AND a.model = @p1 AND (a.alias = @p2 OR (a.alias = @p3 AND a.alias IN {RegistryParts.AliasesOfStages}))
        """);

    /// <exception cref="Kernel.Refusals.Refusal">404: there is none.</exception>
    public static RegisteredModelRow Model(Session session, string project, string name)
    {
        var model = Find(session, project, name) ?? throw NoModel(name);
        Complete(session, project, [model]);
        return model;
    }

    /// <exception cref="Kernel.Refusals.Refusal">404: there is none.</exception>
    public static VersionRow Version(Session session, string project, string model, int number) =>
        TryVersion(session, project, model, number) ?? throw NoVersion(model, number);

    /// <summary>The version; null when there is none.</summary>
    public static VersionRow? TryVersion(Session session, string project, string model, int number) =>
        Version(session, project, VersionByNumber, model, number);

    /// <summary>The version to which an alias leads.</summary>
    /// <exception cref="Kernel.Refusals.Refusal">404: there is no such model; 400: it has no such alias.</exception>
    public static VersionRow Version(Session session, string project, string model, string alias) =>
        Version(session, project, VersionByAlias, model, alias, alias.ToLowerInvariant())
        ?? throw (Find(session, project, model) is null ? NoModel(model) : MlflowError.Invalid($"Registered model alias {alias} not found."));

    public static Kernel.Refusals.Refusal NoModel(string name) => MlflowError.NotFound($"Registered Model with name={name} not found");

    public static Kernel.Refusals.Refusal NoVersion(string model, int number) =>
        MlflowError.NotFound($"Model Version (name={model}, version={number.ToString(CultureInfo.InvariantCulture)}) not found");

    /// <summary>Adds what belongs to the models of a project: tags, aliases, and the newest version of each stage.</summary>
    public static void Complete(Session session, string project, IReadOnlyList<RegisteredModelRow> models)
    {
        if (models.Count == 0)
            return;
        var byName = models.ToDictionary(model => model.Name, StringComparer.Ordinal);
        var latest = new Dictionary<(string, int), VersionRow>();
        using var parts = RegistryParts.Of(session, project, models);
        while (parts.Next())
        {
            var kind = parts.Integer(0);
            if (kind == RegistryParts.Version)
            {
                var version = VersionRow.Read(parts, from: 2);
                byName[version.Model].Latest.Add(version);
                latest.Add((version.Model, version.Version), version);
                continue;
            }

            var (model, number) = (byName[parts.Text(2)], (int)parts.Integer(3));
            if (kind == RegistryParts.ModelTag)
                model.Tags.Add(new(parts.Text(4), parts.Text(7)));
            else if (kind == RegistryParts.Alias)
                model.Aliases.Add((parts.Text(4), number));
            if (kind != RegistryParts.ModelTag && latest.TryGetValue((model.Name, number), out var shown))
                Add(shown, kind, parts);
        }
    }

    /// <summary>Adds what belongs to the versions of a project: tags and aliases.</summary>
    public static void Complete(Session session, string project, IReadOnlyList<VersionRow> versions)
    {
        if (versions.Count == 0)
            return;
        var byNumber = versions.ToDictionary(version => (version.Model, version.Version));
        using var parts = RegistryParts.Of(session, project, versions);
        while (parts.Next())
            Add(byNumber[(parts.Text(2), (int)parts.Integer(3))], parts.Integer(0), parts);
    }

    private static void Add(VersionRow version, long kind, Rows part)
    {
        if (kind == RegistryParts.Alias)
            version.Aliases.Add(part.Text(4));
        else
            version.Tags.Add(new(part.Text(4), part.Text(7)));
    }

    private static RegisteredModelRow? Find(Session session, string project, string name)
    {
        using var rows = session.Read(ModelByName, project, name);
        return rows.Next() ? RegisteredModelRow.Read(rows) : null;
    }

    private static VersionRow? Version(Session session, string project, Statement statement, params ReadOnlySpan<object?> key)
    {
        VersionRow version;
        using (var rows = session.Read(statement, [project, .. key]))
        {
            if (!rows.Next())
                return null;
            version = VersionRow.Read(rows);
        }

        Complete(session, project, [version]);
        return version;
    }
}
