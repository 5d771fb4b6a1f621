using System.Runtime.CompilerServices;
using System.Security.Cryptography;

namespace Assay.Kernel.Blobs;

/// <summary>
/// Blobs as two objects each: <c>ab/abcd…</c> holds the bytes as a Cobblestone-256 message under a key of its own, and
/// <c>ab/abcd….key</c> holds that key, wrapped and bound to the digest. The key is published first, so that a data object
/// that can be seen can always be read; a key alone, left by a crash, is used by whoever stores the same bytes next.
/// </summary>
public sealed class EncryptedBlobs(IBlobStore store, IKeyRing keys) : IBlobs
{
    /// <inheritdoc/>
    public async Task<StoredBlob> Put(Stream content, CancellationToken cancel)
    {
        var key = RandomNumberGenerator.GetBytes(Cobblestone.KeySize);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        await using var draft = await store.Create(cancel);
        var size = await Cobblestone.Encrypt(content, draft.Content, key, hash, cancel);
        var digest = Digest.FromHash(hash.GetHashAndReset());

        using (await store.Lock(NameOf(digest), cancel))
        {
            if (!await store.Touch(NameOf(digest), cancel))
            {
                if (await PublishKey(digest, key, cancel))
                    await draft.Publish(NameOf(digest), cancel);
                else
                    await PublishUnderKeyOfOther(digest, draft, key, cancel);
            }
        }

        CryptographicOperations.ZeroMemory(key);
        return new(digest, size);
    }

    /// <inheritdoc/>
    public async Task<Stream> Open(Digest digest, CancellationToken cancel)
    {
        var data = await store.Open(NameOf(digest), cancel)
            ?? throw NotStored(digest);
        try
        {
            var key = await KeyToRead(digest, cancel);
            return await CobblestoneReader.Open(data, key, reason => new DamagedBlobException(digest, reason), cancel);
        }
        catch
        {
            await data.DisposeAsync();
            throw;
        }
    }

    /// <inheritdoc/>
    public Task<bool> Exists(Digest digest, CancellationToken cancel) => store.Exists(NameOf(digest), cancel);

    /// <inheritdoc/>
    public async Task<DateTimeOffset?> LastPut(Digest digest, CancellationToken cancel) =>
        await store.LastUsed(NameOf(digest), cancel) ?? await store.LastUsed(BlobKey.NameOf(digest), cancel);

    /// <inheritdoc/>
    public async Task<bool> Keep(Digest digest, CancellationToken cancel)
    {
        using var turn = await store.Lock(NameOf(digest), cancel);
        return await store.Touch(NameOf(digest), cancel);
    }

    /// <inheritdoc/>
    public async Task<long?> Remove(Digest digest, DateTimeOffset unlessPutSince, CancellationToken cancel)
    {
        using var turn = await store.Lock(NameOf(digest), cancel);
        if (await LastPut(digest, cancel) is not { } last || last >= unlessPutSince)
            return null;
        var size = await SizeOf(NameOf(digest), cancel) + await SizeOf(BlobKey.NameOf(digest), cancel);

        // The data first: what can be seen can be read. Without the key its copies in old backups stay shut as well.
        await store.Delete(NameOf(digest), cancel);
        await store.Delete(BlobKey.NameOf(digest), cancel);
        return size;
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<Digest> List([EnumeratorCancellation] CancellationToken cancel)
    {
        var last = default(Digest?);
        await foreach (var name in store.List("", cancel))
        {
            var hex = name[(name.LastIndexOf('/') + 1)..];
            if (!Digest.TryParse(hex.EndsWith(BlobKey.Suffix, StringComparison.Ordinal) ? hex[..^BlobKey.Suffix.Length] : hex, null, out var digest) || digest == last)
                continue;
            last = digest;
            yield return digest;
        }
    }

    /// <summary>Name of the object that holds a blob's encrypted bytes.</summary>
    internal static string NameOf(Digest digest) => $"{digest.Hex[..2]}/{digest.Hex}";

    private static FileNotFoundException NotStored(Digest digest) => new($"No blob {digest} is stored.", digest.ToString());

    private async Task<long> SizeOf(string name, CancellationToken cancel)
    {
        await using var content = await store.Open(name, cancel);
        return content?.Length ?? 0;
    }

    // A blob whose key is missing may have been removed after its data was opened; then there is none.
    private async Task<byte[]> KeyToRead(Digest digest, CancellationToken cancel)
    {
        try
        {
            return await ReadKey(digest, cancel);
        }
        catch (DamagedBlobException)
        {
            if (await store.Exists(NameOf(digest), cancel))
                throw;
            throw NotStored(digest);
        }
    }

    private async Task<bool> PublishKey(Digest digest, byte[] key, CancellationToken cancel)
    {
        await using var draft = await store.Create(cancel);
        await draft.Content.WriteAsync(BlobKey.Write(keys.Wrap(key, digest.ToString())), cancel);
        return await draft.Publish(BlobKey.NameOf(digest), cancel);
    }

    /// <summary>Another writer of the same bytes, alive or dead, published its key first: only that key opens this blob.</summary>
    private async Task PublishUnderKeyOfOther(Digest digest, IBlobDraft draft, byte[] ownKey, CancellationToken cancel)
    {
        var key = await ReadKey(digest, cancel);
        await using var plain = await CobblestoneReader.Open(
            await draft.Reopen(cancel), ownKey, reason => new DamagedBlobException(digest, reason), cancel);
        await using var second = await store.Create(cancel);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        plain.Position = 0;
        await Cobblestone.Encrypt(plain, second.Content, key, hash, cancel);
        await second.Publish(NameOf(digest), cancel);
    }

    private async Task<byte[]> ReadKey(Digest digest, CancellationToken cancel) =>
        BlobKey.Unwrap(
            keys, digest, await BlobKey.Read(store, digest, cancel) ?? throw new DamagedBlobException(digest, "its key is missing"));
}
