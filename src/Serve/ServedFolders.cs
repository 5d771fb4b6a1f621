using System.Collections.Concurrent;
using Assay.Inference.Models;
using Assay.Inference.Predictions;
using Assay.Inference.Protocols;

namespace Assay.Serve;

/// <summary>The models of the slim server by their names. Where there is a folder of models, those that come into it may be loaded by name.</summary>
internal sealed class ServedFolders : IServedModels, IDisposable
{
    private const int NameLengthMax = 200;

    private readonly ConcurrentDictionary<string, ServedFolder> _models = new(StringComparer.Ordinal);
    private readonly ServeOptions _options;
    private readonly ServedLoader _loader;
    private readonly SemaphoreSlim _loading = new(1);

    /// <summary>As yet without models.</summary>
    public ServedFolders(ServeOptions options) => (_options, _loader) = (options, new(options.Kinds));

    /// <summary>Told when a model stops answering, with its name.</summary>
    public Action<string, ModelTrouble>? Troubled { get; set; }

    /// <summary>Loads the models with which the server starts; once.</summary>
    /// <exception cref="InvalidModelException">A package can't be served.</exception>
    public async Task Open(CancellationToken cancel)
    {
        foreach (var package in _options.Packages)
            await Add(package, cancel);
    }

    /// <summary>The one model where there is only one, whose name nobody needs to say; null where there are several.</summary>
    public ServedFolder? Only => _options.IsOne ? _models.Values.FirstOrDefault() : null;

    /// <summary>Whether anything answers.</summary>
    public bool AnyReady => _models.Values.Any(model => model.Shown().IsReady);

    /// <summary>Answers in a dialect with the model that the route's value <c>name</c> names, or the only one.</summary>
    public Task Answer(HttpContext http, Dialect dialect)
    {
        if (Of(http) is not { } model)
            return dialect.WriteProblem(http, ServedName.NoModel(http.Request.RouteValues["name"] as string ?? ""));
        var problem = http.Request.RouteValues["version"] is string version ? model.Shown().WhyNotVersion(version) : null;
        return problem is null ? PredictOperation.Answer(http, model.Call(dialect)) : PredictOperation.Refuse(http, model.Call(dialect), problem);
    }

    /// <summary>The model that a request is about; null when there is none.</summary>
    public ServedFolder? Of(HttpContext http) => http.Request.RouteValues["name"] is string name ? _models.GetValueOrDefault(name) : Only;

    public IReadOnlyList<ServedName> List(HttpContext http) => [.. _models.Values.OrderBy(model => model.Name, StringComparer.Ordinal).Select(model => model.Shown())];

    public ValueTask<ServedName?> Find(HttpContext http, string name) => new(_models.GetValueOrDefault(name)?.Shown());

    /// <summary>Loads a model anew, or one whose folder has come into the folder of models.</summary>
    public async Task<Problem?> Load(HttpContext http, string name)
    {
        await _loading.WaitAsync(http.RequestAborted);
        try
        {
            var known = _models.GetValueOrDefault(name);
            if ((known?.Package ?? InFolder(name)) is not { } package)
                return ServedName.NoModel(name);
            if (_options.WhyNot?.Invoke(package.Folder) is { } wrong)
                throw new InvalidModelException(wrong);
            await (known is null ? Add(package, http.RequestAborted) : known.Load(http.RequestAborted));
            return null;
        }
        catch (InvalidModelException problem)   // what is loaded goes on
        {
            return new(StatusCodes.Status400BadRequest, "invalid", problem.Message);
        }
        finally
        {
            _loading.Release();
        }
    }

    public Task<Problem?> Unload(HttpContext http, string name)
    {
        var model = _models.GetValueOrDefault(name);
        model?.Unload();
        return Task.FromResult(model is null ? ServedName.NoModel(name) : null);
    }

    public void Dispose()
    {
        foreach (var model in _models.Values)
            model.Dispose();
        _loader.Dispose();
        _loading.Dispose();
    }

    private async Task Add(ServedPackage package, CancellationToken cancel)
    {
        try
        {
            var added = await ServedFolder.Open(package, _loader, _options.Limits, (name, trouble) => Troubled?.Invoke(name, trouble), cancel);
            if (_models.TryAdd(package.Name, added))
                return;
            added.Dispose();
        }
        catch (InvalidModelException problem) when (!_options.IsOne)
        {
            throw new InvalidModelException($"{package.Name}: {problem.Message}", problem);
        }

        throw new InvalidModelException($"Two models are called '{package.Name}'. Give one of them another name.");
    }

    // A name is that of a folder and leads nowhere else.
    private ServedPackage? InFolder(string name)
    {
        if (_options.ModelsFolder is not { } folder || name.Length > NameLengthMax || name.StartsWith('.') || name.AsSpan().ContainsAny('/', '\\', ':') || name.Any(char.IsControl))
            return null;
        var path = Path.Combine(folder, name);
        return Directory.Exists(path) ? new(name, path) : null;
    }
}
