using System.Collections.Concurrent;
using Assay.Inference.Models;
using Assay.Inference.Predictions;
using Assay.Inference.Protocols;
using Assay.Inference.Tensors;

namespace Assay.Serve;

/// <summary>The one model of the slim server: a package in a folder, which may be unloaded and loaded again.</summary>
internal sealed class ServedFolder : IServedModels, ICallObserver, IDisposable
{
    private readonly ServeOptions _options;
    private readonly ModelSlot _slot = new();
    private readonly CallTotals _totals = new();
    private readonly PredictTarget _target;
    private readonly ConcurrentDictionary<Dialect, PredictCall> _calls = new();
    private readonly Lock _lock = new();
    private volatile ServedModel? _model;

    /// <exception cref="InvalidModelException">The package can't be served.</exception>
    public ServedFolder(ServeOptions options)
    {
        (_options, _target) = (options, new("serve", options.Name));
        Put(Open());
        (Schema, Signature) = ((_model as InferenceModel)?.Schema, _model!.Signature);
    }

    /// <summary>What a row holds; null for a model that is no table.</summary>
    public ModelSchema? Schema { get; }

    /// <summary>Inputs and outputs as tensors.</summary>
    public ModelSignature Signature { get; }

    /// <summary>Answers in a dialect; the route's value <c>name</c>, if any, must be the model's name.</summary>
    public Task Answer(HttpContext http, Dialect dialect)
    {
        var call = Call(dialect);
        var route = http.Request.RouteValues;
        var problem = route["name"] is string name && name != _options.Name
            ? ServedName.NoModel(name)
            : Shown().WhyNotVersion(route["version"] as string);
        return problem is null ? PredictOperation.Answer(http, call) : PredictOperation.Refuse(http, call, problem);
    }

    public IReadOnlyList<ServedName> List(HttpContext http) => [Shown()];

    public ValueTask<ServedName?> Find(HttpContext http, string name) => new(name == _options.Name ? Shown() : null);

    public Task<Problem?> Load(HttpContext http, string name)
    {
        if (name != _options.Name)
            return Task.FromResult<Problem?>(ServedName.NoModel(name));
        try
        {
            Put(Open());
            return Task.FromResult<Problem?>(null);
        }
        catch (InvalidModelException problem)   // the folder changed; the model that is loaded goes on
        {
            return Task.FromResult<Problem?>(new(StatusCodes.Status400BadRequest, "invalid", problem.Message));
        }
    }

    public Task<Problem?> Unload(HttpContext http, string name)
    {
        if (name != _options.Name)
            return Task.FromResult<Problem?>(ServedName.NoModel(name));
        Put(null);
        return Task.FromResult<Problem?>(null);
    }

    public ServedName Shown() =>
        new(_options.Name, _model?.Version, _model, _model is null ? "The model was unloaded." : null, _totals, (_, dialect) => Call(dialect));

    void ICallObserver.Ended(in EndedCall ended)
    {
        if (!ended.IsExplanation)
            _totals.Add(ended);
    }

    public void Dispose() => Put(null);

    /// <summary>With what a request in a dialect is answered.</summary>
    public PredictCall Call(Dialect dialect) =>
        _calls.TryGetValue(dialect, out var call) ? call : _calls.GetOrAdd(dialect, new PredictCall(dialect, _slot, _target, this));

    private ServedModel Open()
    {
        var model = ModelLoader.Load(ModelPackage.OfFolder(_options.PackageFolder));
        model.Version = _options.Version;
        return model;
    }

    private void Put(ServedModel? model)
    {
        lock (_lock)
        {
            _model = model;
            _slot.Exchange(model);
        }
    }
}
