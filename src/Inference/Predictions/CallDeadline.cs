namespace Assay.Inference.Predictions;

/// <summary>The time that a call may take, by the word of its caller or of its endpoint, whichever is shorter.</summary>
internal sealed class CallDeadline : IDisposable
{
    private readonly HttpContext _http;
    private readonly CancellationToken _callerLeft;
    private readonly CancellationTokenSource _over;
    private readonly TimeSpan _length;
    private readonly bool _isCallers;

    private CallDeadline(HttpContext http, TimeSpan length, bool isCallers)
    {
        (_http, _callerLeft, _length, _isCallers) = (http, http.RequestAborted, length, isCallers);
        _over = CancellationTokenSource.CreateLinkedTokenSource(_callerLeft);
        _over.CancelAfter(length);
        http.RequestAborted = _over.Token;
    }

    /// <summary>Has the time of a call counted from here; null where it may take as long as it takes.</summary>
    /// <param name="http">The call, which is given up when its time is over.</param>
    /// <param name="patience">Of the caller.</param>
    /// <param name="allowed">By the endpoint.</param>
    public static CallDeadline? Begin(HttpContext http, TimeSpan? patience, TimeSpan? allowed) =>
        (patience ?? allowed) is not { } length ? null
        : allowed <= length ? new(http, allowed.Value, isCallers: false)
        : new(http, length, isCallers: true);

    /// <summary>What a caller is told whose call took longer than it may; null when that isn't why it was given up.</summary>
    public Problem? Problem()
    {
        if (!_over.IsCancellationRequested || _callerLeft.IsCancellationRequested)
            return null;
        _http.RequestAborted = _callerLeft;   // for the answer
        return _isCallers ? Predictions.Problem.PastDeadline(_length) : new(
            StatusCodes.Status504GatewayTimeout, "timeout",
            $"The call took longer than the {_length.TotalMilliseconds:0} ms that the endpoint allows. Send fewer rows, or try again later.");
    }

    public void Dispose() => _over.Dispose();
}
