using System.Buffers;
using System.IO.Pipelines;
using System.Runtime.InteropServices;
using Assay.Inference.Requests;

namespace Assay.Inference.Predictions;

/// <summary>
/// The whole body of a request in one piece: where the server received it when it came in one and as it is, else in pooled
/// memory. A compressed one is unpacked, and held to the same limits.
/// </summary>
internal sealed class RequestBody : IDisposable
{
    private const int UnpackedBytesMin = 16 << 10;
    private const int UnpackedRatio = 4;   // that is common
    private static long _bytesInFlight;

    private readonly int _bytesMax;
    private PipeReader? _received;
    private SequencePosition _end;
    private byte[]? _pooled;
    private long _reserved;

    private RequestBody(int bytesMax) => _bytesMax = bytesMax;

    public ReadOnlyMemory<byte> Bytes { get; private set; }

    /// <exception cref="RefusedRequestException">The body is too large, or encoded in a way that isn't known, or too much is being read at the same time.</exception>
    public static async ValueTask<RequestBody> Read(HttpRequest request, int bytesMax, CancellationToken cancel)
    {
        if (request.ContentLength > bytesMax)
            throw TooLarge(bytesMax);

        var decoder = BodyEncoding.Decoder(request);
        var body = new RequestBody(bytesMax);
        try
        {
            body.Reserve(request.ContentLength ?? 0);
            var read = await Receive(request.BodyReader, cancel);
            if (read is { IsCompleted: true, Buffer: { IsSingleSegment: true } } && read.Buffer.Length <= bytesMax)
                (body._received, body._end, body.Bytes) = (request.BodyReader, read.Buffer.End, read.Buffer.First);
            else
                await body.Gather(request, read, cancel);
            if (decoder is not null)
                body.Unpack(decoder);
            return body;
        }
        catch
        {
            body.Dispose();
            throw;
        }
    }

    /// <summary>Puts what a decoder reads out of the body in its place.</summary>
    /// <param name="decoder">Such as of gzip.</param>
    /// <param name="head">Bytes at the beginning that are none of the decoder's, and stay.</param>
    /// <exception cref="InvalidInputException">The decoder can't read it.</exception>
    /// <exception cref="RefusedRequestException">It is too large.</exception>
    public void Unpack(Func<Stream, Stream> decoder, int head = 0)
    {
        var packed = MemoryMarshal.TryGetArray(Bytes, out var array) ? array : Bytes.ToArray();
        var unpacked = ArrayPool<byte>.Shared.Rent((int)Math.Clamp((long)packed.Count * UnpackedRatio, UnpackedBytesMin, _bytesMax));
        try
        {
            using var source = new MemoryStream(packed.Array!, packed.Offset + head, packed.Count - head, writable: false);
            using var plain = decoder(source);
            packed.AsSpan(0, head).CopyTo(unpacked);
            var length = Fill(plain, head, ref unpacked);
            LeaveReceived();
            (_pooled, unpacked) = (unpacked, _pooled ?? []);
            Bytes = _pooled.AsMemory(0, length);
        }
        catch (Exception wrong) when (wrong is InvalidDataException or InvalidOperationException)   // as the one and the other decoder say it
        {
            throw new InvalidInputException("The body is not compressed as its Content-Encoding says. Send it so, or without Content-Encoding.");
        }
        finally
        {
            if (unpacked.Length > 0)
                ArrayPool<byte>.Shared.Return(unpacked);
        }
    }

    private int Fill(Stream plain, int length, ref byte[] unpacked)
    {
        for (var read = 0; ; length += read)
        {
            if (length > _bytesMax)
                throw TooLarge(_bytesMax);
            if (length == unpacked.Length)
            {
                var larger = ArrayPool<byte>.Shared.Rent(length * 2);
                unpacked.AsSpan(0, length).CopyTo(larger);
                ArrayPool<byte>.Shared.Return(unpacked);
                unpacked = larger;
            }

            Reserve(length - _reserved);
            read = plain.Read(unpacked, length, unpacked.Length - length);
            if (read == 0)
                return length;
        }
    }

    private static async ValueTask<ReadResult> Receive(PipeReader body, CancellationToken cancel)
    {
        try
        {
            var reading = body.ReadAsync(CancellationToken.None);
            if (reading.IsCompleted)   // nearly all
                return await reading;
            using var givingUp = cancel.UnsafeRegister(static body => GiveUp((PipeReader)body!), body);
            var read = await reading;
            if (!read.IsCanceled)
                return read;
            body.AdvanceTo(read.Buffer.Start);
            throw new OperationCanceledException(cancel);
        }
        catch (Exception gone) when (gone is IOException and not BadHttpRequestException || (gone is OperationCanceledException && !cancel.IsCancellationRequested))   // the connection or its stream was reset
        {
            throw new CallerLeftException(gone);
        }
    }

    private static void Advance(PipeReader body, SequencePosition end)
    {
        try
        {
            body.AdvanceTo(end);
        }
        catch (Exception gone) when (gone is IOException or OperationCanceledException)
        {
            // The caller reset its stream meanwhile: the next read says so, and where there is none, nobody needs to know.
        }
    }

    // A read that is given up has to end: the server would find it under way when it looks for what is left of the body.
    private static void GiveUp(PipeReader body)
    {
        try
        {
            body.CancelPendingRead();
        }
        catch (Exception)
        {
            // The caller reset its stream meanwhile, which ends the read by itself. What leaves a callback of a timer ends the process.
        }
    }

    private async ValueTask Gather(HttpRequest request, ReadResult read, CancellationToken cancel)
    {
        var length = Append(0, request, read.Buffer);
        while (!read.IsCompleted)
        {
            read = await Receive(request.BodyReader, cancel);
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
            Advance(request.BodyReader, chunk.End);
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
        LeaveReceived();
        if (_pooled is not null)
            ArrayPool<byte>.Shared.Return(_pooled);
        _pooled = null;
        Bytes = default;
        Interlocked.Add(ref _bytesInFlight, -_reserved);
        _reserved = 0;
    }

    private void LeaveReceived()
    {
        if (_received is not null)
            Advance(_received, _end);
        _received = null;
    }
}
