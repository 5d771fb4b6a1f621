namespace Assay.Inference.Models;

/// <summary>
/// The place in which a model answers. Models are exchanged under load without failing a request: each request holds the
/// model that it got, and a model is freed when it left the slot and its last request is done.
/// </summary>
public sealed class ModelSlot
{
    private ModelLease? _current;
    private ModelSlot? _next;

    /// <summary>Whether its model was taken out on purpose, and stays out until another one is put there.</summary>
    public bool IsEmptied { get; private set; }

    /// <summary>Puts a model (or none) into the slot. The slot owns it from now on and frees the former one in time.</summary>
    /// <param name="next">A loaded and warmed-up model, or null to empty the slot.</param>
    /// <param name="leaving">Called once with the former model after its last request, before it is freed.</param>
    public void Exchange(ServedModel? next, Action<ServedModel>? leaving = null)
    {
        IsEmptied = next is null;
        var former = Interlocked.Exchange(ref _current, next is null ? null : new ModelLease(next));
        former?.Leave(leaving);
    }

    /// <summary>
    /// Empties the slot for good. Requests that were given to it and have not taken its model yet get that of
    /// <paramref name="next"/>, so that none of them fails.
    /// </summary>
    /// <param name="next">Another slot, which does not lead back here.</param>
    /// <param name="leaving">Called once with the former model after its last request, before it is freed.</param>
    public void LeaveTo(ModelSlot next, Action<ServedModel>? leaving = null)
    {
        Volatile.Write(ref _next, next);
        Exchange(null, leaving);
    }

    /// <summary>The model for one request, or null when the slot is empty. Dispose the lease after the request.</summary>
    public ModelLease? Acquire()
    {
        while (Volatile.Read(ref _current) is { } lease)
        {
            if (lease.TryHold())
                return lease;   // otherwise it was freed between the two instructions, so another one is in the slot
        }

        return Volatile.Read(ref _next)?.Acquire();
    }
}

/// <summary>Holds a model for a request.</summary>
public sealed class ModelLease : IDisposable
{
    private int _holders = 1;   // the slot itself
    private Action<ServedModel>? _leaving;

    internal ModelLease(ServedModel model) => Model = model;

    /// <summary>The model; not to be used after <see cref="Dispose"/>.</summary>
    public ServedModel Model { get; }

    internal bool TryHold()
    {
        var holders = Volatile.Read(ref _holders);
        while (holders > 0)
        {
            var seen = Interlocked.CompareExchange(ref _holders, holders + 1, holders);
            if (seen == holders)
                return true;
            holders = seen;
        }

        return false;
    }

    internal void Leave(Action<ServedModel>? leaving)
    {
        Volatile.Write(ref _leaving, leaving);
        Dispose();
    }

    /// <summary>Gives the model back. Exactly once per <see cref="ModelSlot.Acquire"/>.</summary>
    public void Dispose()
    {
        if (Interlocked.Decrement(ref _holders) > 0)
            return;
        _leaving?.Invoke(Model);
        Model.Dispose();
    }
}
