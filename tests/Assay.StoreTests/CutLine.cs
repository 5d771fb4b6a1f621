using System.Net;
using System.Net.Sockets;
using Npgsql;

namespace Assay.Tests;

/// <summary>A line to the tests' PostgreSQL that can be cut, as by a failover or a broken network: nobody else's is.</summary>
internal sealed class CutLine : IAsyncDisposable
{
    private readonly Lock _lock = new();
    private readonly List<Socket> _ends = [];
    private Socket? _listener;
    private int _port;

    /// <summary>The same database over this line.</summary>
    public string Through(string postgres)
    {
        var way = new NpgsqlConnectionStringBuilder(postgres);
        var (host, port) = (way.Host!, way.Port);
        Target = Path.IsPathRooted(host) ? new UnixDomainSocketEndPoint($"{host}/.s.PGSQL.{port}") : new DnsEndPoint(host, port);
        Restore();
        (way.Host, way.Port) = ("127.0.0.1", _port);
        return way.ConnectionString;
    }

    private EndPoint Target { get; set; } = null!;

    /// <summary>Ends every connection, and takes no new one.</summary>
    public void Cut()
    {
        lock (_lock)
        {
            _listener?.Dispose();
            _listener = null;
            _ends.ForEach(end => end.Dispose());
            _ends.Clear();
        }
    }

    /// <summary>Takes connections, at the same port as before.</summary>
    public void Restore()
    {
        var listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.ReuseAddress, true);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, _port));
        listener.Listen();
        (_listener, _port) = (listener, ((IPEndPoint)listener.LocalEndPoint!).Port);
        _ = Accept(listener);
    }

    public ValueTask DisposeAsync()
    {
        Cut();
        return ValueTask.CompletedTask;
    }

    private async Task Accept(Socket listener)
    {
        try
        {
            while (true)
            {
                var near = await listener.AcceptAsync();
                var far = new Socket(Target is DnsEndPoint ? AddressFamily.InterNetwork : AddressFamily.Unix, SocketType.Stream, Target is DnsEndPoint ? ProtocolType.Tcp : ProtocolType.Unspecified);
                await far.ConnectAsync(Target);
                lock (_lock)
                    _ends.AddRange([near, far]);
                _ = Pass(near, far);
                _ = Pass(far, near);
            }
        }
        catch (Exception problem) when (problem is SocketException or ObjectDisposedException)
        {
            // The line is cut.
        }
    }

    private static async Task Pass(Socket from, Socket to)
    {
        var buffer = new byte[1 << 16];
        try
        {
            while (await from.ReceiveAsync(buffer) is > 0 and var count)
                await to.SendAsync(buffer.AsMemory(0, count));
        }
        catch (Exception problem) when (problem is SocketException or ObjectDisposedException)
        {
            // The line is cut, or one end has left.
        }

        from.Dispose();
        to.Dispose();
    }
}
