using System.Security.Cryptography;
using System.Text;
using Assay.Kernel.Blobs;

namespace Assay.Governance.Webhooks;

/// <summary>Signing secrets of webhooks: 256 random bits each, stored wrapped, used in the form of Standard Webhooks 1.0.</summary>
internal static class WebhookSecret
{
    private const string Prefix = "whsec_";

    /// <summary>A new secret as its receiver takes it, and wrapped for the webhook of that id.</summary>
    public static (string Text, WrappedKey Wrapped) Make(string id, IKeyRing keys)
    {
        var secret = RandomNumberGenerator.GetBytes(32);
        return (Prefix + Convert.ToBase64String(secret), keys.Wrap(secret, Context(id)));
    }

    /// <summary>A secret that somebody chose, as a block of HMAC-SHA-256, which signs the same; nothing where there is none.</summary>
    public static WrappedKey Given(string? text, string id, IKeyRing keys)
    {
        if (string.IsNullOrEmpty(text))
            return new(keys.Newest, []);
        var block = Encoding.UTF8.GetBytes(text);
        if (block.Length > HMACSHA256.HashSizeInBytes * 2)
            block = SHA256.HashData(block);
        Array.Resize(ref block, HMACSHA256.HashSizeInBytes * 2);
        return keys.Wrap(block, Context(id));
    }

    /// <summary>The signature of a message; null where nothing is signed.</summary>
    public static string? Sign(Webhook hook, IKeyRing keys, string messageId, long unixSeconds, byte[] body)
    {
        if (hook.Secret.Length == 0)
            return null;
        return StandardWebhooks.Signature(messageId, unixSeconds, body, keys.Unwrap(new(hook.SecretVersion, hook.Secret), Context(hook.Id)));
    }

    /// <summary>The same secret, wrapped by the newest version of the key-encryption key.</summary>
    public static WrappedKey Rewrap(Webhook hook, IKeyRing keys) => hook.Secret.Length == 0
        ? new(keys.Newest, [])
        : keys.Wrap(keys.Unwrap(new(hook.SecretVersion, hook.Secret), Context(hook.Id)), Context(hook.Id));

    private static string Context(string id) => $"webhook {id}";
}
