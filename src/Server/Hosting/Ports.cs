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
    /// <exception cref="StartRefusedException">Somebody else has it.</exception>
    public static Socket Take(int port, string option) => Bound(port)
        ?? throw new StartRefusedException($"Port {port} on 127.0.0.1 is in use by another program: stop that program, or choose another port with {option}.");

    /// <summary>The same for metrics: the default or else any free port for null, none for 0.</summary>
    public static Socket? TakeMetrics(int? wanted) => wanted switch
    {
        null => Bound(DefaultMetrics) ?? Bound(0),
        0 => null,
        { } port => Take(port, "--metrics-port"),
    };

    private static Socket? Bound(int port)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            socket.Bind(new IPEndPoint(IPAddress.Loopback, port));
            return socket;
        }
        catch (SocketException)
        {
            socket.Dispose();
            return null;
        }
    }
}
