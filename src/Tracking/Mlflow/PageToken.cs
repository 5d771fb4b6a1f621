using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Assay.Tracking.Mlflow;

/// <summary>Where the next page begins, as the clients hand it back: base64 of <c>{"offset": N}</c>.</summary>
internal static class PageToken
{
    private const int OffsetMax = 100_000_000;

    public static string Of(long offset) =>
        Convert.ToBase64String(Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{{\"offset\": {offset}}}")));

    /// <summary>The offset; 0 without a token.</summary>
    public static int Read(string? token)
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
                return number;
        }
        catch (JsonException)
        {
            // The same as a token that is JSON of another kind.
        }

        throw MlflowError.Invalid("Invalid page token: it is not one that this server gave. Leave it out to begin with the first page.");
    }
}
