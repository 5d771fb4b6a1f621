using System.Diagnostics.Metrics;
using Assay.Kernel.Blobs;
using Assay.Kernel.Refusals;

namespace Assay.Governance.Keys;

/// <summary>
/// Brings objects under the newest version, in steps. Where each object stands is written in the object itself, so a step that
/// was killed at any line, or asked for twice, does no harm: the next one goes on with what is left.
/// </summary>
internal sealed class Rewrapping(
    BlobKeys blobs, FileKeyRing ring, IEnumerable<IWrappedSecrets> secrets, EncryptionCensus census, KeyBook book, RewrapMeter meter)
{
    private const int DamagedNamed = 20;

    /// <summary>Rewraps up to so many keys of blobs, from a share of the store on; after the last share the other secrets.</summary>
    public async Task<RewrapStep> Step(string? from, int atMost, CancellationToken cancel)
    {
        var index = from is null ? 0 : ShareOf(from);
        var (newest, rewrapped, damaged) = (ring.Newest, 0, new List<string>());
        for (; index < BlobKeys.Shares.Count; index++)
        {
            await foreach (var (digest, version) in blobs.In(BlobKeys.Shares[index], cancel))
            {
                if (version == newest)
                    continue;
                if (rewrapped == atMost)
                    return new(newest, rewrapped, BlobKeys.Shares[index], (double)index / BlobKeys.Shares.Count, null, damaged);
                if (await Rewrap(digest, damaged, cancel))
                    rewrapped++;
            }
        }

        foreach (var kind in secrets)
            rewrapped += await kind.Rewrap(cancel);
        return new(newest, rewrapped, null, 1, await Finish(newest, cancel), damaged);
    }

    private async Task<bool> Rewrap(Kernel.Digest digest, List<string> damaged, CancellationToken cancel)
    {
        try
        {
            var changed = await blobs.Rewrap(digest, cancel);
            if (changed)
                meter.Rewrapped();
            return changed;
        }
        catch (DamagedBlobException)
        {
            if (damaged.Count < DamagedNamed)
                damaged.Add(digest.ToString());
            return false;
        }
    }

    private async Task<long> Finish(int newest, CancellationToken cancel)
    {
        var counted = await census.Fresh(cancel);
        var left = counted.Objects.Where(count => count.Key != newest).Sum(count => count.Value);
        if (left == 0)
            await book.RecordRewrapped(newest, counted.Under(newest), cancel);
        return left;
    }

    private static int ShareOf(string from)
    {
        var index = BlobKeys.Shares.ToList().IndexOf(from);
        return index >= 0 ? index : throw Refusal.Invalid("from", $"'{from}' is no place of the store. Pass next of the step before.");
    }
}

/// <summary>What can be watched about rewrapping, as meter <c>Assay.Keys</c>.</summary>
internal sealed class RewrapMeter(IMeterFactory meters)
{
    private readonly Counter<long> _rewrapped = meters.Create("Assay.Keys").CreateCounter<long>(
        "keys_rewrapped", description: "Keys of blobs that were brought under the newest version of the key-encryption key.");

    public void Rewrapped() => _rewrapped.Add(1);
}
