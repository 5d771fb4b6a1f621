using System.Buffers;
using System.Buffers.Binary;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using Assay.Inference.Predictions;
using Assay.Inference.Requests;
using Google.Protobuf;

namespace Assay.Inference.OpenInference.Grpc;

/// <summary>How gRPC carries one message over HTTP/2: five bytes before it, and the status behind the answer.</summary>
internal static class GrpcFrame
{
    /// <summary>Bytes before a message: whether it is compressed, and its length.</summary>
    public const int HeadBytes = 5;

    private const string ContentType = "application/grpc";
    private const int DetailLengthMax = 1000;
    private const int TimeoutLengthMax = 9;   // eight digits and the unit
    private static readonly TimeSpan TimeoutMax = TimeSpan.FromDays(1);

    // Its trailers are for HTTP/2; what the browser's variant of the protocol sends is another type.
    public static bool IsGrpc(HttpRequest request) =>
        request.ContentType is { } sent && sent.StartsWith(ContentType, StringComparison.OrdinalIgnoreCase)
        && (sent.Length == ContentType.Length || sent[ContentType.Length] is '+' or ';')
        && !HttpProtocol.IsHttp11(request.Protocol) && !HttpProtocol.IsHttp10(request.Protocol);

    /// <summary>The time that a caller gives a call, such as <c>250m</c> for a quarter of a second; null for as long as it takes.</summary>
    public static TimeSpan? Timeout(HttpRequest request)
    {
        if (!request.Headers.TryGetValue("grpc-timeout", out var header) || header is not [{ Length: > 1 and <= TimeoutLengthMax } sent])
            return null;
        if (!long.TryParse(sent.AsSpan(0, sent.Length - 1), NumberStyles.None, CultureInfo.InvariantCulture, out var amount))
            return null;
        var ticks = sent[^1] switch
        {
            'H' => TimeSpan.TicksPerHour,
            'M' => TimeSpan.TicksPerMinute,
            'S' => TimeSpan.TicksPerSecond,
            'm' => TimeSpan.TicksPerMillisecond,
            'u' => TimeSpan.TicksPerMicrosecond,
            'n' => 1,
            _ => -1,
        };
        var timeout = TimeSpan.FromTicks(sent[^1] == 'n' ? amount / TimeSpan.NanosecondsPerTick : ticks * amount);
        return ticks < 0 || timeout > TimeoutMax ? null : timeout;
    }

    /// <summary>Whether the message is compressed.</summary>
    public static bool IsCompressed(ReadOnlySpan<byte> body) => body.Length >= HeadBytes && body[0] != 0;

    /// <summary>Unpacks a body whose message is compressed.</summary>
    /// <exception cref="RefusedRequestException">In a way that isn't known here.</exception>
    public static void Unpack(HttpRequest request, RequestBody body)
    {
        if (!IsCompressed(body.Bytes.Span))
            return;
        if (request.Headers["grpc-encoding"] != "gzip")
            throw new RefusedRequestException(StatusCodes.Status501NotImplemented, "unsupported", "The message is compressed in a way that is not known here. Send it as gzip, or as it is.");
        Message(body.Bytes.Span);   // is there, whole and alone
        body.Unpack(BodyEncoding.Gunzip, HeadBytes);
        WriteHead(MemoryMarshal.AsMemory(body.Bytes).Span, body.Bytes.Length - HeadBytes);
    }

    /// <summary>The one message of a body.</summary>
    public static ReadOnlySpan<byte> Message(ReadOnlySpan<byte> body)
    {
        if (body.Length < HeadBytes)
            throw new InvalidInputException("The call has no message.");
        var length = LengthOf(body);
        return length == body.Length - HeadBytes ? body[HeadBytes..] : throw new InvalidInputException("The call's message is cut off, or is not one alone.");
    }

    /// <summary>Bytes of the message behind a head.</summary>
    public static uint LengthOf(ReadOnlySpan<byte> head) => BinaryPrimitives.ReadUInt32BigEndian(head[1..]);

    public static void WriteHead(Span<byte> head, int length)
    {
        head[0] = 0;
        BinaryPrimitives.WriteUInt32BigEndian(head[1..], (uint)length);
    }

    /// <summary>Headers and trailers of an answer that carries a message.</summary>
    public static void Begin(HttpResponse response)
    {
        response.ContentType = ContentType;
        response.AppendTrailer("grpc-status", "0");
    }

    /// <summary>Answers a call that asks no model.</summary>
    public static Task Write(HttpContext http, IMessage message)
    {
        Begin(http.Response);
        Append(http.Response, message);
        return http.Response.CompleteAsync();
    }

    /// <summary>Puts one more message into an answer that was begun.</summary>
    public static void Append(HttpResponse response, IMessage message)
    {
        var size = message.CalculateSize();
        var free = response.BodyWriter.GetSpan(HeadBytes + size)[..(HeadBytes + size)];
        WriteHead(free, size);
        message.WriteTo(free[HeadBytes..]);
        response.BodyWriter.Advance(HeadBytes + size);
    }

    /// <summary>
    /// Says a problem: an answer without a message, whose status is gRPC's. Row and column at fault stand beside it for
    /// programs. Who doesn't speak gRPC is told as the protocol says it over REST.
    /// </summary>
    public static Task WriteProblem(HttpContext http, Problem problem)
    {
        if (!IsGrpc(http.Request))
            return ErrorAnswer.Write(http, problem);
        if (!ProblemAnswer.Begin(http, problem, ContentType))
            return Task.CompletedTask;
        var response = http.Response;
        response.StatusCode = StatusCodes.Status200OK;
        response.Headers.WWWAuthenticate = default;
        response.Headers["grpc-status"] = StatusOf(problem).ToString(CultureInfo.InvariantCulture);
        if (problem.Status == StatusCodes.Status501NotImplemented)
            response.Headers["grpc-accept-encoding"] = "identity,gzip";
        response.Headers["grpc-message"] = Escaped(problem.Detail);
        if (problem.Row is { } row)
            response.Headers["assay-row"] = row.ToString(CultureInfo.InvariantCulture);
        if (problem.Column is { } column)
            response.Headers["assay-column"] = Escaped(column);
        if (problem.RetryAfterSeconds is { } seconds)
            response.Headers["grpc-retry-pushback-ms"] = (seconds * 1000L).ToString(CultureInfo.InvariantCulture);
        return response.CompleteAsync();
    }

    private static int StatusOf(Problem problem) => problem.Status switch
    {
        StatusCodes.Status401Unauthorized => 16,
        StatusCodes.Status403Forbidden => 7,
        StatusCodes.Status404NotFound => 5,
        StatusCodes.Status409Conflict => 10,
        StatusCodes.Status413PayloadTooLarge or StatusCodes.Status429TooManyRequests => 8,
        StatusCodes.Status499ClientClosedRequest => 1,
        StatusCodes.Status501NotImplemented => 12,
        StatusCodes.Status503ServiceUnavailable => 14,
        StatusCodes.Status504GatewayTimeout => 4,
        < 500 => 3,
        _ => 13,
    };

    // As gRPC escapes: what is not printable ASCII, and the sign of the escape itself.
    private static string Escaped(string text)
    {
        var escaped = new StringBuilder(text.Length);
        foreach (var letter in Encoding.UTF8.GetBytes(text.Length <= DetailLengthMax ? text : text[..DetailLengthMax]))
        {
            if (letter is >= 0x20 and <= 0x7E and not (byte)'%')
                escaped.Append((char)letter);
            else
                escaped.Append(CultureInfo.InvariantCulture, $"%{letter:X2}");
        }

        return escaped.ToString();
    }
}
