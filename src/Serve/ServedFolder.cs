using System.Collections.Concurrent;
using Assay.Inference.Models;
using Assay.Inference.Predictions;
using Assay.Inference.Protocols;
using Assay.Inference.Tensors;

namespace Assay.Serve;

/// <summary>One model of the slim server: a package in a folder, which may be unloaded and loaded again.</summary>
internal sealed class ServedFolder : ICallObserver, IDisposable
{
    private readonly ServedPackage _package;
    private readonly ModelSlot _slot = new();
    private readonly CallTotals _totals = new();
    private readonly PredictTarget _target;
    private readonly ConcurrentDictionary<Dialect, PredictCall> _calls = new();
    private readonly Lock _lock = new();
    private volatile ServedModel? _model;

    /// <exception cref="InvalidModelException">The package can't be served.</exception>
    public ServedFolder(ServedPackage package)
    {
        (_package, _target) = (package, new("serve", package.Name));
        var model = Open();
        (Schema, Signature) = ((model as InferenceModel)?.Schema, model.Signature);
        Put(model);
    }

    public string Name => _package.Name;

    public ServedPackage Package => _package;

    /// <summary>What a row holds; null for a model that is no table.</summary>
    public ModelSchema? Schema { get; private set; }

    /// <summary>Inputs and outputs as tensors.</summary>
    public ModelSignature Signature { get; private set; }

    /// <summary>Brings the package's model to its place, or brings it anew.</summary>
    /// <exception cref="InvalidModelException">It can't be served; the model that is loaded goes on.</exception>
    public void Load()
    {
        var model = Open();
        Put(model);
        (Schema, Signature) = ((model as InferenceModel)?.Schema, model.Signature);
    }

    /// <summary>Takes the model away and gives its memory back.</summary>
    public void Unload() => Put(null);

    public ServedName Shown() =>
        new(Name, _model?.Version, _model, _model is null ? "The model was unloaded." : null, _totals, (_, dialect) => Call(dialect));

    /// <summary>With what a request in a dialect is answered.</summary>
    public PredictCall Call(Dialect dialect) =>
        _calls.TryGetValue(dialect, out var call) ? call : _calls.GetOrAdd(dialect, new PredictCall(dialect, _slot, _target, this));

    void ICallObserver.Ended(in EndedCall ended)
    {
        if (!ended.IsExplanation)
            _totals.Add(ended);
    }

    public void Dispose() => Put(null);

    private ServedModel Open()
    {
        var model = ModelLoader.Load(ModelPackage.OfFolder(_package.Folder));
        model.Version = _package.Version;
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
