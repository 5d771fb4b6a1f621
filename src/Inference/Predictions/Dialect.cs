using Assay.Inference.Models;
using Assay.Inference.Requests;

namespace Assay.Inference.Predictions;

/// <summary>
/// A protocol in which predictions are asked for: how a body is read, how predictions are written, and how a problem is
/// said. It holds nothing of a call, so one instance serves all.
/// </summary>
/// <remarks>Every dialect fills the same <see cref="PredictionRows"/> by the same schema, so what one refuses, all refuse.</remarks>
public abstract class Dialect
{
    /// <summary>Short name in the log of predictions and in tests.</summary>
    public abstract string Name { get; }

    /// <summary>Refuses a request whose headers already say that its body can't be read.</summary>
    /// <exception cref="RefusedRequestException">415, with what to send instead.</exception>
    internal virtual void CheckHeaders(HttpRequest request) => ContentType.Check(request);

    /// <summary>The rows of a body; the caller disposes them.</summary>
    /// <exception cref="InvalidInputException">The body isn't what the schema asks for; the message names row and column.</exception>
    internal abstract PredictionRows Read(HttpRequest request, InferenceModel model, ReadOnlySpan<byte> body);

    /// <summary>The answer, in memory of the shared pool that the caller returns; sets the headers that belong to it.</summary>
    internal abstract ArraySegment<byte> Write(HttpResponse response, in Answer answer);

    /// <summary>Writes a problem in the protocol's own form. Nothing when the answer has begun already.</summary>
    internal abstract Task WriteProblem(HttpContext http, Problem problem);
}

/// <summary>What is to be written.</summary>
internal readonly ref struct Answer(PredictCall call, InferenceModel model, ReadOnlySpan<float> predictions)
{
    public PredictCall Call { get; } = call;

    public InferenceModel Model { get; } = model;

    /// <summary>One per row.</summary>
    public ReadOnlySpan<float> Predictions { get; } = predictions;
}
