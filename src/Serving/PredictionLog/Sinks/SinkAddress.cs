using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Assay.Kernel.Blobs;
using Assay.Kernel.Refusals;

namespace Assay.Serving.PredictionLog.Sinks;

/// <summary>
/// A sink's address, whose path may hold a secret, as it is stored: encrypted by a random key, which the installation's key
/// ring wraps for that sink alone. One that was stored before stands there as it is, until it is put again.
/// </summary>
internal static class SinkAddress
{
    public const int LengthMax = 1300;

    /// <summary>What the column takes.</summary>
    public const int StoredLengthMax = 2000;

    private const string Sealed = "sealed:";
    private const int NonceBytes = 12;
    private const int TagBytes = 16;
    private const int KeyBytes = 32;

    /// <exception cref="Refusal">It is too long.</exception>
    public static void Put(EventSink sink, string url, string project, IKeyRing keys)
    {
        var key = RandomNumberGenerator.GetBytes(KeyBytes);
        var clear = Encoding.UTF8.GetBytes(url);
        var bytes = new byte[NonceBytes + TagBytes + clear.Length];
        var nonce = bytes.AsSpan(0, NonceBytes);
        RandomNumberGenerator.Fill(nonce);
        using var cipher = new AesGcm(key, TagBytes);
        cipher.Encrypt(nonce, clear, bytes.AsSpan(NonceBytes + TagBytes), bytes.AsSpan(NonceBytes, TagBytes));
        var stored = Text(keys.Wrap(key, Context(project, sink.Endpoint)), Convert.ToBase64String(bytes));
        sink.Url = stored.Length <= StoredLengthMax
            ? stored
            : throw Refusal.Invalid("url", $"The address is too long: it may have at most {LengthMax:N0} bytes.");
    }

    public static string Read(EventSink sink, IKeyRing keys)
    {
        if (Parse(sink.Url) is not { } parts)
            return sink.Url;
        var (wrapped, content) = (parts.Key, Convert.FromBase64String(parts.Content));
        var clear = new byte[content.Length - NonceBytes - TagBytes];
        using var cipher = new AesGcm(keys.Unwrap(wrapped, Context(sink.Project, sink.Endpoint)), TagBytes);
        cipher.Decrypt(content.AsSpan(0, NonceBytes), content.AsSpan(NonceBytes + TagBytes), content.AsSpan(NonceBytes, TagBytes), clear);
        return Encoding.UTF8.GetString(clear);
    }

    /// <summary>Scheme, host and port: what of it is told again.</summary>
    public static string Shown(EventSink sink, IKeyRing keys) => new Uri(Read(sink, keys)).GetLeftPart(UriPartial.Authority);

    /// <summary>The version of the ring under which it stands; null for one in clear.</summary>
    public static int? VersionOf(string stored) => Parse(stored)?.Key.Version;

    /// <summary>Brings the key under the newest version of the ring; the address stays as it is.</summary>
    public static void Rewrap(EventSink sink, IKeyRing keys)
    {
        if (Parse(sink.Url) is not { } parts)
            return;
        var context = Context(sink.Project, sink.Endpoint);
        sink.Url = Text(keys.Wrap(keys.Unwrap(parts.Key, context), context), parts.Content);
    }

    private static string Context(string project, string endpoint) => $"event sink {project}/{endpoint}";

    private static string Text(WrappedKey key, string content) =>
        string.Create(CultureInfo.InvariantCulture, $"{Sealed}{key.Version}:{Convert.ToBase64String(key.Ciphertext)}:{content}");

    // No address of http or https begins like that.
    private static (WrappedKey Key, string Content)? Parse(string stored) =>
        stored.StartsWith(Sealed, StringComparison.Ordinal) && stored.Split(':') is [_, var version, var key, var content]
            ? (new(int.Parse(version, CultureInfo.InvariantCulture), Convert.FromBase64String(key)), content)
            : null;
}
