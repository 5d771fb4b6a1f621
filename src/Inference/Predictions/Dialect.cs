using Assay.Inference.Counterfactuals;
using Assay.Inference.Explanations;
using Assay.Inference.Models;
using Assay.Inference.Requests;
using Assay.Inference.Tensors;

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

    /// <summary>Whether answers end by trailers, so that no length is said before and all is sent at once.</summary>
    internal virtual bool HasTrailers => false;

    /// <summary>How long the caller gives the call, where the protocol has a word for it; null for as long as it takes.</summary>
    internal virtual TimeSpan? Timeout(HttpRequest request) => null;

    /// <summary>Refuses a request whose headers already say that its body can't be read.</summary>
    /// <exception cref="RefusedRequestException">415, with what to send instead.</exception>
    internal virtual void CheckHeaders(HttpRequest request) => ContentType.Check(request);

    /// <summary>Unpacks what the protocol itself compressed.</summary>
    internal virtual void Unpack(HttpRequest request, RequestBody body)
    {
    }

    /// <summary>The rows of a body; the caller disposes them.</summary>
    /// <exception cref="InvalidInputException">The body isn't what the schema asks for; the message names row and column.</exception>
    /// <param name="request">For its headers.</param>
    /// <param name="model">By whose schema the rows are read.</param>
    /// <param name="body">All of it.</param>
    /// <param name="wish">What the answer has to be like; null where the protocol leaves no choice.</param>
    internal abstract PredictionRows Read(HttpRequest request, TableModel model, ReadOnlySpan<byte> body, out AnswerWish? wish);

    /// <summary>The answer, in memory of the shared pool that the caller returns; sets the headers that belong to it.</summary>
    internal abstract ArraySegment<byte> Write(HttpResponse response, in Answer answer);

    /// <summary>Whether its requests ask for explanations and nothing else; the others may, by a parameter.</summary>
    internal virtual bool Explains => false;

    /// <summary>What its requests ask that is no prediction, as metrics and the log call it; null for predictions.</summary>
    internal virtual string? Question => Explains ? AskedExplanation.Name : null;

    /// <summary>Predictions with their reasons, in memory of the shared pool that the caller returns; sets the headers that belong to it.</summary>
    internal virtual ArraySegment<byte> WriteExplained(HttpResponse response, PredictCall call, AnswerWish? wish, Explained explained) =>
        throw new RefusedRequestException(StatusCodes.Status422UnprocessableEntity, "not-explainable", "This protocol tells no reasons here. Ask over REST.");

    /// <summary>Whether a model that another program computes gets the body as it is, and the caller its answer as it is.</summary>
    internal virtual bool PassesBodies => false;

    /// <summary>The rows of a body that is passed on, as JSON.</summary>
    internal virtual ReadOnlySpan<byte> Rows(HttpRequest request, ServedModel model, ReadOnlySpan<byte> body) => body;

    /// <summary>What a body asks of a model that is no table.</summary>
    /// <exception cref="InvalidInputException">The body can't be read as the model's inputs; the message names the one at fault.</exception>
    internal virtual TensorQuestion ReadTensors(HttpRequest request, ServedModel model, ReadOnlyMemory<byte> body) => throw new RefusedRequestException(
        StatusCodes.Status400BadRequest, "invalid", "This model is no table, and this protocol asks tables alone here. Ask it at /predict.");

    /// <summary>Its answer, in memory of the shared pool that the caller returns; sets the headers that belong to it.</summary>
    internal virtual ArraySegment<byte> WriteTensors(HttpResponse response, TensorAnswer answer) =>
        throw new NotSupportedException($"{Name} reads no tensors.");

    /// <summary>Writes a problem in the protocol's own form. Nothing when the answer has begun already.</summary>
    public abstract Task WriteProblem(HttpContext http, Problem problem);
}

/// <summary>What a caller said about the answer, in protocols that let callers choose.</summary>
internal sealed class AnswerWish
{
    /// <summary>The caller's own name for the request, to be given back.</summary>
    public string? Id { get; set; }

    /// <summary>Whether tensors are to be little-endian bytes rather than text.</summary>
    public bool Binary { get; set; }

    /// <summary>Whether reasons are wanted, and by which method; null for predictions alone.</summary>
    public string? Explain { get; set; }

    /// <summary>What is to be found near the one row; null for predictions or their reasons.</summary>
    public CounterfactualRequest? Counterfactuals { get; init; }

    /// <summary>The outputs for which that holds, of a model that is no table; null for all.</summary>
    public IReadOnlySet<string>? BinaryOutputs { get; init; }
}

/// <summary>What is to be written.</summary>
internal readonly ref struct Answer(PredictCall call, TableModel model, AnswerWish? wish, ReadOnlySpan<float> predictions)
{
    public PredictCall Call { get; } = call;

    public TableModel Model { get; } = model;

    public AnswerWish? Wish { get; } = wish;

    /// <summary>One per row.</summary>
    public ReadOnlySpan<float> Predictions { get; } = predictions;
}

/// <summary>An explanation and the model that it is of.</summary>
/// <param name="Model">The model.</param>
/// <param name="Answer">The explanation.</param>
/// <param name="Outputs">What a model that is no table answered.</param>
internal sealed record Explained(ServedModel Model, ExplanationAnswer Answer, IReadOnlyList<NamedTensor>? Outputs = null);

/// <summary>What is asked of a model that is no table.</summary>
/// <param name="Inputs">In memory of their own: the body is given back before the model computes.</param>
/// <param name="Outputs">The outputs that are wanted; all when null.</param>
/// <param name="Wish">What the answer has to be like; null where the protocol leaves no choice.</param>
internal readonly record struct TensorQuestion(
    IReadOnlyList<NamedTensor> Inputs, IReadOnlyCollection<string>? Outputs = null, AnswerWish? Wish = null);

/// <summary>What it answered.</summary>
internal sealed record TensorAnswer(PredictCall Call, ServedModel Model, AnswerWish? Wish, IReadOnlyList<NamedTensor> Outputs)
{
    /// <summary>Said beside the outputs; null for nothing.</summary>
    public IReadOnlyDictionary<string, string>? Parameters { get; init; }
}
