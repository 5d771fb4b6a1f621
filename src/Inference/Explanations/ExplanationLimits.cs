namespace Assay.Inference.Explanations;

/// <summary>The most that one request for explanations may ask for.</summary>
public static class ExplanationLimits
{
    /// <summary>Rows of a request.</summary>
    public const int RowsMax = 1000;

    /// <summary>Time that a request may compute.</summary>
    public static readonly TimeSpan TimeMax = TimeSpan.FromSeconds(10);

    /// <summary>Coalitions that KernelSHAP may be told to ask about per row.</summary>
    public const int CoalitionsMax = 65_536;

    /// <summary>Rows that stand for the training data where the trees don't know it themselves.</summary>
    public const int BackgroundRows = 64;

    /// <summary>Bytes of a graph that is kept to be read for its trees; a larger one is explained from the outside.</summary>
    public const int GraphBytesMax = 64 * 1024 * 1024;

    /// <summary>Requests that wait for their turn; one more is asked to come again.</summary>
    public const int WaitingMax = 16;
}
