using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using Assay.Serving.Rollouts.Plans;
using Assay.Statistics.Sequential;

namespace Assay.Serving.Rollouts.Live;

/// <summary>Which arm a request is given to in one step: by its key or by chance, and in a bandit by what is believed of the arms.</summary>
/// <param name="plan">Of the roll-out.</param>
/// <param name="salt">Of the roll-out, so that a key lies elsewhere in another one.</param>
/// <param name="step">Place of the step in the plan.</param>
/// <param name="candidates">How many there are.</param>
internal sealed class ArmChoice(RolloutPlan plan, string salt, int step, int candidates)
{
    private const int KeyLengthMax = 256;
    private const int DrawsOfShares = 1000;

    private volatile BetaPosterior[] _posteriors = [];

    /// <summary>Share of each candidate, from 0 to 1; in a bandit it is not what decides.</summary>
    public double Share { get; } = plan.Steps![step].WeightPercent / 100.0 / candidates;

    /// <summary>Shares of all arms, the stable one first. In a bandit an arm gets as much as it is likely to be the best.</summary>
    public double[] Shares() => plan.Strategy == RolloutStrategy.Bandit
        ? BetaPosterior.BestShares(_posteriors, Random.Shared, DrawsOfShares)
        : [1 - (Share * candidates), .. Enumerable.Repeat(Share, candidates)];

    /// <summary>What is believed of each arm's success from now on, the stable one first; for a bandit.</summary>
    public void Believe(BetaPosterior[] posteriors) => _posteriors = posteriors;

    /// <summary>The arm for a request: 0 for the stable one, 1 for the first candidate, and so on.</summary>
    /// <param name="key">What it is to stay with its arm by; null for chance.</param>
    public int Place(string? key)
    {
        if (plan.Strategy == RolloutStrategy.Shadow)
            return 0;
        if (plan.Strategy == RolloutStrategy.Bandit)
            return BetaPosterior.Best(_posteriors, Random.Shared);
        // Candidates lie first, so that a growing share takes no key away from them.
        var place = key is not null ? PlaceOf(key, salt) : Random.Shared.NextDouble();
        var candidate = (int)(place / Share);
        return place < Share * candidates && candidate < candidates ? candidate + 1 : 0;
    }

    /// <summary>What a request says in the plan's header that it is to stay with its arm by; null for nothing.</summary>
    public string? KeyOf(HttpRequest request) =>
        plan.StickyHeader is { } header && request.Headers.TryGetValue(header, out var key) && !string.IsNullOrEmpty(key) ? key.ToString() : null;

    /// <summary>Where a key lies between 0 and 1: always at the same place in one roll-out, and anywhere in another.</summary>
    public static double PlaceOf(string key, string salt)
    {
        Span<byte> text = stackalloc byte[1024];
        var cut = key.Length <= KeyLengthMax ? key : key[..KeyLengthMax];
        var length = Encoding.UTF8.GetBytes(salt, text);
        length += Encoding.UTF8.GetBytes(cut, text[length..]);
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(text[..length], hash);
        return (BinaryPrimitives.ReadUInt64BigEndian(hash) >> 11) * (1.0 / (1UL << 53));
    }
}
