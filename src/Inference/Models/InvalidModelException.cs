namespace Assay.Inference.Models;

/// <summary>A package that can't be served: a file is missing or unreadable, or its graph and its schema don't agree. The message says which.</summary>
public sealed class InvalidModelException(string message, Exception? cause = null) : Exception(message, cause)
{
    /// <summary>Whether what is in the way is not the package but what it needs, such as a server that is away, so that it may be served in a moment.</summary>
    public bool MayPass { get; init; }
}
