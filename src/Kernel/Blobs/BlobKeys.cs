using System.Runtime.CompilerServices;
using System.Security.Cryptography;

namespace Assay.Kernel.Blobs;

/// <summary>
/// The keys of all blobs, for whoever changes the key that wraps them. The blobs themselves are not touched: their bytes stay
/// encrypted under the keys that they have.
/// </summary>
public sealed class BlobKeys(IBlobStore store, IKeyRing keys)
{
    /// <summary>Shares of the store, in their order: blobs whose digests begin alike.</summary>
    public static IReadOnlyList<string> Shares { get; } = [.. Enumerable.Range(0, 256).Select(number => number.ToString("x2", System.Globalization.CultureInfo.InvariantCulture))];

    /// <summary>Each blob of a share with the version that its key is wrapped by; 0 for a key that is damaged.</summary>
    public async IAsyncEnumerable<(Digest Digest, int Version)> In(string share, [EnumeratorCancellation] CancellationToken cancel)
    {
        await foreach (var name in store.List(share + "/", cancel))
        {
            if (!name.EndsWith(BlobKey.Suffix, StringComparison.Ordinal)
                || !Digest.TryParse(name[(name.LastIndexOf('/') + 1)..^BlobKey.Suffix.Length], null, out var digest))
                continue;
            if (await VersionOf(digest, cancel) is { } version)
                yield return (digest, version);
        }
    }

    /// <summary>Wraps a blob's key by the newest version. False when it is already, or there is no such blob any more.</summary>
    /// <exception cref="DamagedBlobException">The key can't be opened.</exception>
    public async Task<bool> Rewrap(Digest digest, CancellationToken cancel)
    {
        using var turn = await store.Lock(EncryptedBlobs.NameOf(digest), cancel);
        if (await BlobKey.Read(store, digest, cancel) is not { } old || old.Version == keys.Newest)
            return false;
        var key = BlobKey.Unwrap(keys, digest, old);
        var wrapped = keys.Wrap(key, digest.ToString());
        if (!CryptographicOperations.FixedTimeEquals(key, keys.Unwrap(wrapped, digest.ToString())))
            throw new CryptographicException("a key that was just wrapped does not open again");
        await store.Replace(BlobKey.NameOf(digest), BlobKey.Write(wrapped), cancel);
        CryptographicOperations.ZeroMemory(key);
        return true;
    }

    private async Task<int?> VersionOf(Digest digest, CancellationToken cancel)
    {
        try
        {
            return (await BlobKey.Read(store, digest, cancel))?.Version;   // removed in the meantime: none
        }
        catch (DamagedBlobException)
        {
            return 0;
        }
    }
}
