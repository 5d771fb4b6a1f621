using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;

namespace Assay.Kernel;

/// <summary>A SHA-256, written <c>sha256:</c> and 64 lower-case hexadecimal digits.</summary>
public readonly record struct Digest : IParsable<Digest>
{
    private const string Prefix = "sha256:";
    private readonly string? _hex;

    private Digest(string hex) => _hex = hex;

    /// <summary>The 64 hexadecimal digits alone.</summary>
    public string Hex => _hex ?? throw new InvalidOperationException("An empty digest has no value.");

    /// <summary>Digest of these bytes.</summary>
    public static Digest Of(ReadOnlySpan<byte> bytes) => FromHash(SHA256.HashData(bytes));

    /// <summary>Digest of all that a stream still holds, read in larger pieces than the framework does, which is faster (<c>bench/signature</c>).</summary>
    public static Digest Of(Stream content)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var buffer = ArrayPool<byte>.Shared.Rent(1 << 17);
        try
        {
            while (content.Read(buffer) is > 0 and var read)
                hash.AppendData(buffer, 0, read);
            return FromHash(hash.GetHashAndReset());
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    /// <summary>A digest from its 32 raw bytes.</summary>
    public static Digest FromHash(ReadOnlySpan<byte> hash) =>
        hash.Length == 32 ? new(Convert.ToHexStringLower(hash)) : throw new ArgumentException("A SHA-256 has 32 bytes.", nameof(hash));

    /// <summary>The 32 raw bytes.</summary>
    public byte[] ToBytes() => Convert.FromHexString(Hex);

    /// <inheritdoc/>
    public static Digest Parse(string s, IFormatProvider? provider = null) =>
        TryParse(s, provider, out var digest) ? digest : throw new FormatException($"'{s}' is not sha256: and 64 hexadecimal digits.");

    /// <summary>Reads a digest, with or without its prefix.</summary>
    public static bool TryParse([NotNullWhen(true)] string? s, IFormatProvider? provider, out Digest result)
    {
        var hex = s is not null && s.StartsWith(Prefix, StringComparison.Ordinal) ? s[Prefix.Length..] : s;
        var valid = hex is { Length: 64 } && hex.All(char.IsAsciiHexDigitLower);
        result = valid ? new Digest(hex!) : default;
        return valid;
    }

    /// <inheritdoc/>
    public override string ToString() => Prefix + Hex;
}
