using System.Formats.Tar;
using System.IO.Pipelines;
using Assay.Kernel;
using Assay.Kernel.Blobs;
using Assay.Registry.Versions;

namespace Assay.Registry.Oci.Manifests;

/// <summary>
/// A version as a container image of one layer, for what knows images only: podman, and volumes that Kubernetes makes of
/// images. It holds everything that an export holds, the signature too. The layer is made as a stream.
/// </summary>
internal sealed class ImageForm(IBlobs blobs)
{
    /// <summary>A tag with this at its end means the image of what it names without.</summary>
    public const string Suffix = "-image";

    public async Task<WrittenImage> Write(ModelVersion version, CancellationToken cancel)
    {
        var archive = await Layer(version, cancel);
        var layer = new Descriptor("application/vnd.oci.image.layer.v1.tar", archive.Digest.ToString(), archive.SizeBytes);
        var created = VersionManifest.Time(version.CreatedAt);
        var annotations = VersionManifest.AnnotationsOf(version);
        var config = CanonicalJson.Write(new
        {
            architecture = "amd64",   // an image must name one; the files are for any
            os = "linux",
            created,
            config = new { Labels = annotations },
            rootfs = new { type = "layers", diff_ids = new[] { layer.Digest } },
            history = new[] { new { created, created_by = $"{version.Model} version {version.Version}" } },
        });
        await blobs.Put(new MemoryStream(config), cancel);
        var configuration = VersionManifest.Describe(MediaTypes.ImageConfig, config);
        return new(VersionManifest.Write(null, configuration, [layer], null, annotations), [configuration, layer], annotations);
    }

    private async Task<StoredBlob> Layer(ModelVersion version, CancellationToken cancel)
    {
        var pipe = new Pipe(new PipeOptions(useSynchronizationContext: false));
        var writing = Archive(version, pipe.Writer, cancel);
        try
        {
            return await blobs.Put(pipe.Reader.AsStream(leaveOpen: true), cancel);
        }
        finally
        {
            await pipe.Reader.CompleteAsync();
            await writing;
        }
    }

    /// <summary>Writes the archive; what goes wrong reaches the reader, which then stores nothing.</summary>
    private async Task Archive(ModelVersion version, PipeWriter output, CancellationToken cancel)
    {
        Exception? problem = null;
        try
        {
            // GNU's form: the platform's PAX headers carry the process id, and the same files should give the same layer.
            await using var archive = new TarWriter(output.AsStream(leaveOpen: true), TarEntryFormat.Gnu, leaveOpen: true);
            foreach (var file in VersionBook.Files(version).OrderBy(file => file.Path, StringComparer.Ordinal))
            {
                await using var content = await blobs.Open(Digest.Parse(file.Digest), cancel);
                var entry = new GnuTarEntry(TarEntryType.RegularFile, file.Path)
                {
                    DataStream = content,
                    ModificationTime = version.CreatedAt,
                    AccessTime = version.CreatedAt,
                    ChangeTime = version.CreatedAt,
                    Mode = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead,
                };
                await archive.WriteEntryAsync(entry, cancel);
            }
        }
        catch (Exception failure) when (failure is IOException or OperationCanceledException)
        {
            problem = failure;
        }

        await output.CompleteAsync(problem);
    }
}

/// <summary>An image whose configuration and layer are stored.</summary>
internal sealed record WrittenImage(byte[] Manifest, IReadOnlyList<Descriptor> Blobs, IReadOnlyDictionary<string, string> Annotations);
