namespace Assay.Inference.Predictions;

/// <summary>A request that is turned away for what it is, not for what a row says: too large, not JSON, or too many at a time.</summary>
internal sealed class RefusedRequestException(int status, string code, string message) : Exception(message)
{
    public int Status { get; } = status;

    public string Code { get; } = code;

    /// <summary>When to come again, in seconds; null where the status says enough.</summary>
    public int? RetryAfterSeconds { get; init; }

    /// <summary>Whether coming again is of no use, whatever the status says, until somebody does something about it.</summary>
    public bool IsLasting { get; init; }
}
