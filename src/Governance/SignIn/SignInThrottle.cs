using System.Net;
using System.Net.Sockets;

namespace Assay.Governance.SignIn;

/// <summary>Bounds guesses of passwords, tokens and codes: 30 sign-ins a minute for the whole installation, 20 from one address.</summary>
internal sealed class SignInThrottle(TimeProvider clock)
{
    private const int PerMinute = 30;
    private const int PerMinuteAndAddress = 20;
    private readonly Lock _gate = new();
    private readonly Dictionary<string, int> _takenBy = [];
    private DateTimeOffset _minute;
    private int _taken;

    public bool TryTake(IPAddress? address)
    {
        lock (_gate)
        {
            var now = clock.GetUtcNow();
            if (now - _minute > TimeSpan.FromMinutes(1))
            {
                (_minute, _taken) = (now, 0);
                _takenBy.Clear();
            }

            // One address alone can't use up what there is for all.
            var key = Network(address);
            var byAddress = _takenBy.GetValueOrDefault(key) + 1;
            if (byAddress > PerMinuteAndAddress)
                return false;
            if (++_taken > PerMinute)
                return false;
            _takenBy[key] = byAddress;
            return true;
        }
    }

    /// <summary>Takes an attempt back that was no guess: the password was right.</summary>
    public void GiveBack(IPAddress? address)
    {
        lock (_gate)
        {
            var key = Network(address);
            if (_takenBy.TryGetValue(key, out var taken) && taken > 0)
            {
                _takenBy[key] = taken - 1;
                _taken--;
            }
        }
    }

    // Who has one IPv6 address has the 2^64 of its network.
    private static string Network(IPAddress? address) => address switch
    {
        null => "",
        { IsIPv4MappedToIPv6: true } => address.MapToIPv4().ToString(),
        { AddressFamily: AddressFamily.InterNetworkV6 } => Convert.ToHexString(address.GetAddressBytes().AsSpan(0, 8)),
        _ => address.ToString(),
    };
}
