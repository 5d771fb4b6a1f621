using System.Net;
using System.Net.Sockets;

namespace Assay.Server.Hosting;

/// <summary>
/// Takes the ports before anything is started. A port is held by the bound socket on which Kestrel listens later: one that
/// was only looked at could be somebody else's by then.
/// </summary>
internal static class Ports
{
    public const int DefaultMetrics = 9000;

    /// <summary>A socket that is bound to the port: a free one for 0.</summary>
    /// <exception cref="StartRefusedException">Somebody else has it, or there is none of that number.</exception>
    public static Socket Take(int port, string option) => port is < 0 or > IPEndPoint.MaxPort
        ? throw new StartRefusedException($"{option} takes a port from 0, for a free one, to {IPEndPoint.MaxPort}, and not {port}.")
        : Bound(port) ?? throw new StartRefusedException($"Port {port} on 127.0.0.1 is in use by another program: stop that program, or choose another port with {option}.");

    /// <summary>A socket that is bound to an address beyond this machine.</summary>
    /// <exception cref="StartRefusedException">It can't be had.</exception>
    public static Socket Take(IPEndPoint address)
    {
        try
        {
            return Bind(address);
        }
        catch (SocketException problem)
        {
            throw new StartRefusedException($"{address} can't be listened on: {problem.Message}. Choose another address or port with --listen.", problem);
        }
    }

    /// <summary>A socket for metrics: on the default port or else any free port for null, none for 0.</summary>
    public static Socket? TakeMetrics(int? wanted) => wanted switch
    {
        null => Bound(DefaultMetrics) ?? Bound(0),
        0 => null,
        { } port => Take(port, "--metrics-port"),
    };

    private static Socket? Bound(int port)
    {
        try
        {
            return Bind(new(IPAddress.Loopback, port));
        }
        catch (SocketException)
        {
            return null;
        }
    }

    private static Socket Bind(IPEndPoint address)
    {
        var socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            if (address.Address.Equals(IPAddress.IPv6Any))
                socket.DualMode = true;   // as everywhere, [::] is for IPv4 too
            socket.Bind(address);
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
