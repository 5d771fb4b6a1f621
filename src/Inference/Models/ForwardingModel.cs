using Assay.Inference.Batching;
using Assay.Inference.Explanations;
using Assay.Inference.Processes;
using Assay.Inference.Requests;
using Assay.Inference.Tensors;

namespace Assay.Inference.Models;

/// <summary>A model that another program computes: a process of this server, or a server elsewhere.</summary>
public abstract class ForwardingModel : ServedModel
{
    /// <summary>Whether bodies in the plain forms and in MLflow's can be passed on as they are.</summary>
    public abstract bool TakesBodies { get; }

    /// <summary>Has calls go together; null where its package doesn't ask for that.</summary>
    private protected ProgramBatcher? Batcher { get; init; }

    /// <summary>What the package itself says of inputs and outputs; null where only the program tells, whose -1 need not stand for rows.</summary>
    private protected ModelSignature? Declared { get; init; }

    /// <summary>Whether a body is passed on. One that may go with others is read, but for one that says more than its rows.</summary>
    internal bool Passes(ReadOnlySpan<byte> body) => TakesBodies && (Batcher is null || PassedBody.HasParams(body));

    /// <summary>Passes a body on, and gives back what came.</summary>
    /// <exception cref="InvalidInputException">The other program refuses the body.</exception>
    /// <exception cref="ModelUnavailableException">It does not answer at the moment.</exception>
    /// <exception cref="ModelFailedException">It failed.</exception>
    internal abstract ValueTask<ServerAnswer> Forward(ReadOnlyMemory<byte> body, string contentType, CancellationToken cancel);

    /// <inheritdoc/>
    internal override async ValueTask<AnsweredTensors> InferAmongOthers(
        IReadOnlyList<NamedTensor> inputs, IReadOnlyCollection<string>? outputs, CancellationToken cancel)
    {
        if (Batcher?.IsOn is not true || Batcher.Fitting(inputs, [.. outputs ?? []], cancel) is not { } asked)
            return await base.InferAmongOthers(inputs, outputs, cancel);
        CheckInputs(inputs);
        var answered = await Wait(() => Batcher.Infer(asked).AsTask(), cancel);
        AnswerCheck.Rows(answered.Outputs, inputs, Declared);
        return answered;
    }

    /// <summary>Says that calls no longer go together.</summary>
    private protected void BatchingStopped() =>
        Notice("Its calls are asked one by one from now on: a row got another answer among others than alone, against what 'maxBatchSize' in its package promises.");

    /// <summary>Waits for what is asked, for as long as its caller does.</summary>
    /// <exception cref="ModelUnavailableException">Too many wait already.</exception>
    /// <exception cref="CallGoesOnException">The caller left before that.</exception>
    private protected virtual Task<T> Wait<T>(Func<Task<T>> call, CancellationToken cancel) => Wait(call(), cancel);

    /// <inheritdoc cref="Wait{T}(Func{Task{T}}, CancellationToken)"/>
    private protected static async Task<T> Wait<T>(Task<T> call, CancellationToken cancel)
    {
        try
        {
            return await call.WaitAsync(cancel);
        }
        catch (OperationCanceledException) when (!call.IsCompleted)
        {
            throw new CallGoesOnException(call, cancel);
        }
    }

    /// <exception cref="InvalidInputException">They aren't what the signature asks for.</exception>
    private protected abstract void CheckInputs(IReadOnlyList<NamedTensor> inputs);
}
