using System.Net;
using System.Net.Sockets;
using Assay.Inference.Protocols.Connections;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace Assay.Server.Hosting;

/// <summary>The ports that a server listens on, held from before it is composed.</summary>
internal sealed class ListenedPorts(Socket api, Socket? metrics, Socket? https) : IDisposable
{
    public int Api { get; } = PortOf(api);

    /// <summary>0 for none.</summary>
    public int Metrics { get; } = metrics is null ? 0 : PortOf(metrics);

    /// <summary>The address beyond this machine; null for none.</summary>
    public IPEndPoint? Https { get; } = (IPEndPoint?)https?.LocalEndPoint;

    /// <exception cref="StartRefusedException">Another program has one of them.</exception>
    public static ListenedPorts Take(ServerOptions options)
    {
        var api = Ports.Take(options.Port, "--port");
        Socket? metrics = null;
        try
        {
            metrics = Ports.TakeMetrics(options.MetricsPort);
            return new(api, metrics, options.Https is { } https ? Beside(https.Address, api, metrics) : null);
        }
        catch (StartRefusedException)
        {
            api.Dispose();
            metrics?.Dispose();
            throw;
        }
    }

    // Not the number of a port that only this machine reaches: what is asked there is told apart by it.
    private static Socket Beside(IPEndPoint address, Socket api, Socket? metrics) =>
        address.Port != 0 && (address.Port == PortOf(api) || (metrics is not null && address.Port == PortOf(metrics)))
            ? throw new StartRefusedException($"Port {address.Port} is taken for this machine alone, by the API or the metrics. Choose another one with --listen.")
            : Ports.Take(address);

    public void Listen(KestrelServerOptions kestrel, ServerCertificate? certificate)
    {
        kestrel.AddServerHeader = false;

        // The API first: the console finds its own host by the first address.
        kestrel.ListenToBoth(IPAddress.Loopback, Api);
        if (Metrics != 0)
            kestrel.Listen(IPAddress.Loopback, Metrics);
        if (Https is not null)
            kestrel.Listen(Https, listen => listen.UseHttps(certificate!.Handshakes(kestrel.ApplicationServices)));
    }

    /// <summary>The socket that holds the port; Kestrel closes it in the end.</summary>
    public Socket SocketOf(EndPoint endpoint)
    {
        var port = ((IPEndPoint)endpoint).Port;
        return port == Api ? api : port == Metrics ? metrics! : https!;
    }

    /// <summary>Gives the ports free again, when no server came to listen on them.</summary>
    public void Dispose()
    {
        api.Dispose();
        metrics?.Dispose();
        https?.Dispose();
    }

    private static int PortOf(Socket socket) => ((IPEndPoint)socket.LocalEndPoint!).Port;
}
