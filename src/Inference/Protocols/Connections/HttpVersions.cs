using System.Buffers;
using System.Net;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace Assay.Inference.Protocols.Connections;

/// <summary>
/// HTTP/1.1 and HTTP/2 at one port without TLS. Where there is TLS, its handshake says which of them a connection speaks; here
/// the connection's first bytes do, since a client of HTTP/2 begins with a word that no request of HTTP/1.1 begins with.
/// They are looked at once for each connection, which costs requests nothing.
/// </summary>
public static class HttpVersions
{
    /// <summary>What <see cref="ListenToBoth"/> needs of the host.</summary>
    public static IServiceCollection AddBothHttpVersions(this IServiceCollection services) => services
        .AddSingleton<Http2Door>()
        .AddSingleton<IConnectionListenerFactory>(provider => provider.GetRequiredService<Http2Door>());

    /// <summary>Listens on an address for clients of either version; once for a host.</summary>
    public static void ListenToBoth(this KestrelServerOptions kestrel, IPAddress address, int port)
    {
        var door = kestrel.ApplicationServices.GetRequiredService<Http2Door>();
        kestrel.Listen(address, port, listen => listen.Use(next => connection => Choose(connection, next, door, kestrel.Limits)));
        kestrel.Listen(door.EndPoint, listen => listen.Protocols = HttpProtocols.Http2);
    }

    /// <summary>Whether a host's address is one that can be asked, and not the place where connections change their version.</summary>
    public static bool IsAddress(Uri url) => url.Host != Http2Door.Name;

    private static async Task Choose(ConnectionContext connection, ConnectionDelegate http1, Http2Door door, KestrelServerLimits limits)
    {
        if (await SpeaksHttp2(connection, limits) is not { } speaksHttp2)
            return;   // and so it is closed
        await (speaksHttp2 ? door.Enter(connection) : http1(connection));
    }

    // Null when nothing came in time, the client left, or the server stops.
    private static async ValueTask<bool?> SpeaksHttp2(ConnectionContext connection, KestrelServerLimits limits)
    {
        var stopping = connection.Features.Get<IConnectionLifetimeNotificationFeature>()?.ConnectionClosedRequested ?? default;
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(stopping);
        patience.CancelAfter(limits.KeepAliveTimeout);
        var input = connection.Transport.Input;
        try
        {
            for (var read = await input.ReadAsync(patience.Token); ; read = await input.ReadAsync(patience.Token))
            {
                var (isBegun, isWhole) = CompareWithPreface(read.Buffer);
                var decided = !isBegun || isWhole || read.IsCompleted;
                input.AdvanceTo(read.Buffer.Start, decided ? read.Buffer.Start : read.Buffer.End);   // whoever speaks the version reads it all
                if (decided)
                    return isBegun && isWhole;
                patience.CancelAfter(limits.RequestHeadersTimeout);
            }
        }
        catch (Exception gone) when (gone is OperationCanceledException or IOException)
        {
            return null;
        }
    }

    // The rest of the preface is checked by whoever speaks HTTP/2.
    private static (bool IsBegun, bool IsWhole) CompareWithPreface(in ReadOnlySequence<byte> came)
    {
        var preface = "PRI "u8;
        Span<byte> first = stackalloc byte[preface.Length];
        var length = (int)Math.Min(came.Length, preface.Length);
        came.Slice(0, length).CopyTo(first);
        return (preface.StartsWith(first[..length]), length == preface.Length);
    }
}
