using System.Globalization;
using Assay.Data;
using Assay.Data.Lineage;
using Assay.Governance;
using Assay.Kernel;
using Microsoft.EntityFrameworkCore;

namespace Assay.Registry.Versions;

/// <summary>Versions of models: the run, the logged model and the datasets that they come from.</summary>
internal sealed class LineageOfVersions(AssayDb db, IAccess access, VersionBook book, VersionSteps steps) : ILineageSource
{
    public IReadOnlyCollection<LineageKind> Kinds { get; } = [LineageKind.ModelVersion];

    public async Task<LineageKey?> Find(LineageKey asked, CancellationToken cancel)
    {
        access.Demand(RegistryPermissions.Read, asked.Name);
        return LineageKeys.Version(LineageKind.ModelVersion, asked.Name, (await book.Get(asked.Name, asked.Part!, cancel)).Version);
    }

    public async Task<IReadOnlyDictionary<LineageKey, LineageNode>> Describe(IReadOnlyList<LineageKey> keys, CancellationToken cancel)
    {
        var reach = access.Reach(RegistryPermissions.Read);
        var (names, versions, asked) = (keys.Names(LineageKind.ModelVersion), keys.Versions(LineageKind.ModelVersion), keys.ToHashSet());
        var rows = await db.ModelVersions.AsNoTracking().Where(row => names.Contains(row.Model) && versions.Contains(row.Version))
            .Select(row => new { row.Model, row.Version, row.Stage, row.Digest, row.CreatedAt }).ToListAsync(cancel);
        return rows
            .Select(row => (Row: row, Key: LineageKeys.Version(LineageKind.ModelVersion, row.Model, row.Version)))
            .Where(row => asked.Contains(row.Key))
            .ToDictionary(row => row.Key, row => row.Key.Node(
                reach.Has(row.Row.Model), string.Create(CultureInfo.InvariantCulture, $"{row.Row.Model} v{row.Row.Version}"),
                row.Row.Stage == Models.Stage.None ? null : row.Row.Stage.ToLowerInvariant(), row.Row.Digest, row.Row.CreatedAt));
    }

    public Task<IReadOnlyList<LineageLink>> Before(IReadOnlyList<LineageKey> keys, int max, CancellationToken cancel) => steps.Before(keys, max, cancel);

    public Task<IReadOnlyList<LineageLink>> After(IReadOnlyList<LineageKey> keys, int max, CancellationToken cancel) => steps.After(keys, max, cancel);
}

/// <summary>The steps that lead to versions.</summary>
internal sealed class VersionSteps(AssayDb db, IDatasets datasets)
{
    private const string ModelPrefix = "models:/";
    private const string LoggedModelId = "m-";
    private const string Proxy = "mlflow-artifacts:/";

    public async Task<IReadOnlyList<LineageLink>> Before(IReadOnlyList<LineageKey> keys, int max, CancellationToken cancel)
    {
        var (names, versions, asked) = (keys.Names(LineageKind.ModelVersion), keys.Versions(LineageKind.ModelVersion), keys.ToHashSet());
        if (names.Count == 0)
            return [];
        var rows = await Rows(db.ModelVersions.Where(row => names.Contains(row.Model) && versions.Contains(row.Version)), max, cancel);
        var links = new List<LineageLink>();
        foreach (var row in rows.Where(row => asked.Contains(row.Key)))
        {
            links.AddRange(row.Sources());
            links.AddRange(await Trained(row, cancel));
        }

        return links;
    }

