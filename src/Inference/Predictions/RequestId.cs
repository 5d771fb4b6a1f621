using Microsoft.Extensions.Primitives;

namespace Assay.Inference.Predictions;

/// <summary>
/// By which a call is known: the caller's own id, or one that is made here and tells when. It is given back with the answer,
/// so that what becomes known later (a label, a complaint) finds its call.
/// </summary>
public static class RequestId
{
    /// <summary>Header of the request and of the answer.</summary>
    public const string Header = "Assay-Request-Id";

    private const string CloudEventHeader = "ce-id";
    private const int LengthMax = 128;

    /// <summary>Takes the id of the request's headers, or makes one; once for each request.</summary>
    public static void Assign(HttpContext http)
    {
        if (http.Response.Headers.ContainsKey(Header))
            return;
        var headers = http.Request.Headers;
        if (!TryTake(http, headers[Header]) && !TryTake(http, headers[CloudEventHeader]))
            Set(http, TimedIds.Next());
    }

    /// <summary>Takes the id that stands in a request's body, unless it is none: visible ASCII characters, at most 128.</summary>
    internal static bool TryTake(HttpContext http, string? id)
    {
        if (id is not { Length: > 0 and <= LengthMax } || id.AsSpan().ContainsAnyExceptInRange('!', '~'))
            return false;
        Set(http, id);
        return true;
    }

    private static void Set(HttpContext http, string id)
    {
        http.TraceIdentifier = id;
        if (!http.Response.HasStarted)
            http.Response.Headers[Header] = new StringValues(id);
    }
}
