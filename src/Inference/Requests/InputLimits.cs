namespace Assay.Inference.Requests;

/// <summary>The most that one prediction request may hold.</summary>
public static class InputLimits
{
    /// <summary>Bytes of a request body: 16 MiB.</summary>
    public const int BodyBytesMax = 16 * 1024 * 1024;

    /// <summary>Rows of a request.</summary>
    public const int RowsMax = 100_000;

    /// <summary>Bytes of bodies that are read at the same time in this process; a request past it is asked to come again.</summary>
    public const int BodyBytesInFlightMax = 4 * BodyBytesMax;
}
