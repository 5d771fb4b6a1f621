using System.Net;
using System.Net.Sockets;

namespace Assay.Tests;

/// <summary>
/// Ports of this machine that nobody listens at. They are below those that a system gives away by itself (of Linux from 32,768
/// on), since else a server of another test may have taken one before it is used.
/// </summary>
internal static class FreePort
{
    public static int Find()
    {
        while (true)
        {
            var port = Random.Shared.Next(10_000, 20_000);
            using var listener = new TcpListener(IPAddress.Loopback, port);
            try
            {
                listener.Start();
                return port;
            }
            catch (SocketException)
            {
                // Taken.
            }
        }
    }
}
