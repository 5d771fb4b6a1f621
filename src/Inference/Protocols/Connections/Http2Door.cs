using System.Net;
using System.Threading.Channels;
using Microsoft.AspNetCore.Connections;

namespace Assay.Inference.Protocols.Connections;

/// <summary>
/// The place to which connections are handed that turned out to speak HTTP/2. To the server it is an address like any other,
/// whose connections come from another address instead of the network.
/// </summary>
internal sealed class Http2Door : IConnectionListenerFactory, IConnectionListenerFactorySelector, IConnectionListener
{
    /// <summary>How the server shows it among its addresses.</summary>
    public const string Name = "http2-at-the-same-port";

    private readonly Channel<HandedConnection> _waiting = Channel.CreateUnbounded<HandedConnection>();

    public EndPoint EndPoint { get; } = new Place();

    public bool CanBind(EndPoint endpoint) => endpoint is Place;

    public ValueTask<IConnectionListener> BindAsync(EndPoint endpoint, CancellationToken cancellationToken = default) => new(this);

    /// <summary>Hands a connection over; done when it is over.</summary>
    public async Task Enter(ConnectionContext connection)
    {
        var handed = new HandedConnection(connection);
        if (_waiting.Writer.TryWrite(handed))   // false while the server stops
            await handed.Over;
    }

    public async ValueTask<ConnectionContext?> AcceptAsync(CancellationToken cancellationToken = default)
    {
        while (await _waiting.Reader.WaitToReadAsync(cancellationToken))
        {
            if (_waiting.Reader.TryRead(out var handed))
                return handed;
        }

        return null;
    }

    public ValueTask UnbindAsync(CancellationToken cancellationToken = default)
    {
        _waiting.Writer.TryComplete();
        return default;
    }

    public async ValueTask DisposeAsync()
    {
        await UnbindAsync();
        while (_waiting.Reader.TryRead(out var handed))
            await handed.DisposeAsync();
    }

    private sealed class Place : EndPoint
    {
        public override string ToString() => Name;
    }
}
