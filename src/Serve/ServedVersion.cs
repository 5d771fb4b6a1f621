using System.Collections.Concurrent;
using Assay.Inference.Models;
using Assay.Inference.Predictions;
using Assay.Inference.Protocols;
using Assay.Inference.Tensors;

namespace Assay.Serve;

/// <summary>One version of a model of the slim server: a package in a folder, which may be unloaded and loaded again.</summary>
internal sealed class ServedVersion : ICallObserver, IDisposable
{
    private readonly ServedLoader _loader;
    private readonly Action<string, ModelTrouble> _troubled;
    private readonly Action<string, string> _noticed;
    private readonly CallTotals _totals = new();
    private readonly PredictTarget _target;
    private readonly CallTurns? _turns;
    private readonly Lock _lock = new();
    private volatile Seat _seat = new();
    private volatile ServedModel? _model;

    /// <summary>As yet not loaded.</summary>
    /// <param name="package">The package.</param>
    /// <param name="loader">Loads it.</param>
    /// <param name="limits">What its callers may take.</param>
    /// <param name="troubled">Told when a model stops answering, with its name.</param>
    /// <param name="noticed">Told what whoever runs it should know while it goes on, with its name.</param>
    public ServedVersion(ServedPackage package, ServedLoader loader, ServeLimits limits, Action<string, ModelTrouble> troubled, Action<string, string> noticed)
    {
        (Package, _loader, _troubled, _noticed) = (package, loader, troubled, noticed);
        _turns = limits.Concurrency is { } concurrency ? new(package.Name, concurrency) : null;
        _target = new("serve", package.Name)
        {
            Version = package.Version,
            Gate = _turns,
            Bounds = limits.Timeout is { } timeout ? new(null, null, timeout, null) : null,
        };
    }

    public ServedPackage Package { get; }

    public string Version => Package.Version;

    public bool IsLoaded => _model is not null;

    /// <summary>What a row holds; null for a model that is no table.</summary>
    public ModelSchema? Schema { get; private set; }

    /// <summary>Inputs and outputs as tensors.</summary>
    public ModelSignature Signature { get; private set; } = new([], []);

    /// <summary>Brings the package's model to its place, or brings it anew.</summary>
    /// <exception cref="InvalidModelException">It can't be served; the model that is loaded goes on.</exception>
    public async Task Load(CancellationToken cancel)
    {
        var model = await _loader.Load(Package, cancel);
        model.Troubled += trouble => _troubled(Package.Name, trouble);
        model.Noticed += sentence => _noticed(Package.Name, sentence);
        (Schema, Signature) = ((model as TableModel)?.Schema, model.Signature);
        lock (_lock)
        {
            if (_model is null)
                _seat = new();   // that of before may have been left to another version
            _model = model;
            _seat.Slot.Exchange(model);
        }
    }

    /// <summary>Takes the model away and gives its memory back. Whoever named no version, and has no model yet, gets that of the next.</summary>
    public void Unload(ServedVersion? next = null)
    {
        lock (_lock)
        {
            _model = null;
            if (next is null)
                _seat.Slot.Exchange(null);
            else
                _seat.Slot.LeaveTo(next._seat.Slot);
        }
    }

    public NamedModel Shown()
    {
        var model = _model;
        var problem = model is null ? "The model was unloaded." : model.Problem;
        return new(Package.Name, Version, problem is null ? model : null, problem, _totals);
    }

    /// <summary>With what a request in a dialect is answered.</summary>
    /// <param name="dialect">How it is written.</param>
    /// <param name="isNamed">Whether it asks for this version and none other.</param>
    public PredictCall Call(Dialect dialect, bool isNamed)
    {
        var seat = _seat;
        var calls = isNamed ? seat.Named : seat.Calls;
        return calls.TryGetValue(dialect, out var call)
            ? call
            : calls.GetOrAdd(dialect, new PredictCall(dialect, seat.Slot, _target, this) { Version = isNamed ? Version : null });
    }

    void ICallObserver.Ended(in EndedCall ended)
    {
        if (ended.IsPrediction)
            _totals.Add(ended);
    }

    public void Dispose()
    {
        Unload();
        _turns?.Dispose();
    }

    // Once it was left to another version's, no model comes into it any more: so they never lead round in a circle.
    private sealed class Seat
    {
        public ModelSlot Slot { get; } = new();

        public ConcurrentDictionary<Dialect, PredictCall> Calls { get; } = new();

        public ConcurrentDictionary<Dialect, PredictCall> Named { get; } = new();
    }
}
