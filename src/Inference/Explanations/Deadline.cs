using System.Diagnostics;
using Assay.Inference.Predictions;

namespace Assay.Inference.Explanations;

/// <summary>Until when a request may compute.</summary>
/// <param name="remedy">What to ask for instead, a sentence.</param>
/// <param name="cancel">Ends it when the caller went away.</param>
internal sealed class Deadline(string remedy, CancellationToken cancel)
{
    private readonly long _started = Stopwatch.GetTimestamp();

    public bool IsOver => Stopwatch.GetElapsedTime(_started) > ExplanationLimits.TimeMax;

    /// <exception cref="RefusedRequestException">The time is over.</exception>
    /// <exception cref="OperationCanceledException">The caller went away.</exception>
    public void Check()
    {
        cancel.ThrowIfCancellationRequested();
        if (IsOver)
        {
            throw new RefusedRequestException(
                StatusCodes.Status422UnprocessableEntity, "limit", $"The computation was not done after {ExplanationLimits.TimeMax.TotalSeconds:0} seconds. {remedy}");
        }
    }
}
