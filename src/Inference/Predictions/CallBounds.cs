namespace Assay.Inference.Predictions;

/// <summary>What an endpoint allows a call, within the limits of the program. Nothing by itself: an endpoint without bounds has none of these.</summary>
/// <param name="BodyBytesMax">Bytes of a body.</param>
/// <param name="RowsMax">Rows of a request.</param>
/// <param name="Timeout">For the whole call; null for as long as it takes.</param>
/// <param name="Cache">Predictions that are kept; null for none.</param>
public sealed record CallBounds(int? BodyBytesMax, int? RowsMax, TimeSpan? Timeout, PredictionCache? Cache);

/// <summary>Decides whether a call may begin, and when.</summary>
public interface ICallGate
{
    /// <summary>Lets a call in, has it wait for its turn, or turns it away.</summary>
    ValueTask<GatePass> Enter(HttpContext http);
}

/// <summary>What a gate said.</summary>
/// <param name="Refused">Why the call is turned away; null when it is let in.</param>
/// <param name="Hold">Disposed when the call is over.</param>
public readonly record struct GatePass(Problem? Refused, IDisposable? Hold)
{
    /// <summary>Let in, and nothing is held.</summary>
    public static GatePass In => default;
}
