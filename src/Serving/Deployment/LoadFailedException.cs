namespace Assay.Serving.Deployment;

/// <summary>A version can't be served; the message is a sentence that says why.</summary>
internal sealed class LoadFailedException(string message, Exception cause) : Exception(message, cause);
