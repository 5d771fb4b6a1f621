using System.Net;
using System.Net.Sockets;

namespace Assay.Kernel.Outbound;

/// <summary>Who can be behind an address.</summary>
internal enum NetworkReach
{
    /// <summary>The internet.</summary>
    Public,

    /// <summary>This machine or the installation's own networks.</summary>
    Private,

    /// <summary>Link-local (where clouds answer with credentials), multicast, unspecified, reserved: nobody whom a person means.</summary>
    Never,
}

/// <summary>Sorts addresses by what can be behind them (the special-purpose registries of IANA).</summary>
internal static class NetworkReaches
{
    // The last one is a cloud's own, which answers its guests and looks like any public address.
    private static readonly IPNetwork[] NeverNetworks = Parse(
        "0.0.0.0/8", "169.254.0.0/16", "192.0.0.0/24", "192.0.2.0/24", "192.88.99.0/24", "198.51.100.0/24", "203.0.113.0/24",
        "224.0.0.0/3", "168.63.129.16/32");

    private static readonly IPNetwork[] PrivateNetworks = Parse(
        "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "198.18.0.0/15", "::1/128", "fc00::/7");

    // Of the global addresses: tunnels that carry an IPv4 address inside, documentation, and protocol assignments.
    private static readonly IPNetwork[] NeverGlobal = Parse("2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20");

    private static readonly IPNetwork Global = IPNetwork.Parse("2000::/3");
    private static readonly IPNetwork AddressTranslation = IPNetwork.Parse("64:ff9b::/96");

    public static NetworkReach Of(IPAddress address)
    {
        if (address.IsIPv4MappedToIPv6)
            return Of(address.MapToIPv4());
        if (address.AddressFamily == AddressFamily.InterNetworkV6 && AddressTranslation.Contains(address))
            return Of(new IPAddress(address.GetAddressBytes()[12..]));
        if (PrivateNetworks.Any(network => network.Contains(address)))
            return NetworkReach.Private;

        var isPublic = address.AddressFamily == AddressFamily.InterNetworkV6
            ? Global.Contains(address) && !NeverGlobal.Any(network => network.Contains(address))
            : !NeverNetworks.Any(network => network.Contains(address));
        return isPublic ? NetworkReach.Public : NetworkReach.Never;
    }

    private static IPNetwork[] Parse(params string[] networks) => [.. networks.Select(network => IPNetwork.Parse(network))];
}
