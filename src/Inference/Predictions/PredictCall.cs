using Assay.Inference.Models;

namespace Assay.Inference.Predictions;

/// <summary>What a prediction request is answered with. It holds nothing of the request, so one is made once and used for all.</summary>
/// <param name="Dialect">How body and answer are written.</param>
/// <param name="Slot">The model that answers.</param>
/// <param name="Target">Under which names the call is counted.</param>
/// <param name="Observer">Told of every call's end; null for none.</param>
public sealed record PredictCall(Dialect Dialect, ModelSlot Slot, PredictTarget Target, ICallObserver? Observer = null);

/// <summary>Under which names a request is counted.</summary>
public sealed record PredictTarget(string Project, string Endpoint);
