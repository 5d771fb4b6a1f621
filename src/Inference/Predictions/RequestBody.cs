using System.Buffers;
using System.IO.Pipelines;
using Assay.Inference.Requests;

namespace Assay.Inference.Predictions;

/// <summary>The whole body of a request in one piece: where the server received it when it came in one, else in pooled memory.</summary>
internal sealed class RequestBody : IDisposable
{
    private static long _bytesInFlight;

    private readonly int _bytesMax;
    private PipeReader? _received;
    private SequencePosition _end;
    private byte[]? _pooled;
    private long _reserved;

    private RequestBody(int bytesMax) => _bytesMax = bytesMax;

    public ReadOnlyMemory<byte> Bytes { get; private set; }

    /// <exception cref="RefusedRequestException">The body is too large, or too much is being read at the same time.</exception>
    public static async ValueTask<RequestBody> Read(HttpRequest request, int bytesMax, CancellationToken cancel)
    {
        if (request.ContentLength > bytesMax)
            throw TooLarge(bytesMax);

        var body = new RequestBody(bytesMax);
        try
        {
            body.Reserve(request.ContentLength ?? 0);
            var read = await request.BodyReader.ReadAsync(cancel);
            if (read is { IsCompleted: true, Buffer: { IsSingleSegment: true } } && read.Buffer.Length <= bytesMax)
                (body._received, body._end, body.Bytes) = (request.BodyReader, read.Buffer.End, read.Buffer.First);
            else
                await body.Gather(request, read, cancel);
            return body;
        }
        catch
        {
            body.Dispose();
            throw;
        }
    }

    private async ValueTask Gather(HttpRequest request, ReadResult read, CancellationToken cancel)
    {
        var length = Append(0, request, read.Buffer);
        while (!read.IsCompleted)
        {
            read = await request.BodyReader.ReadAsync(cancel);
            length = Append(length, request, read.Buffer);
        }

        Bytes = _pooled.AsMemory(0, length);
    }

    private int Append(int length, HttpRequest request, ReadOnlySequence<byte> chunk)
    {
        try
        {
            if (length + chunk.Length > _bytesMax)
                throw TooLarge(_bytesMax);
            MakeRoom(length, length + (int)chunk.Length, (int)(request.ContentLength ?? 0));
            chunk.CopyTo(_pooled.AsSpan(length));
            return length + (int)chunk.Length;
        }
        finally
        {
            request.BodyReader.AdvanceTo(chunk.End);
        }
    }

    private void MakeRoom(int used, int needed, int announced)
    {
        if (_pooled is not null && needed <= _pooled.Length)
            return;
        var larger = ArrayPool<byte>.Shared.Rent(Math.Max(Math.Max(needed, announced), used * 2));
        _pooled.AsSpan(0, used).CopyTo(larger);
        if (_pooled is not null)
            ArrayPool<byte>.Shared.Return(_pooled);
        _pooled = larger;
        Reserve(needed - _reserved);
    }

    // Many large bodies at a time would fill the memory: better to turn one away than to fail them all.
    private void Reserve(long bytes)
    {
        if (bytes <= 0)
            return;
        _reserved += bytes;
        if (Interlocked.Add(ref _bytesInFlight, bytes) > InputLimits.BodyBytesInFlightMax)
        {
            throw new RefusedRequestException(
                StatusCodes.Status503ServiceUnavailable, "unavailable", "Too many large requests at the same time. Try again in a second.");
        }
    }

    public static RefusedRequestException TooLarge(int bytesMax = InputLimits.BodyBytesMax) => new(
        StatusCodes.Status413PayloadTooLarge,
        "limit",
        $"The body is larger than {(bytesMax < InputLimits.BodyBytesMax ? $"{bytesMax} bytes" : $"{bytesMax / (1024 * 1024)} MiB")}. Send the rows in several requests.");

    public void Dispose()
    {
        _received?.AdvanceTo(_end);
        _received = null;
        if (_pooled is not null)
            ArrayPool<byte>.Shared.Return(_pooled);
        _pooled = null;
        Bytes = default;
        Interlocked.Add(ref _bytesInFlight, -_reserved);
        _reserved = 0;
    }
}
