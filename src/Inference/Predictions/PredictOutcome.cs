namespace Assay.Inference.Predictions;

/// <summary>How a prediction request ended.</summary>
public enum PredictOutcome
{
    /// <summary>200: every row has its prediction.</summary>
    Ok,

    /// <summary>4xx: the request was at fault.</summary>
    Invalid,

    /// <summary>503: no model, or too much at the same time.</summary>
    Unavailable,

    /// <summary>500: the model couldn't compute.</summary>
    Failed,

    /// <summary>The caller went away.</summary>
    Cancelled,
}
