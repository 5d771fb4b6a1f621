using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Encodings.Web;
using Assay.Governance.Keys;

namespace Assay.Registry.Signatures;

/// <summary>A signature that does not hold, or is none; the message says why.</summary>
internal sealed class InvalidSignatureException(string message) : Exception(message);

/// <summary>
/// A signed in-toto statement: a DSSE envelope, in a sigstore bundle 0.3 that names its key by a hint. Written with P-256
/// and SHA-256, which the public verifiers accept without a network.
/// </summary>
internal static partial class SigstoreBundle
{
    /// <summary>Media type of a bundle.</summary>
    public const string MediaType = "application/vnd.dev.sigstore.bundle.v0.3+json";

    /// <summary>What an envelope holds.</summary>
    public const string PayloadType = "application/vnd.in-toto+json";

    private static readonly BundleTypes Json = new(new(JsonSerializerDefaults.Web) { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });

    /// <summary>Signs a statement; the envelope's bytes, on one line.</summary>
    public static byte[] Seal(byte[] statement, ISigningKey key) => JsonSerializer.SerializeToUtf8Bytes(
        new Envelope(
            Convert.ToBase64String(statement),
            PayloadType,
            [new Signature(Convert.ToBase64String(key.Sign(Dsse.PreAuthentication(PayloadType, statement))), "")]),
        Json.Envelope);

    /// <summary>The bundle around an envelope, whose bytes it holds unchanged.</summary>
    public static byte[] Wrap(byte[] envelope, string hint)
    {
        var head = $$"""{"mediaType":"{{MediaType}}","verificationMaterial":{"publicKey":{"hint":"{{hint}}"},"tlogEntries":[]},"dsseEnvelope":""";
        return [.. Encoding.ASCII.GetBytes(head), .. envelope, (byte)'}'];
    }

    /// <summary>Checks a bundle with a public key and returns the statement that was signed.</summary>
    /// <param name="bundle">The bundle's bytes.</param>
    /// <param name="publicKeyPem">The key that must have signed.</param>
    /// <param name="name">What to call the bundle in a problem.</param>
    /// <exception cref="InvalidSignatureException">It does not hold.</exception>
    public static byte[] Open(ReadOnlySpan<byte> bundle, string publicKeyPem, string name)
    {
        try
        {
            var content = JsonSerializer.Deserialize(bundle, Json.Bundle) ?? throw new JsonException("it is empty");
            return Check(content, publicKeyPem, name);
        }
        catch (Exception problem) when (problem is JsonException or FormatException)
        {
            throw new InvalidSignatureException($"{name} is not a signature bundle ({problem.Message}).");
        }
    }

    private static byte[] Check(Bundle bundle, string publicKeyPem, string name)
    {
        if (bundle is not { MediaType: MediaType, VerificationMaterial.PublicKey.Hint: { } hint, DsseEnvelope: { Payload: not null, Signatures: not null } envelope })
            throw new InvalidSignatureException($"{name} is not a sigstore bundle 0.3 with a public key.");
        if (hint != HintOf(publicKeyPem))
        {
            if (!VerifyingKey.IsIn(publicKeyPem))
                throw new InvalidSignatureException("What was given as public key holds none: no elliptic-curve key in PEM.");
            throw new InvalidSignatureException($"{name} was signed by another key (its hint is {hint}).");
        }

        if (envelope.PayloadType != PayloadType)
            throw new InvalidSignatureException($"{name} holds '{envelope.PayloadType}', not an in-toto statement.");

        var key = VerifyingKey.Read(publicKeyPem);
        var payload = Dsse.FromBase64(envelope.Payload);
        var signed = Dsse.PreAuthentication(PayloadType, payload);
        var holds = envelope.Signatures.Any(signature =>
            signature?.Sig is not null
            && key.VerifyData(signed, Dsse.FromBase64(signature.Sig), HashOf(key), DSASignatureFormat.Rfc3279DerSequence));
        return holds ? payload : throw new InvalidSignatureException($"{name} does not hold: its signature is not over its content.");
    }

    /// <summary>The hint by which a bundle names its key; nothing when it is no bundle, which opening it will say.</summary>
    public static string HintIn(ReadOnlySpan<byte> bundle)
    {
        try
        {
            return JsonSerializer.Deserialize(bundle, Json.Bundle)?.VerificationMaterial?.PublicKey?.Hint ?? "";
        }
        catch (JsonException)
        {
            return "";
        }
    }

    /// <summary>Of several public keys in one text, one behind the other, that which a bundle names; else the text as it is.</summary>
    /// <param name="bundle">The bundle's bytes.</param>
    /// <param name="publicKeysPem">One key or several: after a rotation, what the former key signed still counts.</param>
    public static string KeyFor(ReadOnlySpan<byte> bundle, string publicKeysPem)
    {
        var hint = HintIn(bundle);
        for (var rest = publicKeysPem.AsSpan(); PemEncoding.TryFind(rest, out var found); rest = rest[found.Location.End..])
        {
            var key = rest[found.Location].ToString() + "\n";   // a text of PEM ends with its line
            if (HintOf(key) == hint)
                return key;
        }

        return publicKeysPem;
    }

    private static HashAlgorithmName HashOf(ECDsa key) => key.KeySize switch
    {
        256 => HashAlgorithmName.SHA256,
        384 => HashAlgorithmName.SHA384,
        _ => HashAlgorithmName.SHA512,
    };

    private static string HintOf(string publicKeyPem) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(publicKeyPem.ReplaceLineEndings("\n").TrimEnd('\n') + "\n")));

    private sealed record Bundle(string? MediaType, Material? VerificationMaterial, Envelope? DsseEnvelope);

    private sealed record Material(KeyHint? PublicKey, IReadOnlyList<JsonElement>? TlogEntries);

    private sealed record KeyHint(string? Hint);

    private sealed record Envelope(string? Payload, string? PayloadType, IReadOnlyList<Signature?>? Signatures);

    private sealed record Signature(string? Sig, string? Keyid);

    [JsonSerializable(typeof(Bundle))]
    private sealed partial class BundleTypes : JsonSerializerContext;
}
