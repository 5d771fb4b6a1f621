using System.Globalization;
using System.Net.Sockets;
using System.Text;

namespace Assay.TrackingBench;

/// <summary>A kept connection that does as little as a client can, so that the machine is the server's.</summary>
internal sealed class Connection : IDisposable
{
    private static readonly byte[] LastChunk = "\r\n0\r\n\r\n"u8.ToArray();
    private readonly Socket _socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
    private readonly string _head;
    private byte[] _buffer = new byte[1 << 16];

    public Connection(Uri address, string token)
    {
        _socket.Connect(address.Host, address.Port);
        _head = $"Host: {address.Authority}\r\nAuthorization: Bearer {token}\r\n";
    }

    /// <summary>The bytes of a request, ready to be sent many times.</summary>
    public byte[] Request(string method, string path, string? body = null) => Encoding.UTF8.GetBytes(body is null
        ? $"{method} {path} HTTP/1.1\r\n{_head}\r\n"
        : $"{method} {path} HTTP/1.1\r\n{_head}Content-Type: application/json\r\nContent-Length: {Encoding.UTF8.GetByteCount(body).ToString(CultureInfo.InvariantCulture)}\r\n\r\n{body}");

    /// <summary>Sends a request and reads the whole answer.</summary>
    /// <exception cref="InvalidOperationException">The answer is not 200.</exception>
    public async Task<ReadOnlyMemory<byte>> Ask(byte[] request)
    {
        await _socket.SendAsync(request);
        var length = 0;
        while (true)
        {
            if (length == _buffer.Length)
                Array.Resize(ref _buffer, _buffer.Length * 2);
            length += await _socket.ReceiveAsync(_buffer.AsMemory(length)) is > 0 and var count ? count : throw new InvalidOperationException("The server hung up.");
            if (!IsWhole(_buffer.AsSpan(0, length)))
                continue;
            return _buffer.AsSpan(9, 3).SequenceEqual("200"u8)
                ? _buffer.AsMemory(0, length)
                : throw new InvalidOperationException(Encoding.UTF8.GetString(_buffer, 0, length));
        }
    }

    public void Dispose() => _socket.Dispose();

    private static bool IsWhole(ReadOnlySpan<byte> answer)
    {
        var end = answer.IndexOf("\r\n\r\n"u8);
        if (end < 0)
            return false;
        var head = answer[..end];
        var field = Math.Max(head.IndexOf("Content-Length: "u8), head.IndexOf("content-length: "u8));
        if (field < 0)
            return answer.EndsWith(LastChunk);
        var value = head[(field + 16)..];
        var line = value.IndexOf((byte)'\r');
        return answer.Length - end - 4 >= int.Parse(line < 0 ? value : value[..line], CultureInfo.InvariantCulture);
    }
}
