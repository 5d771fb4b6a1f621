using System.Text.Json;
using Assay.Governance.Keys;
using Assay.Inference.Models;
using Assay.Kernel;

namespace Assay.Registry.Signatures;

/// <summary>OpenSSF Model Signing 1.0: a statement about the files of a model, signed.</summary>
internal static class ModelSigning
{
    private const string PredicateType = "https://model_signing/signature/v1.0";
    private const string Algorithm = "sha256";

    private static readonly string[] IgnoredPaths =
        [PackageFiles.Signature, SignedFolder.PublicKeyFile, ".git", ".gitattributes", ".github", ".gitignore"];

    /// <summary>Signs these files as the model of that name; the bundle's bytes.</summary>
    public static byte[] Create(string name, IEnumerable<SignedFile> files, ISigningKey key)
    {
        var ordered = SignedManifest.InOrder(files).ToList();
        var predicate = JsonSerializer.SerializeToNode(new
        {
            serialization = new { method = "files", hash_type = Algorithm, allow_symlinks = false, ignore_paths = IgnoredPaths },
            resources = ordered.Select(file => new { name = file.Path, algorithm = Algorithm, digest = file.Digest.Hex }),
        })!;
        var statement = Statement.Write(name, SignedManifest.RootOf(ordered), PredicateType, predicate);
        return SigstoreBundle.Wrap(SigstoreBundle.Seal(statement, key), key.Hint);
    }

    /// <summary>Checks a bundle with a public key and returns what was signed.</summary>
    /// <exception cref="InvalidSignatureException">It does not hold.</exception>
    public static SignedManifest Verify(ReadOnlySpan<byte> bundle, string publicKeyPem)
    {
        var payload = SigstoreBundle.Open(bundle, publicKeyPem, PackageFiles.Signature);
        try
        {
            return Read(Statement.Read(payload, PackageFiles.Signature));
        }
        catch (Exception problem) when (problem is JsonException or FormatException or KeyNotFoundException or InvalidOperationException)
        {
            throw new InvalidSignatureException($"{PackageFiles.Signature} is not a signature bundle ({problem.Message}).");
        }
    }

    private static SignedManifest Read(Statement statement)
    {
        if (statement.PredicateType != PredicateType)
            throw new InvalidSignatureException($"{PackageFiles.Signature} makes a statement of type {statement.PredicateType}, which is not {PredicateType}.");
        var serialization = statement.Predicate.GetProperty("serialization");
        if (serialization.GetProperty("method").GetString() != "files" || serialization.GetProperty("hash_type").GetString() != Algorithm)
            throw new InvalidSignatureException($"{PackageFiles.Signature} signs shards or another hash; only whole files by SHA-256 are read.");

        var files = statement.Predicate.GetProperty("resources").EnumerateArray().Select(ReadFile).ToList();
        var ignored = serialization.TryGetProperty("ignore_paths", out var paths) ? paths.EnumerateArray().Select(Text) : [];
        var manifest = new SignedManifest(
            statement.Name, statement.Subject, files, [.. ignored, PackageFiles.Signature, SignedFolder.PublicKeyFile]);
        if (SignedManifest.RootOf(files) != manifest.Root || files.DistinctBy(file => file.Path).Count() != files.Count)
            throw new InvalidSignatureException($"{PackageFiles.Signature} contradicts itself: its files do not have its root digest.");
        return manifest;
    }

    private static SignedFile ReadFile(JsonElement resource) =>
        resource.GetProperty("algorithm").GetString() == Algorithm
            ? new(Text(resource.GetProperty("name")), Digest.Parse(Text(resource.GetProperty("digest"))))
            : throw new InvalidSignatureException($"{PackageFiles.Signature} uses a hash other than SHA-256.");

    private static string Text(JsonElement value) => value.GetString() ?? throw new JsonException("a text is null");
}
