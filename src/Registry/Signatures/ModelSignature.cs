using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Assay.Governance.Keys;
using Assay.Inference.Models;
using Assay.Kernel;

namespace Assay.Registry.Signatures;

/// <summary>A signature that does not hold, or is none; the message says why.</summary>
internal sealed class InvalidSignatureException(string message) : Exception(message);

/// <summary>
/// OpenSSF Model Signing 1.0: an in-toto statement about the files, in a DSSE envelope, in a sigstore bundle 0.3 that names
/// its key by a hint. Written with P-256 and SHA-256, which the public verifiers accept without a network.
/// </summary>
internal static class ModelSignature
{
    private const string BundleType = "application/vnd.dev.sigstore.bundle.v0.3+json";
    private const string PayloadType = "application/vnd.in-toto+json";
    private const string StatementType = "https://in-toto.io/Statement/v1";
    private const string PredicateType = "https://model_signing/signature/v1.0";
    private const string Algorithm = "sha256";

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    private static readonly string[] IgnoredPaths =
        [PackageFiles.Signature, SignedFolder.PublicKeyFile, ".git", ".gitattributes", ".github", ".gitignore"];

    /// <summary>Signs these files as the model of that name; the bundle's bytes.</summary>
    public static byte[] Create(string name, IEnumerable<SignedFile> files, ISigningKey key)
    {
        var ordered = SignedManifest.InOrder(files).ToList();
        var statement = new Dictionary<string, object>
        {
            ["_type"] = StatementType,
            ["subject"] = new[] { new { name, digest = new { sha256 = SignedManifest.RootOf(ordered).Hex } } },
            ["predicateType"] = PredicateType,
            ["predicate"] = new
            {
                serialization = new { method = "files", hash_type = Algorithm, allow_symlinks = false, ignore_paths = IgnoredPaths },
                resources = ordered.Select(file => new { name = file.Path, algorithm = Algorithm, digest = file.Digest.Hex }),
            },
        };
        var payload = JsonSerializer.SerializeToUtf8Bytes(statement, Json);
        return JsonSerializer.SerializeToUtf8Bytes(
            new Bundle(
                BundleType,
                new Material(new KeyHint(key.Hint), []),
                new Envelope(
                    Convert.ToBase64String(payload),
                    PayloadType,
                    [new Signature(Convert.ToBase64String(key.Sign(Dsse.PreAuthentication(PayloadType, payload))), "")])),
            Json);
    }

    /// <summary>Checks a bundle with a public key and returns what was signed.</summary>
    /// <exception cref="InvalidSignatureException">It does not hold.</exception>
    public static SignedManifest Verify(ReadOnlySpan<byte> bundle, string publicKeyPem)
    {
        try
        {
            var content = JsonSerializer.Deserialize<Bundle>(bundle, Json) ?? throw new JsonException("it is empty");
            return Read(JsonDocument.Parse(Payload(content, publicKeyPem)).RootElement);
        }
        catch (Exception problem) when (problem is JsonException or FormatException or KeyNotFoundException or InvalidOperationException)
        {
            throw new InvalidSignatureException($"{PackageFiles.Signature} is not a signature bundle ({problem.Message}).");
        }
    }

    private static byte[] Payload(Bundle bundle, string publicKeyPem)
    {
        if (bundle is not { MediaType: BundleType, VerificationMaterial.PublicKey.Hint: { } hint, DsseEnvelope: { Payload: not null, Signatures: not null } envelope })
            throw new InvalidSignatureException($"{PackageFiles.Signature} is not a sigstore bundle 0.3 with a public key.");
        if (hint != HintOf(publicKeyPem))
            throw new InvalidSignatureException($"{PackageFiles.Signature} was signed by another key (its hint is {hint}).");
        if (envelope.PayloadType != PayloadType)
            throw new InvalidSignatureException($"{PackageFiles.Signature} holds '{envelope.PayloadType}', not an in-toto statement.");

        using var key = ReadKey(publicKeyPem);
        var payload = Dsse.FromBase64(envelope.Payload);
        var signed = Dsse.PreAuthentication(PayloadType, payload);
        var holds = envelope.Signatures.Any(signature =>
            signature?.Sig is not null
            && key.VerifyData(signed, Dsse.FromBase64(signature.Sig), HashOf(key), DSASignatureFormat.Rfc3279DerSequence));
        return holds ? payload : throw new InvalidSignatureException($"{PackageFiles.Signature} does not hold: its signature is not over its content.");
    }

