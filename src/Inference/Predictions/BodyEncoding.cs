using System.Buffers;
using System.IO.Compression;
using Microsoft.Net.Http.Headers;

namespace Assay.Inference.Predictions;

/// <summary>Bodies that come compressed, and answers that callers want so. What comes and is wanted as it is takes no part in it.</summary>
internal static class BodyEncoding
{
    /// <summary>Bytes from which on compressing an answer saves more time than it takes.</summary>
    public const int AnswerBytesMin = 8 << 10;

    private const string Gzip = "gzip";
    private const int OverheadMax = 1024;   // of bytes that don't get shorter, with a thousandth of their length

    /// <summary>What reads the body; null when it comes as it is.</summary>
    /// <exception cref="RefusedRequestException">415, with what to send instead.</exception>
    public static Func<Stream, Stream>? Decoder(HttpRequest request)
    {
        if (request.Headers.ContentEncoding is not { Count: > 0 } sent)
            return null;
        return sent.ToString().ToLowerInvariant() switch
        {
            "" or "identity" => null,
            Gzip or "x-gzip" => Gunzip,
            "deflate" => body => new ZLibStream(body, CompressionMode.Decompress),
            "br" => body => new BrotliStream(body, CompressionMode.Decompress),
            _ => throw new RefusedRequestException(
                StatusCodes.Status415UnsupportedMediaType, "unsupported-media-type", $"The body is encoded as '{sent}'. Send it as gzip, deflate or br, or without Content-Encoding."),
        };
    }

    /// <summary>Reads gzip.</summary>
    public static Stream Gunzip(Stream body) => new GZipStream(body, CompressionMode.Decompress);

    /// <summary>The answer compressed if the caller takes that and it gets shorter, else as it is; either is in memory of the shared pool.</summary>
    public static ArraySegment<byte> Compress(HttpContext http, ArraySegment<byte> answer)
    {
        if (!TakesGzip(http.Request))
            return answer;
        var memory = ArrayPool<byte>.Shared.Rent(answer.Count + answer.Count / 1000 + OverheadMax);
        using var compressed = new MemoryStream(memory);
        using (var gzip = new GZipStream(compressed, CompressionLevel.Fastest, leaveOpen: true))
            gzip.Write(answer);
        var length = (int)compressed.Position;
        if (length >= answer.Count)
        {
            ArrayPool<byte>.Shared.Return(memory);
            return answer;
        }

        ArrayPool<byte>.Shared.Return(answer.Array!);
        http.Response.Headers.ContentEncoding = Gzip;
        http.Response.Headers.Append(HeaderNames.Vary, HeaderNames.AcceptEncoding);
        return new(memory, 0, length);
    }

    private static bool TakesGzip(HttpRequest request) =>
        StringWithQualityHeaderValue.TryParseList(request.Headers.AcceptEncoding, out var taken)
        && (taken.FirstOrDefault(one => one.Value.Equals(Gzip, StringComparison.OrdinalIgnoreCase)) ?? taken.FirstOrDefault(one => one.Value == "*")) is { Quality: null or > 0 };
}
