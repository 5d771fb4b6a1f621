using System.Collections.Concurrent;
using Assay.Inference.Models;
using Assay.Inference.Predictions;
using Assay.Inference.Protocols;
using Assay.Serve.Access;

namespace Assay.Serve;

/// <summary>The models of the slim server by their names. Where there is a folder of models or of versions, what comes into it may be loaded by name and number.</summary>
internal sealed class ServedModels : IServedModels, IDisposable
{
    private const int NameLengthMax = 200;

    private readonly ConcurrentDictionary<string, ServedVersions> _models = new(StringComparer.Ordinal);
    private readonly ServeOptions _options;
    private readonly ServedLoader _loader;

    /// <summary>As yet without models.</summary>
    public ServedModels(ServeOptions options) => (_options, _loader) = (options, new(options.Kinds));

    /// <summary>Told when a model stops answering, with its name.</summary>
    public Action<string, ModelTrouble>? Troubled { get; set; }

    /// <summary>Told what whoever runs a model should know while it goes on, with its name.</summary>
    public Action<string, string>? Noticed { get; set; }

    /// <summary>Loads the models with which the server starts, as many at a time as there are processors; once.</summary>
    /// <exception cref="InvalidModelException">A package can't be served.</exception>
    public async Task Open(CancellationToken cancel)
    {
        if (_options.Packages.GroupBy(package => (package.Name, package.Version)).FirstOrDefault(same => same.Count() > 1) is { } twice)
            throw new InvalidModelException($"Two models are called '{twice.Key.Name}' and are its version '{twice.Key.Version}'. Give one of them another name or version.");
        var together = new ParallelOptions { MaxDegreeOfParallelism = Environment.ProcessorCount, CancellationToken = cancel };
        await Parallel.ForEachAsync(_options.Packages, together, async (package, stop) =>
        {
            try
            {
                await Add(Versions(package.Name), package, stop);
            }
            catch (InvalidModelException problem) when (_options.Packages.Count > 1 || !_options.IsOne)
            {
                throw new InvalidModelException($"{package.Name}: {problem.Message}", problem);
            }
        });
    }

    /// <summary>The one model where there is only one, whose name nobody needs to say; null where there are several.</summary>
    public ServedVersions? Only => _options.IsOne ? _models.Values.FirstOrDefault() : null;

    /// <summary>Whether anything answers.</summary>
    public bool AnyReady => _models.Values.Any(model => model.All.Any(version => version.Shown().IsReady));

    /// <summary>Answers in a dialect with the model and version that the route's values <c>name</c> and <c>version</c> name, or the only one.</summary>
    public Task Answer(HttpContext http, Dialect dialect)
    {
        if (Of(http) is not { } model || model.Current is not { } current)
            return dialect.WriteProblem(http, NamedModel.NoModel(http.Request.RouteValues["name"] as string ?? ""));
        if (http.Request.RouteValues["version"] is not string version)
            return PredictOperation.Answer(http, current.Call(dialect, isNamed: false));
        if (model.Find(version) is not { } named)
            return PredictOperation.Refuse(http, current.Call(dialect, isNamed: false), model.Shown()!.WhyNotVersion(version)!);
        var call = named.Call(dialect, isNamed: true);
        return named.IsLoaded ? PredictOperation.Answer(http, call) : PredictOperation.Refuse(http, call, Problem.Unavailable(named.Shown().Problem!));
    }

    /// <summary>The name of the model that a request is about, whether or not there is one; null when it names none.</summary>
    public string? NameOf(HttpContext http) => http.Request.RouteValues["name"] as string ?? Only?.Name;

    /// <summary>What answers a request that names no version; null when there is nothing.</summary>
    public ServedVersion? CurrentOf(HttpContext http) => Of(http)?.Current;

    public IReadOnlyList<NamedModel> List(HttpContext http) =>
        [.. _models.Values.Where(model => CallerCheck.CallerOf(http)?.MayAsk(model.Name) ?? true).OrderBy(model => model.Name, StringComparer.Ordinal).Select(model => model.Shown()).OfType<NamedModel>()];

    public bool HasChoice => true;

    public ValueTask<NamedModel?> Find(HttpContext http, string name) => new(_models.GetValueOrDefault(name)?.Shown());

