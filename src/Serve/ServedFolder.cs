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
    private readonly ServedLoader _loader;
    private readonly Action<string, ModelTrouble> _troubled;
    private readonly ModelSlot _slot = new();
    private readonly CallTotals _totals = new();
    private readonly PredictTarget _target;
    private readonly ConcurrentDictionary<Dialect, PredictCall> _calls = new();
    private readonly Lock _lock = new();
    private volatile ServedModel? _model;

    private readonly CallTurns? _turns;

    private ServedFolder(ServedPackage package, ServedLoader loader, ServeLimits limits, Action<string, ModelTrouble> troubled)
    {
        (_package, _loader, _troubled) = (package, loader, troubled);
        _turns = limits.Concurrency is { } concurrency ? new(package.Name, concurrency) : null;
        _target = new("serve", package.Name)
        {
            Gate = _turns,
            Bounds = limits.Timeout is { } timeout ? new(null, null, timeout, null) : null,
        };
    }

    public string Name => _package.Name;

    public ServedPackage Package => _package;

    /// <summary>What a row holds; null for a model that is no table.</summary>
    public ModelSchema? Schema { get; private set; }

    /// <summary>Inputs and outputs as tensors.</summary>
    public ModelSignature Signature { get; private set; } = new([], []);

    /// <summary>Loads a package's model.</summary>
    /// <param name="package">The package.</param>
    /// <param name="loader">Loads it.</param>
    /// <param name="limits">What its callers may take.</param>
    /// <param name="troubled">Told when a model stops answering, with its name.</param>
    /// <param name="cancel">Gives up.</param>
    /// <exception cref="InvalidModelException">The package can't be served.</exception>
    public static async Task<ServedFolder> Open(
        ServedPackage package, ServedLoader loader, ServeLimits limits, Action<string, ModelTrouble> troubled, CancellationToken cancel)
    {
        var folder = new ServedFolder(package, loader, limits, troubled);
        await folder.Load(cancel);
        return folder;
    }

    /// <summary>Brings the package's model to its place, or brings it anew.</summary>
    /// <exception cref="InvalidModelException">It can't be served; the model that is loaded goes on.</exception>
    public async Task Load(CancellationToken cancel)
    {
        var model = await _loader.Load(_package, cancel);
        model.Troubled += trouble => _troubled(Name, trouble);
        Put(model);
        (Schema, Signature) = ((model as TableModel)?.Schema, model.Signature);
    }

    /// <summary>Takes the model away and gives its memory back.</summary>
    public void Unload() => Put(null);

    public ServedName Shown()
    {
        var model = _model;
        var problem = model is null ? "The model was unloaded." : model.Problem;
        return new(Name, model?.Version, problem is null ? model : null, problem, _totals);
    }

    /// <summary>With what a request in a dialect is answered.</summary>
    public PredictCall Call(Dialect dialect) =>
        _calls.TryGetValue(dialect, out var call) ? call : _calls.GetOrAdd(dialect, new PredictCall(dialect, _slot, _target, this));

    void ICallObserver.Ended(in EndedCall ended)
    {
        if (!ended.IsExplanation)
            _totals.Add(ended);
    }

    public void Dispose()
    {
        Put(null);
        _turns?.Dispose();
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
