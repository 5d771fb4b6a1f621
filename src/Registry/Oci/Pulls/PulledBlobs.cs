using System.Security.Cryptography;
using Assay.Kernel;
using Assay.Registry.Oci.Manifests;

namespace Assay.Registry.Oci.Pulls;

/// <summary>Blobs of an artifact that is pulled, each held to size and digest before anybody reads it.</summary>
internal sealed class PulledBlobs(IArtifactSource source, string folder)
{
    private long _bytes;

    public string Folder => folder;

    /// <summary>Brings a blob to the folder.</summary>
    /// <exception cref="InvalidDataException">It is not what the manifest says, or too large.</exception>
    public async Task Fetch(Descriptor wanted, CancellationToken cancel)
    {
        var digest = Digest.Parse(wanted.Digest);
        var path = PathOf(digest);
        if (File.Exists(path))
            return;
        if (wanted.Size > OciLimits.BlobBytesMax || (_bytes += wanted.Size) > OciLimits.UnpackedBytesMax)
            throw new InvalidDataException($"{source.Name}: {digest} has {wanted.Size} bytes. A blob has at most {OciLimits.BlobBytesMax >> 30} GiB, and a model {OciLimits.UnpackedBytesMax >> 30} GiB.");
        await using var content = await source.Blob(digest, cancel);
        await using var file = new FileStream(path, FileMode.CreateNew, FileAccess.Write, FileShare.None, bufferSize: 0, useAsync: true);
        var found = await Copy(content, file, wanted.Size, cancel);
        if (found != digest)
            throw new InvalidDataException($"{source.Name}: what came as {digest} ({wanted.Size} bytes) is something else. It is not taken.");
    }

    public Task<Stream> Open(Digest digest, CancellationToken cancel) => Task.FromResult<Stream>(File.OpenRead(PathOf(digest)));

    // Null when there is more or less than was said.
    private static async Task<Digest?> Copy(Stream content, FileStream file, long size, CancellationToken cancel)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var buffer = new byte[1 << 17];
        var copied = 0L;
        while (await content.ReadAsync(buffer, cancel) is > 0 and var read)
        {
            if ((copied += read) > size)
                return null;
            hash.AppendData(buffer, 0, read);
            await file.WriteAsync(buffer.AsMemory(0, read), cancel);
        }

        return copied == size ? Digest.FromHash(hash.GetHashAndReset()) : null;
    }

    private string PathOf(Digest digest) => Path.Combine(folder, digest.Hex);
}
