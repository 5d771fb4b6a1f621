using System.Diagnostics;
using Assay.Inference.Predictions;

namespace Assay.Inference.Explanations;

/// <summary>Until when a request may compute.</summary>
internal sealed class Deadline : IDisposable
{
    private readonly long _started = Stopwatch.GetTimestamp();
    private readonly string _remedy;
    private readonly CancellationToken _cancel;
    private CancellationTokenSource? _end;

    /// <param name="remedy">What to ask for instead, a sentence.</param>
    /// <param name="cancel">Ends it when the caller went away.</param>
    public Deadline(string remedy, CancellationToken cancel) => (_remedy, _cancel) = (remedy, cancel);

    public bool IsOver => Stopwatch.GetElapsedTime(_started) > ExplanationLimits.TimeMax;

    /// <summary>Cancelled when the time is over, or the caller went away.</summary>
    public CancellationToken Token => (_end ??= End()).Token;

    /// <exception cref="RefusedRequestException">The time is over.</exception>
    /// <exception cref="OperationCanceledException">The caller went away.</exception>
    public void Check()
    {
        _cancel.ThrowIfCancellationRequested();
        if (IsOver)
            throw Ended();
    }

    /// <summary>What is said when <see cref="Token"/> was cancelled.</summary>
    /// <exception cref="OperationCanceledException">The caller went away.</exception>
    public RefusedRequestException Ended()
    {
        _cancel.ThrowIfCancellationRequested();
        return new(StatusCodes.Status422UnprocessableEntity, "limit", $"The computation was not done after {ExplanationLimits.TimeMax.TotalSeconds:0} seconds. {_remedy}");
    }

    /// <summary>What is computed until then.</summary>
    /// <exception cref="RefusedRequestException">The time is over.</exception>
    /// <exception cref="OperationCanceledException">The caller went away.</exception>
    public async ValueTask<T> Bound<T>(Func<CancellationToken, ValueTask<T>> compute)
    {
        Check();
        try
        {
            return await compute(Token);
        }
        catch (OperationCanceledException) when (Token.IsCancellationRequested)
        {
            throw Ended();
        }
    }

    public void Dispose() => _end?.Dispose();

    private CancellationTokenSource End()
    {
        var end = CancellationTokenSource.CreateLinkedTokenSource(_cancel);
        end.CancelAfter(ExplanationLimits.TimeMax);
        return end;
    }
}