    public async Task<IReadOnlyList<LineageLink>> After(IReadOnlyList<LineageKey> keys, int max, CancellationToken cancel)
    {
        var (asked, links) = (keys.ToHashSet(), new List<LineageLink>());
        var (runs, names) = (keys.Names(LineageKind.Run), keys.Names(LineageKind.Dataset));
        if (runs.Count > 0)
            links.AddRange((await Rows(db.ModelVersions.Where(row => runs.Contains(row.RunId!)), max, cancel)).SelectMany(row => row.Sources()));
        if (keys.Any(key => key.Kind is LineageKind.LoggedModel or LineageKind.ModelVersion))
        {
            var fromModels = db.ModelVersions.Where(row => row.Source!.StartsWith(ModelPrefix) || row.Source!.StartsWith(Proxy));
            links.AddRange((await Rows(fromModels, max, cancel)).SelectMany(row => row.Sources()));
        }

        foreach (var row in names.Count == 0 ? [] : await Rows(db.ModelVersions.Where(row => names.Contains(row.Dataset!)), max, cancel))
        {
            var trained = await Trained(row, cancel);
            if (!trained.Exists(link => asked.Contains(link.From)))
                continue;
            links.AddRange(trained);

            // The run between them is met on this way as well.
            if (row.RunId is { Length: > 0 } run)
                links.AddRange([.. trained.Select(link => link with { To = new(LineageKind.Run, run) }), .. row.Sources()]);
        }

        return [.. links.Where(link => asked.Contains(link.From) || (link.From.Kind == LineageKind.Run && names.Count > 0))];
    }

    private static async Task<List<VersionOrigin>> Rows(IQueryable<ModelVersion> versions, int max, CancellationToken cancel) => await versions.AsNoTracking()
        .OrderByDescending(row => row.CreatedAt).ThenBy(row => row.Model).ThenBy(row => row.Version)
        .Select(row => new VersionOrigin(row.Model, row.Version, row.RunId, row.Source, row.Dataset, row.DatasetDigest, row.EvaluationJson))
        .Take(max).ToListAsync(cancel);

    private async Task<List<LineageLink>> Trained(VersionOrigin row, CancellationToken cancel)
    {
        var links = new List<LineageLink>();
        foreach (var dataset in row.TrainedOn())
        {
            // Where only bytes were named, they are those of the newest version or of none that is known.
            if (dataset.Version is { } version)
                links.Add(new(LineageKeys.Version(LineageKind.Dataset, dataset.Name, version), row.Key, "trained on"));
            else if ((await datasets.Find(dataset.Name, version: null, cancel))?.Version is { } newest && newest.Digest == dataset.Digest)
                links.Add(new(LineageKeys.Version(LineageKind.Dataset, dataset.Name, newest.Version), row.Key, "trained on"));
        }

        return links;
    }

    /// <summary>Where a version says that it comes from.</summary>
    private sealed record VersionOrigin(string Model, int Version, string? RunId, string? Source, string? Dataset, string? DatasetDigest, string EvaluationJson)
    {
        public LineageKey Key => LineageKeys.Version(LineageKind.ModelVersion, Model, Version);

        public IEnumerable<LineageLink> Sources()
        {
            if (RunId is { Length: > 0 } run)
                yield return new(new(LineageKind.Run, run), Key, "made");

            // A place of the proxy has the id of a logged model as one of its folders.
            var isModel = Source?.StartsWith(ModelPrefix, StringComparison.Ordinal) == true;
            var parts = isModel || Source?.StartsWith(Proxy, StringComparison.Ordinal) == true ? Source!.Split('/') : [];
            if (parts.FirstOrDefault(IsLoggedModel) is { } model)
                yield return new(new(LineageKind.LoggedModel, model), Key, "registered as");
            else if (isModel && parts.Length == 3 && int.TryParse(parts[2], NumberStyles.None, CultureInfo.InvariantCulture, out var version))
                yield return new(LineageKeys.Version(LineageKind.ModelVersion, parts[1], version), Key, "copied as");
        }

        public IReadOnlyList<Packages.TrainedOn> TrainedOn() => Packages.TrainedOn.Of(
            Packages.PackagedEvaluation.Read(System.Text.Json.JsonSerializer.Deserialize<System.Text.Json.JsonElement>(EvaluationJson, AssayJson.Options)), Dataset, DatasetDigest);

        private static readonly System.Buffers.SearchValues<char> IdLetters = System.Buffers.SearchValues.Create("0123456789abcdef");

        private static bool IsLoggedModel(string part) =>
            part.Length == 34 && part.StartsWith(LoggedModelId, StringComparison.Ordinal) && part.AsSpan(2).IndexOfAnyExcept(IdLetters) < 0;
    }
}
