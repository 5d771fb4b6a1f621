using Assay.Inference.Batching;
using Assay.Inference.Metrics;
using Assay.Inference.Models;
using Assay.Inference.Tensors;

namespace Assay.Inference.Processes;

/// <summary>A model on a server elsewhere, which is asked for each call.</summary>
internal sealed class RemoteModel : ForwardingModel
{
    private readonly ModelClient _client;
    private int _disposed;

    /// <exception cref="InvalidModelException">The package asks for batches that can't be made.</exception>
    private RemoteModel(ModelClient client, ServeFile how, ModelSignature signature)
    {
        (_client, Signature, Declared) = (client, signature, how.Signature);
        Batcher = ProgramBatcher.Of(how, signature, (inputs, outputs, cancel) => _client.Infer(inputs, outputs, Signature, cancel), BatchingStopped);
        InferenceMetrics.ModelLoaded();
    }

    public override ModelKind Kind => ModelKind.Remote;

    public override ModelSignature Signature { get; }

    public override bool TakesBodies => _client.Protocol == ModelProtocol.Invocations;

    /// <summary>Asks the server whether it is ready, and what the model takes.</summary>
    /// <exception cref="InvalidModelException">It isn't, or may not be asked.</exception>
    public static async Task<RemoteModel> Load(ServeFile how, ModelSurroundings surroundings, CancellationToken cancel)
    {
        if (surroundings.Outbound is not { } outbound)
            throw new InvalidModelException("The model is on a server elsewhere, and this server asks none.");
        var root = new Uri(how.Url!.AbsoluteUri.TrimEnd('/') + "/");
        var client = new ModelClient((request, limit) => Send(root, outbound, request, limit), how.Protocol, how.Model);
        try
        {
            if (!await client.IsReady(cancel))
                throw new InvalidModelException($"The model's server {root.Authority} doesn't say that it is ready.") { MayPass = true };
            return new(client, how, how.Signature ?? await client.Describe(cancel) ?? new([], []));
        }
        catch (ModelUnavailableException problem)
        {
            throw new InvalidModelException($"The model's server can't be asked: {problem.Message}", problem) { MayPass = true };
        }
    }

    public override async ValueTask<IReadOnlyList<NamedTensor>> Infer(
        IReadOnlyList<NamedTensor> inputs, IReadOnlyCollection<string>? outputs, CancellationToken cancel)
    {
        var answered = await _client.Infer(inputs, outputs, Signature, cancel);
        AnswerCheck.Rows(answered, inputs, Declared);
        return answered;
    }

    internal override async ValueTask<ServerAnswer> Forward(ReadOnlyMemory<byte> body, string contentType, CancellationToken cancel) =>
        await _client.Forward(body, contentType, cancel);

    private protected override void CheckInputs(IReadOnlyList<NamedTensor> inputs) => _client.Check(inputs, Signature);

    private static async Task<ServerAnswer> Send(
        Uri root, Func<HttpRequestMessage, CancellationToken, Task<ServerAnswer>> outbound, HttpRequestMessage request, CancellationToken cancel)
    {
        request.RequestUri = new Uri(root, request.RequestUri!);
        var answer = await outbound(request, cancel);
        return answer.Status is 429 or 502 or 503 or 504
            ? throw new ModelUnavailableException($"The model's server answers {answer.Status} at the moment.", TimeSpan.FromSeconds(1))
            : answer;
    }

    protected override void Dispose(bool disposing)
    {
        if (Interlocked.Exchange(ref _disposed, 1) == 0)
            InferenceMetrics.ModelUnloaded();
    }
}
