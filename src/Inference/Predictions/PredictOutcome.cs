namespace Assay.Inference.Predictions;

/// <summary>How a prediction request ended.</summary>
public enum PredictOutcome
{
    /// <summary>200: every row has its prediction.</summary>
    Ok,

    /// <summary>4xx: the request was at fault.</summary>
    Invalid,

    /// <summary>429, 503: turned away by what the endpoint lets through, before the model was asked.</summary>
    Limited,

    /// <summary>503: no model, or too much at the same time.</summary>
    Unavailable,

    /// <summary>500: the model couldn't compute; 504: not in time.</summary>
    Failed,

    /// <summary>The caller went away.</summary>
    Cancelled,
}
