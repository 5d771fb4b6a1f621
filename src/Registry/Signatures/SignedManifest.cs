using System.Security.Cryptography;
using Assay.Kernel;

namespace Assay.Registry.Signatures;

/// <summary>A file as a signature names it.</summary>
internal sealed record SignedFile(string Path, Digest Digest);

/// <summary>What a signature says: these files, and nothing besides but what is ignored.</summary>
internal sealed record SignedManifest(string Name, Digest Root, IReadOnlyList<SignedFile> Files, IReadOnlyList<string> IgnoredPaths)
{
    /// <summary>Root of files in a given order: SHA-256 over their digests, one after the other.</summary>
    public static Digest RootOf(IEnumerable<SignedFile> files)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var file in files)
            hash.AppendData(file.Digest.ToBytes());
        return Digest.FromHash(hash.GetHashAndReset());
    }

    /// <summary>The order in which files are signed: by name, folder by folder.</summary>
    public static IEnumerable<SignedFile> InOrder(IEnumerable<SignedFile> files) =>
        files.OrderBy(file => file.Path.Replace('/', '\0'), StringComparer.Ordinal);

    /// <summary>What was signed of a file; null when it was not.</summary>
    public Digest? DigestOf(string path) => Files.FirstOrDefault(file => file.Path == path)?.Digest;

    /// <summary>Whether a file is outside the signature, itself or with a folder above it.</summary>
    public bool Ignores(string path) =>
        IgnoredPaths.Any(ignored => path == ignored || path.StartsWith(ignored + "/", StringComparison.Ordinal));

    /// <summary>The first difference between these files and the signed ones; null when there is none.</summary>
    public (string File, string Problem)? Compare(IReadOnlyCollection<SignedFile> found)
    {
        var there = found.ToDictionary(file => file.Path, file => file.Digest, StringComparer.Ordinal);
        foreach (var signed in Files)
        {
            if (!there.Remove(signed.Path, out var digest))
                return (signed.Path, $"{signed.Path} was signed and is missing.");
            if (digest != signed.Digest)
                return (signed.Path, $"{signed.Path} is not the file that was signed.");
        }

        var extra = there.Keys.Order(StringComparer.Ordinal).FirstOrDefault(path => !Ignores(path));
        return extra is null ? null : (extra, $"{extra} was not signed.");
    }
}
