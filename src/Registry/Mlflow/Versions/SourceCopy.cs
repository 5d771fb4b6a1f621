using Assay.Kernel.Refusals;
using Assay.Registry.Packages;
using Assay.Registry.Signatures;
using Assay.Tracking.Artifacts;

namespace Assay.Registry.Mlflow.Versions;

/// <summary>The folder into which a source is copied, in bounds, and whose files went into it.</summary>
/// <param name="folder">An empty folder.</param>
/// <param name="bytesMax">What all files may have together.</param>
internal sealed class SourceCopy(string folder, long bytesMax = SourceCopy.BytesMax)
{
    public const long BytesMax = 64L << 30;
    private const int BufferBytes = 128 << 10;
    private int _entries;
    private long _bytes;

    /// <summary>The runs and logged models that files came from, as events name them.</summary>
    public HashSet<string> From { get; } = new(StringComparer.Ordinal);

    /// <summary>Notes whose folder a name is.</summary>
    public void Pass(string name)
    {
        if (FileHands.SubjectOf(name) is { } of)
            From.Add(of);
    }

    /// <summary>Counts a file or folder.</summary>
    /// <exception cref="Refusal">413.</exception>
    public void Count()
    {
        if (++_entries > PackageWriter.FilesMax)
            throw Refusal.Limit(StatusCodes.Status413PayloadTooLarge, $"A version has at most {PackageWriter.FilesMax} files and folders; the source has more.");
    }

    /// <summary>Copies a file and closes it.</summary>
    /// <exception cref="Refusal">413: the files have more bytes than a version may have.</exception>
    public async Task Write(string name, Stream content, CancellationToken cancel)
    {
        await using (content)
        {
            // The signature is made anew: that of another version is over its own name.
            if (name is SignedFolder.PublicKeyFile or Inference.Models.PackageFiles.Signature)
                return;
            var target = Path.Combine(folder, name.Replace('/', Path.DirectorySeparatorChar));
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            await using var file = new FileStream(target, FileMode.CreateNew);
            var buffer = new byte[BufferBytes];
            int count;
            while ((count = await content.ReadAsync(buffer, cancel)) > 0)
            {
                _bytes += count;
                if (_bytes > bytesMax)
                    throw Refusal.Limit(StatusCodes.Status413PayloadTooLarge, $"The files of a version have at most {bytesMax:N0} bytes together; the source has more.");
                await file.WriteAsync(buffer.AsMemory(0, count), cancel);
            }
        }
    }
}
