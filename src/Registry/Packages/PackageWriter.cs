using System.Text;
using Assay.Governance.Keys;
using Assay.Inference.Models;
using Assay.Kernel;
using Assay.Kernel.Blobs;
using Assay.Kernel.Refusals;
using Assay.Registry.Signatures;
using Microsoft.AspNetCore.Http;

namespace Assay.Registry.Packages;

/// <summary>A package whose bytes are stored and signed, and that no row names yet.</summary>
internal sealed record StoredPackage(Digest Root, IReadOnlyList<PackageFile> Files, Digest Signature, string KeyHint);

/// <summary>Brings the files of a folder into the blob store and signs them.</summary>
internal sealed class PackageWriter(IBlobs blobs, ISigningKey key)
{
    public const int FilesMax = 1000;
    public const long FileBytesMax = 1L << 30;
    private const int PathLengthMax = 500;

    public async Task<StoredPackage> Store(string model, string folder, CancellationToken cancel)
    {
        var stored = new List<PackageFile>();
        foreach (var path in Paths(folder))
        {
            await using var content = new FileStream(Path.Combine(folder, path), new FileStreamOptions { BufferSize = 0, Options = FileOptions.Asynchronous });
            var blob = await blobs.Put(content, cancel);
            stored.Add(new(path, blob.Digest.ToString(), blob.SizeBytes));
        }

        var signed = stored.Select(file => new SignedFile(file.Path, Digest.Parse(file.Digest))).ToList();
        var signature = await Add(stored, PackageFiles.Signature, ModelSigning.Create(model, signed, key), cancel);
        await Add(stored, SignedFolder.PublicKeyFile, Encoding.UTF8.GetBytes(key.PublicKeyPem), cancel);
        return new(SignedManifest.RootOf(SignedManifest.InOrder(signed)), stored, signature, key.Hint);
    }

    private async Task<Digest> Add(List<PackageFile> files, string path, byte[] bytes, CancellationToken cancel)
    {
        var blob = await blobs.Put(new MemoryStream(bytes), cancel);
        files.Add(new(path, blob.Digest.ToString(), blob.SizeBytes));
        return blob.Digest;
    }

    private static List<string> Paths(string folder)
    {
        var paths = new List<string>();
        foreach (var entry in new DirectoryInfo(folder).EnumerateFileSystemInfos("*", new EnumerationOptions { AttributesToSkip = 0, RecurseSubdirectories = true }))
        {
            var path = Path.GetRelativePath(folder, entry.FullName).Replace(Path.DirectorySeparatorChar, '/');
            if (entry.LinkTarget is not null)
                throw Refusal.Invalid("package", $"{path} is a symbolic link; a package holds plain files only.");
            if (entry is not FileInfo file || path is PackageFiles.Signature or SignedFolder.PublicKeyFile)
                continue;
            if (file.Length > FileBytesMax || path.Length > PathLengthMax || paths.Count == FilesMax)
                throw Refusal.Limit(StatusCodes.Status413PayloadTooLarge, $"{path}: a package has at most {FilesMax} files of 1 GiB, with paths of {PathLengthMax} characters.");
            paths.Add(path);
        }

        paths.Sort(StringComparer.Ordinal);
        return paths;
    }
}
