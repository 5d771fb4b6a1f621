using Assay.Inference.Models;

namespace Assay.Serving.Deployment;

/// <summary>A version can't be served; the message is a sentence that says why.</summary>
internal sealed class LoadFailedException(string message, Exception cause) : Exception(message, cause)
{
    /// <summary>Whether it may be served in a moment, as what it needs is away and nothing is wrong with it.</summary>
    public bool MayPass => InnerException is InvalidModelException { MayPass: true };
}
