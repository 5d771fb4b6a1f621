using System.Buffers.Binary;
using System.Net.Sockets;
using System.Text;

namespace Assay.ServingBench.Grpc;

/// <summary>A connection of HTTP/2 that does as little as a client can: one call at a time, headers that are never compressed.</summary>
internal sealed class GrpcConnection : IDisposable
{
    private const int FrameHead = 9;
    private const byte Data = 0;
    private const byte Headers = 1;
    private const byte Settings = 4;
    private const byte Ping = 6;
    private const byte WindowUpdate = 8;
    private const byte EndStream = 1;
    private const byte EndHeaders = 4;
    private const byte Acknowledge = 1;
    private readonly Socket _socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
    private readonly byte[] _buffer = new byte[1 << 17];
    private readonly byte[] _request;
    private readonly int _second;   // where the head of the request's second frame stands
    private int _length;
    private uint _stream = 1;

    public GrpcConnection(Uri address, string token, ReadOnlySpan<byte> message)
    {
        _socket.Connect(address.Host, address.Port);
        _socket.Send([
            .. "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"u8, .. Frame(Settings, 0, []),
            .. Frame(WindowUpdate, 0, [0x7F, 0, 0, 0])]);   // that is never used up
        byte[] head =
        [
            .. Header(":method", "POST"), .. Header(":scheme", "http"), .. Header(":path", "/inference.GRPCInferenceService/ModelInfer"), .. Header(":authority", address.Authority),
            .. Header("te", "trailers"), .. Header("content-type", "application/grpc"), .. Header("authorization", $"Bearer {token}"),
        ];
        Span<byte> length = stackalloc byte[sizeof(uint)];
        BinaryPrimitives.WriteInt32BigEndian(length, message.Length);
        var first = Frame(Headers, EndHeaders, head);
        _second = first.Length;
        _request = [.. first, .. Frame(Data, EndStream, [0, .. length, .. message])];
    }

    /// <summary>Sends the message that it was made for and reads the whole answer.</summary>
    /// <exception cref="InvalidOperationException">It has no message.</exception>
    public async Task Ask(byte[] message)
    {
        BinaryPrimitives.WriteUInt32BigEndian(_request.AsSpan(5), _stream);
        BinaryPrimitives.WriteUInt32BigEndian(_request.AsSpan(_second + 5), _stream);
        await _socket.SendAsync(_request);
        for (var (answered, over) = (false, false); !over;)
        {
            _length += await _socket.ReceiveAsync(_buffer.AsMemory(_length)) is > 0 and var count ? count : throw new InvalidOperationException("The server hung up.");
            (var taken, answered, over) = Take(answered);
            _buffer.AsSpan(taken, _length - taken).CopyTo(_buffer);
            _length -= taken;
            if (over && !answered)
                throw new InvalidOperationException("The call failed.");
        }

        _stream += 2;
    }

    public void Dispose() => _socket.Dispose();

    // The frames that are whole; over is the call with the end of its stream.
    private (int Taken, bool Answered, bool Over) Take(bool answered)
    {
        var (at, over) = (0, false);
        while (_length - at >= FrameHead)
        {
            var frame = _buffer.AsSpan(at, _length - at);
            var size = BinaryPrimitives.ReadInt32BigEndian(frame) >> 8;
            if (frame.Length < FrameHead + size)
                break;
            var (type, flags) = (frame[3], frame[4]);
            answered |= type == Data && size > 0;
            over |= type is Data or Headers && (flags & EndStream) != 0;
            if (type is Settings or Ping && (flags & Acknowledge) == 0)
                _socket.Send(Frame(type, Acknowledge, type == Ping ? frame.Slice(FrameHead, size) : []));
            at += FrameHead + size;
        }

        return (at, answered, over);
    }

    private static byte[] Frame(byte type, byte flags, ReadOnlySpan<byte> payload) =>
        [(byte)(payload.Length >> 16), (byte)(payload.Length >> 8), (byte)payload.Length, type, flags, 0, 0, 0, 0, .. payload];

    // Literal, and not to be remembered.
    private static byte[] Header(string name, string value) => [0, .. Text(name), .. Text(value)];

    private static byte[] Text(string text) => text.Length < 127
        ? [(byte)text.Length, .. Encoding.ASCII.GetBytes(text)]
        : [127, (byte)(text.Length - 127), .. Encoding.ASCII.GetBytes(text)];
}
