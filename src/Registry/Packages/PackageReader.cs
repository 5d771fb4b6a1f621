using System.Security.Cryptography;
using System.Text;
using Assay.Governance.Keys;
using Assay.Inference.Models;
using Assay.Kernel;
using Assay.Kernel.Blobs;
using Assay.Registry.Signatures;
using Assay.Registry.Versions;

namespace Assay.Registry.Packages;

/// <summary>Reads stored packages, and trusts neither the rows nor the blobs: only what a version of the installation's key has signed.</summary>
internal sealed class PackageReader(IBlobs blobs, ISigningKeys keys)
{
    /// <exception cref="TamperedPackageException">Something is not what was signed.</exception>
    public async Task<VerifiedPackage> Open(ModelVersion version, CancellationToken cancel)
    {
        var contents = new Dictionary<string, byte[]>(StringComparer.Ordinal);
        await Check(
            version,
            async (file, content) => Digest.Of(contents[file.Path] = await Bytes(content, cancel)),
            cancel);
        return new(version.Model, version.Version, version.Digest, contents);
    }

    /// <summary>Those of the named files that the package has, as they were signed. Of the others nothing is read, and nothing said.</summary>
    /// <exception cref="TamperedPackageException">The signature does not hold, or a file's bytes are not there.</exception>
    public async Task<VerifiedPackage> Open(ModelVersion version, IReadOnlyCollection<string> paths, CancellationToken cancel)
    {
        var contents = new Dictionary<string, byte[]>(StringComparer.Ordinal);
        foreach (var path in paths)
        {
            if (await OpenFile(version, path, cancel) is { } bytes)
                contents[path] = bytes;
        }

        return new(version.Model, version.Version, version.Digest, contents);
    }

    /// <summary>One file alone, as it was signed; null when the package has no such file.</summary>
    /// <exception cref="TamperedPackageException">The signature does not hold, or the file's bytes are not there.</exception>
    public async Task<byte[]?> OpenFile(ModelVersion version, string path, CancellationToken cancel)
    {
        var files = VersionBook.Files(version);
        var manifest = ReadManifest(version, await ReadSignature(version, files, cancel));
        return manifest.DigestOf(path) is { } digest
            ? await Read(version, new(path, digest.ToString(), 0), content => Bytes(content, cancel), cancel)
            : null;
    }

    /// <summary>The same check as a report, in constant memory.</summary>
    public async Task<SignatureReport> Verify(ModelVersion version, CancellationToken cancel)
    {
        var (bundle, key) = ("", keys.Current.PublicKeyPem);
        try
        {
            var signature = await ReadSignature(version, VersionBook.Files(version), cancel);
            (bundle, key) = (Encoding.UTF8.GetString(signature), KeyOf(signature));
            await Check(version, async (_, content) => Digest.FromHash(await SHA256.HashDataAsync(content, cancel)), cancel);
            return new(true, bundle, key, version.Digest, null);
        }
        catch (TamperedPackageException problem)
        {
            return new(false, bundle, key, version.Digest, problem.Message);
        }
    }

    private async Task Check(ModelVersion version, Func<PackageFile, Stream, Task<Digest>> digestOf, CancellationToken cancel)
    {
        var files = VersionBook.Files(version);
        var manifest = ReadManifest(version, await ReadSignature(version, files, cancel));
        var found = new List<SignedFile>();
        foreach (var file in files.Where(file => !manifest.Ignores(file.Path)))
            found.Add(new(file.Path, await Read(version, file, content => digestOf(file, content), cancel)));
        if (manifest.Compare(found) is { } difference)
            throw new TamperedPackageException(version.Model, version.Version, difference.File, difference.Problem);
    }

    private async Task<byte[]> ReadSignature(ModelVersion version, List<PackageFile> files, CancellationToken cancel)
    {
        var file = files.SingleOrDefault(file => file.Path == PackageFiles.Signature)
            ?? throw new TamperedPackageException(version.Model, version.Version, PackageFiles.Signature, "it has no signature.");
        return await Read(version, file, content => Bytes(content, cancel), cancel);
    }

    // One that names no version of ours is checked with the newest, and so refused by its hint.
    private string KeyOf(byte[] signature) => keys.PublicKeyOf(SigstoreBundle.HintIn(signature)) ?? keys.Current.PublicKeyPem;

    private SignedManifest ReadManifest(ModelVersion version, byte[] signature)
    {
        SignedManifest manifest;
        try
        {
            manifest = ModelSigning.Verify(signature, KeyOf(signature));
        }
        catch (InvalidSignatureException problem)
        {
            throw new TamperedPackageException(version.Model, version.Version, PackageFiles.Signature, problem.Message);
        }

        if (manifest.Root.ToString() != version.Digest || manifest.Name != version.Model)
        {
            throw new TamperedPackageException(
                version.Model, version.Version, PackageFiles.Signature, $"{PackageFiles.Signature} is the signature of another package.");
        }

        return manifest;
    }

    private async Task<T> Read<T>(ModelVersion version, PackageFile file, Func<Stream, Task<T>> read, CancellationToken cancel)
    {
        try
        {
            await using var content = await blobs.Open(Digest.Parse(file.Digest), cancel);
            return await read(content);
        }
        catch (IOException problem) when (problem is DamagedBlobException or FileNotFoundException)
        {
            throw new TamperedPackageException(version.Model, version.Version, file.Path, $"{file.Path} can't be read. {problem.Message}");
        }
    }

    private static async Task<byte[]> Bytes(Stream content, CancellationToken cancel)
    {
        var bytes = new byte[content.Length];
        await content.ReadExactlyAsync(bytes, cancel);
        return bytes;
    }
}
