using Assay.Inference.Metrics;
using Assay.Inference.Models;
using Assay.Inference.Requests;

namespace Assay.Inference.Predictions;

/// <summary>What a prediction request is answered with. It holds nothing of the request, so one is made once and used for all.</summary>
/// <param name="Dialect">How body and answer are written.</param>
/// <param name="Slot">The model that answers.</param>
/// <param name="Target">Under which names the call is counted.</param>
/// <param name="Observer">Told of every call's end; null for none.</param>
public sealed record PredictCall(Dialect Dialect, ModelSlot Slot, PredictTarget Target, ICallObserver? Observer = null)
{
    /// <summary>The only version that may answer; null for whatever is there.</summary>
    public string? Version { get; init; }

    /// <summary>Decides anew once the rows are read; null where that is decided already.</summary>
    public ICallRouter? Router { get; init; }
}

/// <summary>Decides by a call's rows with what it is answered.</summary>
public interface ICallRouter
{
    /// <summary>By the schema of the model here the rows are read.</summary>
    ModelSlot Slot { get; }

    /// <summary>With what the call is answered.</summary>
    /// <param name="http">The request.</param>
    /// <param name="otherwise">What it would be answered with without the rows.</param>
    /// <param name="model">The model by whose schema the rows were read; null when there is none, or it is no table.</param>
    /// <param name="rows">The rows; null when they can't be read by it.</param>
    PredictCall Route(HttpContext http, PredictCall otherwise, TableModel? model, PredictionRows? rows);
}

/// <summary>Where calls go: the names under which they are counted, and what holds for all of them, whatever their dialect and model.</summary>
public sealed class PredictTarget(string project, string endpoint)
{
    private volatile ICallGate? _gate;
    private volatile CallBounds? _bounds;

    public string Project { get; } = project;

    public string Endpoint { get; } = endpoint;

    /// <summary>The only version that is counted under these names; null where they stand for whatever answers.</summary>
    public string? Version { get; init; }

    /// <summary>The names as labels of metrics; made once.</summary>
    internal MetricLabels Labels => field ??= new(this);

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