    private static ECDsa ReadKey(string publicKeyPem)
    {
        var key = ECDsa.Create();
        try
        {
            key.ImportFromPem(publicKeyPem);
            return key;
        }
        catch (Exception problem) when (problem is ArgumentException or CryptographicException)
        {
            key.Dispose();
            throw new InvalidSignatureException("The public key is not an elliptic-curve key in PEM.");
        }
    }

    private static HashAlgorithmName HashOf(ECDsa key) => key.KeySize switch
    {
        256 => HashAlgorithmName.SHA256,
        384 => HashAlgorithmName.SHA384,
        _ => HashAlgorithmName.SHA512,
    };

    private static string HintOf(string publicKeyPem) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(publicKeyPem.ReplaceLineEndings("\n").TrimEnd('\n') + "\n")));

    private static SignedManifest Read(JsonElement statement)
    {
        var predicateType = statement.GetProperty("predicateType").GetString();
        if (statement.GetProperty("_type").GetString() != StatementType || predicateType != PredicateType)
            throw new InvalidSignatureException($"{PackageFiles.Signature} makes a statement of type {predicateType}, which is not {PredicateType}.");
        var subject = statement.GetProperty("subject").EnumerateArray().ToList();
        if (subject.Count != 1)
            throw new InvalidSignatureException($"{PackageFiles.Signature} names {subject.Count} subjects instead of one.");

        var predicate = statement.GetProperty("predicate");
        var serialization = predicate.GetProperty("serialization");
        if (serialization.GetProperty("method").GetString() != "files" || serialization.GetProperty("hash_type").GetString() != Algorithm)
            throw new InvalidSignatureException($"{PackageFiles.Signature} signs shards or another hash; only whole files by SHA-256 are read.");

        var files = predicate.GetProperty("resources").EnumerateArray().Select(ReadFile).ToList();
        var ignored = serialization.TryGetProperty("ignore_paths", out var paths) ? paths.EnumerateArray().Select(Text) : [];
        var manifest = new SignedManifest(
            Text(subject[0].GetProperty("name")),
            Digest.Parse(Text(subject[0].GetProperty("digest").GetProperty(Algorithm))),
            files,
            [.. ignored, PackageFiles.Signature, SignedFolder.PublicKeyFile]);
        if (SignedManifest.RootOf(files) != manifest.Root || files.DistinctBy(file => file.Path).Count() != files.Count)
            throw new InvalidSignatureException($"{PackageFiles.Signature} contradicts itself: its files do not have its root digest.");
        return manifest;
    }

    private static SignedFile ReadFile(JsonElement resource) =>
        resource.GetProperty("algorithm").GetString() == Algorithm
            ? new(Text(resource.GetProperty("name")), Digest.Parse(Text(resource.GetProperty("digest"))))
            : throw new InvalidSignatureException($"{PackageFiles.Signature} uses a hash other than SHA-256.");

    private static string Text(JsonElement value) => value.GetString() ?? throw new JsonException("a text is null");

    private sealed record Bundle(string? MediaType, Material? VerificationMaterial, Envelope? DsseEnvelope);

    private sealed record Material(KeyHint? PublicKey, IReadOnlyList<JsonElement>? TlogEntries);

    private sealed record KeyHint(string? Hint);

    private sealed record Envelope(string? Payload, string? PayloadType, IReadOnlyList<Signature?>? Signatures);

    private sealed record Signature(string? Sig, string? Keyid);
}
