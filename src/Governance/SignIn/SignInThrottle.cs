using System.Net;
using System.Net.Sockets;

namespace Assay.Governance.SignIn;

/// <summary>
/// Bounds guesses of passwords, tokens and codes: 20 a minute from one network, and 300 for the whole installation. Counted
/// is what fails, and while it isn't known, what may. Networks from which somebody signed in lately are not held up by what
/// others do: else strangers with enough addresses could shut the door for everybody.
/// </summary>
internal sealed class SignInThrottle(TimeProvider clock)
{
    public const int PerMinute = 300;
    public const int PerMinuteAndNetwork = 20;
    private const int KnownMax = 10_000;
    private static readonly TimeSpan KnownFor = TimeSpan.FromDays(30);
    private readonly Lock _gate = new();
    private readonly Dictionary<string, int> _takenBy = [];
    private readonly Dictionary<string, DateTimeOffset> _known = [];
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

            var network = Network(address);
            var byNetwork = _takenBy.GetValueOrDefault(network);
            if (byNetwork >= PerMinuteAndNetwork || (_taken >= PerMinute && !(_known.TryGetValue(network, out var last) && now - last < KnownFor)))
                return false;
            _takenBy[network] = byNetwork + 1;
            _taken++;
            return true;
        }
    }

    /// <summary>Takes an attempt back that was no guess: somebody is in.</summary>
    public void GiveBack(IPAddress? address)
    {
        lock (_gate)
        {
            var network = Network(address);
            if (_takenBy.TryGetValue(network, out var taken) && taken > 0)
            {
                _takenBy[network] = taken - 1;
                _taken--;
            }

            if (_known.Count >= KnownMax)
                _known.Clear();
            _known[network] = clock.GetUtcNow();
        }
    }

    /// <summary>What is counted as one: who has an IPv6 address has the 2^64 of its network.</summary>
    public static string Network(IPAddress? address) => address switch
    {
        null => "",
        { IsIPv4MappedToIPv6: true } => address.MapToIPv4().ToString(),
        { AddressFamily: AddressFamily.InterNetworkV6 } => Convert.ToHexString(address.GetAddressBytes().AsSpan(0, 8)),
        _ => address.ToString(),
    };
}
