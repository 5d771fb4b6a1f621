using System.Security.Cryptography;
using Assay.Data.Reading;
using Assay.Kernel;
using Assay.Kernel.Homes;
using Assay.Kernel.Refusals;

namespace Assay.Data.Datasets;

/// <summary>
/// A dataset's bytes as a plain file, which the table engine needs: in a folder that only the owner can read, and deleted
/// with it as soon as the file is disposed.
/// </summary>
internal sealed class ReceivedFile : IDisposable
{
    private ReceivedFile(string folder) => Folder = folder;

    /// <summary>A folder of its own, for whatever else is written on the way.</summary>
    public string Folder { get; }

    public string Path => System.IO.Path.Combine(Folder, "content");

    /// <summary>SHA-256 of the bytes, computed while they came.</summary>
    public Digest Digest { get; private set; }

    public long SizeBytes { get; private set; }

    /// <summary>Writes a stream to a new file.</summary>
    /// <exception cref="Refusal">There are more bytes than a dataset may have.</exception>
    public static async Task<ReceivedFile> From(Stream content, AssayHome home, CancellationToken cancel)
    {
        var received = new ReceivedFile(home.MakeWorkFolder("dataset"));
        try
        {
            await received.Write(content, cancel);
            return received;
        }
        catch
        {
            received.Dispose();
            throw;
        }
    }

    public Stream Open() => new FileStream(Path, FileMode.Open, FileAccess.Read, FileShare.Read, 1 << 16, FileOptions.Asynchronous);

    public void Dispose()
    {
        if (Directory.Exists(Folder))
            Directory.Delete(Folder, recursive: true);
    }

    private async Task Write(Stream content, CancellationToken cancel)
    {
        await using var file = PrivateFile.Create(Path);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var buffer = new byte[1 << 16];
        int read;
        while ((read = await content.ReadAsync(buffer, cancel)) > 0)
        {
            SizeBytes += read;
            if (SizeBytes > TableLimits.FileBytesMax)
                throw TooLarge();
            hash.AppendData(buffer, 0, read);
            await file.WriteAsync(buffer.AsMemory(0, read), cancel);
        }

        Digest = Digest.FromHash(hash.GetHashAndReset());
    }

    public static Refusal TooLarge() => Refusal.Limit(
        StatusCodes.Status413PayloadTooLarge, $"The file is larger than {TableLimits.FileBytesMax >> 30} GiB, which is the limit of a dataset.");
}
