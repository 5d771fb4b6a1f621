using System.Text;
using Assay.Governance.Keys;
using Assay.Inference.Models;
using Assay.Kernel;
using Assay.Registry.Signatures;

namespace Assay.Registry;

/// <summary>Signs and verifies the files of a folder as OpenSSF Model Signing has it, without a server or a database.</summary>
public static class SignedFolder
{
    /// <summary>The public key that travels beside <c>model.sig</c>.</summary>
    public const string PublicKeyFile = "model.sig.pub";

    /// <summary>Signs every file of the folder under the folder's name; writes <c>model.sig</c> and <c>model.sig.pub</c> into it.</summary>
    /// <returns>Root of the files.</returns>
    /// <exception cref="IOException">The folder holds a symbolic link, or can't be read or written.</exception>
    public static Digest Sign(string folder, ISigningKey key)
    {
        var files = Files(folder).Where(file => file.Path is not PackageFiles.Signature and not PublicKeyFile).ToList();
        File.WriteAllBytes(Path.Combine(folder, PackageFiles.Signature), ModelSignature.Create(new DirectoryInfo(folder).Name, files, key));
        File.WriteAllText(Path.Combine(folder, PublicKeyFile), key.PublicKeyPem);
        return SignedManifest.RootOf(SignedManifest.InOrder(files));
    }

    /// <summary>
    /// Checks the signature and that the folder holds exactly the signed files. Without a key of the caller's, that of
    /// <c>model.sig.pub</c> is taken: this shows that nothing was changed since that key signed, and not whose key it is.
    /// </summary>
    /// <param name="folder">The folder that holds <c>model.sig</c>.</param>
    /// <param name="publicKeyPem">The key that must have signed, as PEM, or several of which one must have; null for the one beside the signature.</param>
    public static SignatureReport Verify(string folder, string? publicKeyPem = null)
    {
        var (bundle, key, root) = ("", publicKeyPem ?? "", "");
        try
        {
            var signature = Read(folder, PackageFiles.Signature);
            bundle = Encoding.UTF8.GetString(signature);
            key = publicKeyPem is null ? Encoding.UTF8.GetString(Read(folder, PublicKeyFile)) : SigstoreBundle.KeyFor(signature, publicKeyPem);
            var manifest = ModelSignature.Verify(signature, key);
            root = manifest.Root.ToString();
            var problem = manifest.Compare([.. Files(folder, manifest)])?.Problem;
            return new(problem is null, bundle, key, root, problem);
        }
        catch (Exception problem) when (problem is InvalidSignatureException or IOException or UnauthorizedAccessException)
        {
            return new(false, bundle, key, root, problem.Message);
        }
    }

    /// <summary>What a file of public keys holds, as <see cref="Verify"/> takes it.</summary>
    /// <exception cref="InvalidDataException">It holds none.</exception>
    /// <exception cref="IOException">It can't be read.</exception>
    public static async Task<string> ReadKeys(string file, CancellationToken cancel)
    {
        var text = await File.ReadAllTextAsync(file, cancel);
        return VerifyingKey.IsIn(text)
            ? text
            : throw new InvalidDataException($"{file} holds no public key. --public-key takes a PEM file of an elliptic-curve key ('-----BEGIN PUBLIC KEY-----'), or of several.");
    }

    /// <summary>Root of the files of a folder, by which a package is known; <c>model.sig</c> and the like are not counted.</summary>
    /// <exception cref="IOException">The folder holds a symbolic link, or can't be read.</exception>
    public static Digest RootOf(string folder) => SignedManifest.RootOf(SignedManifest.InOrder(
        Files(folder).Where(file => file.Path is not PackageFiles.Signature and not PublicKeyFile)));

    private static byte[] Read(string folder, string name)
    {
        var path = Path.Combine(folder, name);
        return File.Exists(path) ? File.ReadAllBytes(path) : throw new InvalidSignatureException($"There is no {name} in {folder}.");
    }

    private static IEnumerable<SignedFile> Files(string folder, SignedManifest? manifest = null)
    {
        foreach (var entry in new DirectoryInfo(folder).EnumerateFileSystemInfos("*", new EnumerationOptions { AttributesToSkip = 0, RecurseSubdirectories = true }))
        {
            var path = Path.GetRelativePath(folder, entry.FullName).Replace(Path.DirectorySeparatorChar, '/');
            if (manifest?.Ignores(path) == true)
                continue;
            if (entry.LinkTarget is not null)
                throw new IOException($"{path} is a symbolic link, which a signed model must not hold.");
            if (entry is not FileInfo file)
                continue;
            using var content = new FileStream(file.FullName, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0);
            yield return new(path, Digest.Of(content));
        }
    }
}
