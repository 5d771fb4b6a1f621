using System.Text;
using Assay.Kernel;

namespace Assay.Tracking;

/// <summary>A tag that was set or taken away, as events tell it.</summary>
/// <param name="Key">The tag's key.</param>
/// <param name="ValueDigest">SHA-256 of its value; null when it was taken away.</param>
internal sealed record TagChange(string Key, string? ValueDigest)
{
    // An event has a bounded length, and a key up to 250 characters.
    private const int ToldMax = 50;

    /// <summary>The tags that were set; of very many the first ones.</summary>
    public static IReadOnlyList<TagChange> Set(IEnumerable<KeyValuePair<string, string>> tags) =>
        [.. tags.Take(ToldMax).Select(tag => new TagChange(tag.Key, Digest.Of(Encoding.UTF8.GetBytes(tag.Value)).ToString()))];

    /// <summary>One that was taken away.</summary>
    public static IReadOnlyList<TagChange> Gone(string key) => [new(key, null)];
}
