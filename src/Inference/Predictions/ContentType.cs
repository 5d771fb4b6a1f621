using Microsoft.Extensions.Primitives;
using Microsoft.Net.Http.Headers;

namespace Assay.Inference.Predictions;

/// <summary>Only UTF-8 JSON is read.</summary>
internal static class ContentType
{
    /// <param name="request">Whose body it is.</param>
    /// <param name="other">A type that is taken beside JSON, in UTF-8 as well; null for none.</param>
    /// <exception cref="RefusedRequestException">415, with what to send instead.</exception>
    public static void Check(HttpRequest request, string? other = null)
    {
        var sent = request.ContentType;
        if (sent is not ("application/json" or "application/json; charset=utf-8"))   // no parsing for what nearly all send
            CheckParsed(sent, other);
    }

    /// <summary>Whether the body is of this type, in UTF-8 if it says.</summary>
    public static bool IsUtf8(HttpRequest request, string mediaType) =>
        MediaTypeHeaderValue.TryParse(request.ContentType, out var type)
        && type.MediaType.Equals(mediaType, StringComparison.OrdinalIgnoreCase)
        && IsUtf8(HeaderUtilities.RemoveQuotes(type.Charset));

    private static bool IsUtf8(StringSegment charset) =>
        !charset.HasValue || charset.Equals("utf-8", StringComparison.OrdinalIgnoreCase) || charset.Equals("us-ascii", StringComparison.OrdinalIgnoreCase);

    private static void CheckParsed(string? sent, string? other)
    {
        if (!MediaTypeHeaderValue.TryParse(sent, out var type) || !(IsJson(type) || type.MediaType.Equals(other, StringComparison.OrdinalIgnoreCase)))
            throw Refused($"The content type is {(sent is null ? "missing" : $"'{sent}'")}. Send JSON as Content-Type: application/json.");
        var charset = HeaderUtilities.RemoveQuotes(type.Charset);
        if (!IsUtf8(charset))
            throw Refused($"The charset is '{charset}'. Send {(IsJson(type) ? "JSON" : other)} in UTF-8.");
    }

    private static bool IsJson(MediaTypeHeaderValue type) =>
        type.MediaType.Equals("application/json", StringComparison.OrdinalIgnoreCase)
        || (type.Type.Equals("application", StringComparison.OrdinalIgnoreCase) && type.Suffix.Equals("json", StringComparison.OrdinalIgnoreCase));

    private static RefusedRequestException Refused(string message) =>
        new(StatusCodes.Status415UnsupportedMediaType, "unsupported-media-type", message);
}
