using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Assay.Tracking.Mlflow;

/// <summary>Where the next page begins, as the clients hand it back: base64 of <c>{"offset": N}</c>.</summary>
internal static class PageToken
{
    private const int OffsetMax = 100_000_000;

    /// <param name="offset">Rows before the next page.</param>
    /// <param name="search">What must be asked again with the token.</param>
    public static string Of(long offset, params ReadOnlySpan<SearchMark> search)
    {
        var text = new StringBuilder().Append(CultureInfo.InvariantCulture, $"{{\"offset\": {offset}");
        foreach (var mark in search)
            text.Append(CultureInfo.InvariantCulture, $", \"{mark.Name}\": \"{mark.Digest}\"");
        return Convert.ToBase64String(Encoding.ASCII.GetBytes(text.Append('}').ToString()));
    }

    /// <summary>The offset; 0 without a token.</summary>
    /// <param name="token">As the client hands it back.</param>
    /// <param name="search">What is asked now.</param>
    /// <exception cref="Kernel.Refusals.Refusal">400 for a token that is none of this server's, or of another search.</exception>
    public static int Read(string? token, params ReadOnlySpan<SearchMark> search)
    {
        if (string.IsNullOrEmpty(token))
            return 0;
        var bytes = new byte[token.Length];
        if (!Convert.TryFromBase64String(token, bytes, out var length))
            throw MlflowError.Invalid("Invalid page token, could not base64-decode");
        try
        {
            using var json = JsonDocument.Parse(bytes.AsMemory(0, length));
            if (json.RootElement.Member("offset") is { ValueKind: JsonValueKind.Number } offset && offset.TryGetInt32(out var number) && number is >= 0 and <= OffsetMax)
            {
                foreach (var mark in search)
                {
                    if (json.RootElement.TextOf(mark.Name, "page_token") is { } asked && asked != mark.Digest)
                        throw MlflowError.Invalid(mark.Refusal);
                }

                return number;
            }
        }
        catch (JsonException)
        {
            // The same as a token that is JSON of another kind.
        }

        throw MlflowError.Invalid("Invalid page token: it is not one that this server gave. Leave it out to begin with the first page.");
    }
}

/// <summary>A part of a search that its page tokens stand for.</summary>
/// <param name="Name">Its name in the token.</param>
/// <param name="Asked">What was asked.</param>
/// <param name="Refusal">What is said to a client that asks otherwise with the token.</param>
internal readonly record struct SearchMark(string Name, string Asked, string Refusal)
{
    /// <summary>Short enough for an address, and long enough that two searches of one client differ.</summary>
    public string Digest => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(Asked)).AsSpan(0, 8));
}
