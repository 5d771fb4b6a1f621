namespace Assay.Inference.Models;

/// <summary>A call whose caller left, while the program that was asked goes on with it.</summary>
/// <param name="ended">Done when that has ended, however.</param>
/// <param name="cancel">By which the caller left.</param>
internal sealed class CallGoesOnException(Task ended, CancellationToken cancel) : OperationCanceledException(cancel)
{
    public Task Ended { get; } = ended;
}