    /// <summary>Loads a model anew, or one whose folder has come into the folder of models: all its versions, or those of the choice.</summary>
    public async Task<Problem?> Load(HttpContext http, string name, VersionChoice? choice)
    {
        if (_models.GetValueOrDefault(name) is null && FolderOf(name) is null)
            return NamedModel.NoModel(name);
        var model = Versions(name);
        return await model.Change(() => Load(model, choice, http.RequestAborted), http.RequestAborted);
    }

    public async Task<Problem?> Unload(HttpContext http, string name, VersionChoice? choice)
    {
        if (_models.GetValueOrDefault(name) is not { Current: not null } model)
            return NamedModel.NoModel(name);
        if (choice is { Alone: true })
            throw choice.Refused();   // a policy says what is to be loaded
        return await model.Change(() => Task.FromResult(Unload(model, choice)), http.RequestAborted);
    }

    public void Dispose()
    {
        foreach (var model in _models.Values)
            model.Dispose();
        _loader.Dispose();
    }

    private async Task<Problem?> Load(ServedVersions model, VersionChoice? choice, CancellationToken cancel)
    {
        var there = Available(model);
        if (there.Count == 0)
            return NamedModel.NoModel(model.Name);
        if (choice?.Named?.FirstOrDefault(version => !there.Any(package => package.Version == version)) is { } missing)
            return new(StatusCodes.Status404NotFound, "not-found", $"'{model.Name}' has no version '{missing}' that could be loaded; there are {string.Join(", ", there.Select(package => package.Version))}.");
        var chosen = choice?.Named is { } named
            ? [.. there.Where(package => named.Contains(package.Version))]
            : there.Take(choice?.Newest ?? int.MaxValue).ToArray();
        foreach (var package in chosen)
        {
            if (_options.WhyNot?.Invoke(package.Folder) is { } wrong)
                throw new InvalidModelException(wrong);
            await (model.Find(package.Version) is { } known && known.Package == package ? known.Load(cancel) : Add(model, package, cancel));
        }

        if (choice is null)
            model.Forget(version => !there.Contains(version.Package));
        else if (choice.Alone)
            model.Unload(version => !chosen.Contains(version.Package));
        return null;
    }

    private static Problem? Unload(ServedVersions model, VersionChoice? choice)
    {
        if (choice?.Named?.FirstOrDefault(version => model.Find(version) is null) is { } missing)
            return model.Shown()!.WhyNotVersion(missing);
        model.Unload(version => choice?.Named?.Contains(version.Version) ?? true);
        return null;
    }

    // What was named at the start and is still there, and what stands in the model's folder now; the newest first.
    private List<ServedPackage> Available(ServedVersions model)
    {
        var named = model.All.Select(version => version.Package).Where(package => Directory.Exists(package.Folder));
        var inFolder = FolderOf(model.Name) is { } folder ? ModelFolders.Packages(model.Name, folder) : [];
        return [.. named.Concat(inFolder).DistinctBy(package => package.Version).OrderDescending(Comparer<ServedPackage>.Create((one, other) => ModelFolders.Compare(one.Version, other.Version)))];
    }

    private ServedVersions Versions(string name) => _models.GetOrAdd(name, name => new ServedVersions(name));

    private async Task Add(ServedVersions model, ServedPackage package, CancellationToken cancel)
    {
        var version = new ServedVersion(package, _loader, _options.Limits, (name, trouble) => Troubled?.Invoke(name, trouble), (name, sentence) => Noticed?.Invoke(name, sentence));
        try
        {
            await version.Load(cancel);
        }
        catch   // not ours to handle, but what was made is ours to free
        {
            version.Dispose();
            throw;
        }

        model.Add(version);
    }

    /// <summary>The model that a request is about; null when there is none.</summary>
    private ServedVersions? Of(HttpContext http) => http.Request.RouteValues["name"] is string name ? _models.GetValueOrDefault(name) : Only;

    // A name is that of a folder and leads nowhere else.
    private string? FolderOf(string name)
    {
        if (_options.VersionFolders.TryGetValue(name, out var versions))
            return versions;
        if (_options.ModelsFolder is not { } folder || name.Length > NameLengthMax || name.StartsWith('.') || name.AsSpan().ContainsAny('/', '\\', ':') || name.Any(char.IsControl))
            return null;
        var path = Path.Combine(folder, name);
        return Directory.Exists(path) ? path : null;
    }
}
