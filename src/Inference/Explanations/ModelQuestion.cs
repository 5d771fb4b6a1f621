using Assay.Inference.Predictions;

namespace Assay.Inference.Explanations;

/// <summary>
/// The turns of questions that are no predictions, explanations and counterfactuals: they compute for long, so only as many
/// run at a time as leave half of the cores to predictions.
/// </summary>
internal static class ModelQuestion
{
    private static readonly SemaphoreSlim Turns = new(Math.Max(1, Environment.ProcessorCount / 2));
    private static int _waiting;

    /// <summary>Computes when it is its turn.</summary>
    /// <exception cref="RefusedRequestException">Too many wait.</exception>
    public static Task<T> InTurn<T>(Func<T> compute, CancellationToken cancel) => InTurn(() => Task.FromResult(compute()), cancel);

    /// <summary>The same for what another program may compute.</summary>
    /// <exception cref="RefusedRequestException">Too many wait.</exception>
    public static async Task<T> InTurn<T>(Func<Task<T>> compute, CancellationToken cancel)
    {
        if (Interlocked.Increment(ref _waiting) > ExplanationLimits.WaitingMax)
        {
            Interlocked.Decrement(ref _waiting);
            throw new RefusedRequestException(
                StatusCodes.Status503ServiceUnavailable, "unavailable", "Too many explanations and counterfactuals are asked for at the same time. Try again in a second.");
        }

        try
        {
            await Turns.WaitAsync(cancel);
        }
        finally
        {
            Interlocked.Decrement(ref _waiting);
        }

        try
        {
            return await compute();
        }
        finally
        {
            Turns.Release();
        }
    }
}
