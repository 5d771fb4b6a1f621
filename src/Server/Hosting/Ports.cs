using System.Net;
using System.Net.Sockets;

namespace Assay.Server.Hosting;

/// <summary>Finds out which ports can be listened on, before anything is started.</summary>
internal static class Ports
{
    public const int DefaultMetrics = 9000;

    /// <summary>The port to listen on: a free one for 0.</summary>
    /// <exception cref="StartRefusedException">Somebody else has it.</exception>
    public static int Take(int port, string option) => Free(port)
        ?? throw new StartRefusedException($"Port {port} on 127.0.0.1 is in use by another program: stop that program, or choose another port with {option}.");

    /// <summary>The metrics port, 0 for none.</summary>
    public static int TakeMetrics(int? wanted) => wanted switch
    {
        null => Free(DefaultMetrics) ?? Free(0)!.Value,
        0 => 0,
        { } port => Take(port, "--metrics-port"),
    };

    private static int? Free(int port)
    {
        try
        {
            using var listener = new TcpListener(IPAddress.Loopback, port);
            listener.Start();
            return ((IPEndPoint)listener.LocalEndpoint).Port;
        }
        catch (SocketException)
        {
            return null;
        }
    }
}
