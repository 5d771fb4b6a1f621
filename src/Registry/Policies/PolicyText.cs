using System.Text;
using Assay.Kernel.Refusals;

namespace Assay.Registry.Policies;

/// <summary>A policy's text as it comes in a request's body.</summary>
internal static class PolicyText
{
    public static async Task<string> Read(Stream body, CancellationToken cancel)
    {
        var bytes = new byte[GatePolicy.TextLengthMax + 1];
        var length = await body.ReadAtLeastAsync(bytes, bytes.Length, throwOnEndOfStream: false, cancel);
        if (length > GatePolicy.TextLengthMax)
            throw Refusal.Limit(StatusCodes.Status413PayloadTooLarge, "A policy has at most 64 KiB.");
        try
        {
            return new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(bytes, 0, length);
        }
        catch (DecoderFallbackException)
        {
            throw Refusal.Invalid("policy", "The policy is not UTF-8 text.");
        }
    }
}
