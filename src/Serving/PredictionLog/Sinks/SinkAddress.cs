using System.Globalization;
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

    /// <exception cref="Refusal">It is too long.</exception>
    public static void Put(EventSink sink, string url, string project, IKeyRing keys)
    {
        var stored = Text(SealedBytes.Of(Encoding.UTF8.GetBytes(url), Context(project, sink.Endpoint), keys));
        sink.Url = stored.Length <= StoredLengthMax
            ? stored
            : throw Refusal.Invalid("url", $"The address is too long: it may have at most {LengthMax:N0} bytes.");
    }

    public static string Read(EventSink sink, IKeyRing keys) => Parse(sink.Url) is { } stored
        ? Encoding.UTF8.GetString(stored.Open(Context(sink.Project, sink.Endpoint), keys))
        : sink.Url;

    /// <summary>Scheme, host and port: what of it is told again.</summary>
    public static string Shown(EventSink sink, IKeyRing keys) => new Uri(Read(sink, keys)).GetLeftPart(UriPartial.Authority);

    /// <summary>The version of the ring under which it stands; null for one in clear.</summary>
    public static int? VersionOf(string stored) => Parse(stored)?.Key.Version;

    /// <summary>Brings the key under the newest version of the ring; the address stays as it is.</summary>
    public static void Rewrap(EventSink sink, IKeyRing keys)
    {
        if (Parse(sink.Url) is { } stored)
            sink.Url = Text(stored.Rewrapped(Context(sink.Project, sink.Endpoint), keys));
    }

    private static string Context(string project, string endpoint) => $"event sink {project}/{endpoint}";

    private static string Text(SealedBytes address) => string.Create(
        CultureInfo.InvariantCulture, $"{Sealed}{address.Key.Version}:{Convert.ToBase64String(address.Key.Ciphertext)}:{Convert.ToBase64String(address.Content)}");

    // No address of http or https begins like that.
    private static SealedBytes? Parse(string stored) =>
        stored.StartsWith(Sealed, StringComparison.Ordinal) && stored.Split(':') is [_, var version, var key, var content]
            ? new(new(int.Parse(version, CultureInfo.InvariantCulture), Convert.FromBase64String(key)), Convert.FromBase64String(content))
            : null;
}
