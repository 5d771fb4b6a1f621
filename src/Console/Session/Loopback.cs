using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;

namespace Assay.Console.Session;

/// <summary>The way from the console to the API of its own host: one pool of connections for all sessions.</summary>
internal sealed class Loopback(IServer server) : IDisposable
{
    public SocketsHttpHandler Handler { get; } = new()
    {
        UseCookies = false,
        UseProxy = false,
        AllowAutoRedirect = false,
        PooledConnectionLifetime = TimeSpan.FromMinutes(5),
    };

    /// <summary>Address at which this process listens for itself, with a slash at the end.</summary>
    public Uri Address
    {
        get
        {
            var bound = server.Features.Get<IServerAddressesFeature>()?.Addresses
                .Select(BindingAddress.Parse)
                .OrderBy(address => address.Scheme == "http" ? 0 : 1)
                .FirstOrDefault() ?? throw new InvalidOperationException("The host listens on no address yet.");
            var host = bound.Host is "+" or "*" or "0.0.0.0" or "[::]" ? "127.0.0.1" : bound.Host;
            return new Uri($"{bound.Scheme}://{host}:{bound.Port}/");
        }
    }

    public void Dispose() => Handler.Dispose();
}
