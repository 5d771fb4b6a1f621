using Assay.Inference.Models;

namespace Assay.Inference.Predictions;

/// <summary>What a prediction request is answered with. It holds nothing of the request, so one is made once and used for all.</summary>
/// <param name="Dialect">How body and answer are written.</param>
/// <param name="Slot">The model that answers.</param>
/// <param name="Target">Under which names the call is counted.</param>
/// <param name="Observer">Told of every call's end; null for none.</param>
public sealed record PredictCall(Dialect Dialect, ModelSlot Slot, PredictTarget Target, ICallObserver? Observer = null);

/// <summary>Where calls go: the names under which they are counted, and what holds for all of them, whatever their dialect and model.</summary>
public sealed class PredictTarget(string project, string endpoint)
{
    private volatile ICallGate? _gate;
    private volatile CallBounds? _bounds;

    public string Project { get; } = project;

    public string Endpoint { get; } = endpoint;

    /// <summary>Decides whether calls may begin; null lets all in.</summary>
    public ICallGate? Gate
    {
        get => _gate;
        set => _gate = value;
    }

    /// <summary>Lets a call in, when it is its turn.</summary>
    /// <returns>Disposed when the call is over; null for nothing to hold.</returns>
    /// <exception cref="RefusedRequestException">It is turned away.</exception>
    internal async ValueTask<IDisposable?> Enter(HttpContext http)
    {
        if (_gate is not { } gate)
            return null;
        var pass = await gate.Enter(http);
        return pass.Refused is { } refused
            ? throw new RefusedRequestException(refused.Status, refused.Code, refused.Detail) { RetryAfterSeconds = refused.RetryAfterSeconds }
            : pass.Hold;
    }

    /// <summary>What calls are allowed within the limits of the program; null for all of that.</summary>
    public CallBounds? Bounds
    {
        get => _bounds;
        set => _bounds = value;
    }
}
