namespace Assay.Inference.Predictions;

/// <summary>A request that is turned away before its rows are looked at: too large, not JSON, or too many at a time.</summary>
internal sealed class RefusedRequestException(int status, string code, string message) : Exception(message)
{
    public int Status { get; } = status;

    public string Code { get; } = code;
}
