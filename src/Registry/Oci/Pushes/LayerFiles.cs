using System.Formats.Tar;
using System.IO.Compression;
using Assay.Inference.Models;
using Assay.Kernel;
using Assay.Kernel.Blobs;
using Assay.Registry.Oci.Manifests;

namespace Assay.Registry.Oci.Pushes;

/// <summary>
/// Unpacks an artifact's layers into a folder: one file each, or archives of files. Nothing is written outside the folder,
/// nothing but plain files is taken, and an archive that swells is stopped at the limit.
/// </summary>
internal sealed class LayerFiles(Func<Digest, CancellationToken, Task<Stream>> open)
{
    public LayerFiles(IBlobs blobs)
        : this(blobs.Open)
    {
    }

    private const int DepthMax = 3;

    /// <returns>The folder in which the package is: the one given, or the only folder in it.</returns>
    public async Task<string> Unpack(ManifestDocument artifact, string folder, CancellationToken cancel)
    {
        var target = new UnpackedFolder(folder);
        foreach (var layer in artifact.Layers!)
        {
            await using var content = await open(Digest.Parse(layer!.Digest), cancel);
            if (layer.MediaType.EndsWith(".tar", StringComparison.Ordinal))
                await Extract(content, target, cancel);
            else if (layer.MediaType.EndsWith("tar+gzip", StringComparison.Ordinal) || layer.MediaType.EndsWith("tar.gzip", StringComparison.Ordinal))
                await Decompress(content, target, cancel);
            else if (layer.MediaType.EndsWith("zstd", StringComparison.Ordinal))
                throw OciErrors.ManifestInvalid($"A layer is compressed with zstd ({layer.MediaType}), which can't be read here. Pack it with gzip, or better as a raw layer.");
            else
                await target.Add(NameOf(layer), content, cancel);
        }

        return PackageFolder(folder);
    }

    private static string NameOf(Descriptor layer) => layer.Annotation(MediaTypes.FilePath) ?? layer.Annotation(MediaTypes.Title)
        ?? throw OciErrors.ManifestInvalid($"The layer {layer.Digest} does not say which file it is: annotate it with {MediaTypes.Title}.");

    private static async Task Decompress(Stream content, UnpackedFolder target, CancellationToken cancel)
    {
        try
        {
            await using var plain = new GZipStream(content, CompressionMode.Decompress);
            await Extract(plain, target, cancel);
        }
        catch (InvalidDataException problem)
        {
            throw OciErrors.ManifestInvalid($"A layer can't be unpacked: {problem.Message}");
        }
    }

    private static async Task Extract(Stream content, UnpackedFolder target, CancellationToken cancel)
    {
        await using var bounded = new ArchiveStream(content, target.CountArchived);
        await using var archive = new TarReader(bounded, leaveOpen: true);
        try
        {
            while (await Next(archive, bounded, cancel) is { } entry)
            {
                target.CountEntry();
                if (entry.EntryType is TarEntryType.Directory or TarEntryType.GlobalExtendedAttributes)
                    continue;
                if (entry.EntryType is not (TarEntryType.RegularFile or TarEntryType.V7RegularFile))
                    throw OciErrors.ManifestInvalid($"A layer holds '{entry.Name}', which is a {entry.EntryType}; a package holds plain files only.");
                await target.Add(entry.Name.StartsWith("./", StringComparison.Ordinal) ? entry.Name[2..] : entry.Name, entry.DataStream ?? Stream.Null, cancel);
            }
        }
        catch (Exception problem) when (problem is InvalidDataException or EndOfStreamException or FormatException or ArgumentException)
        {
            throw OciErrors.ManifestInvalid($"A layer is no tar archive, or a broken one: {problem.Message}");
        }
    }

    private static async Task<TarEntry?> Next(TarReader archive, ArchiveStream bounded, CancellationToken cancel)
    {
        bounded.ExpectHeaders();
        var entry = await archive.GetNextEntryAsync(copyData: false, cancel);
        bounded.ExpectContent();
        return entry;
    }

    private static string PackageFolder(string folder)
    {
        var found = folder;
        for (var depth = 0; depth < DepthMax && !File.Exists(Path.Combine(found, PackageFiles.Model)); depth++)
        {
            if (Directory.GetFileSystemEntries(found) is not [var only] || !Directory.Exists(only))
                return folder;
            found = only;
        }

        return found;
    }
}
