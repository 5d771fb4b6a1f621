using Assay.Governance.Keys;

namespace Assay.Client;

/// <summary>The installation's signing key, and the key that wraps the keys of blobs.</summary>
public sealed class KeysClient
{
    private readonly Transport _transport;

    internal KeysClient(Transport transport) => _transport = transport;

    /// <summary>Its versions, oldest first; the last one signs.</summary>
    public Task<SigningKeyList> List(CancellationToken cancel = default) => _transport.Get<SigningKeyList>(Route.To("keys"), cancel);

    /// <summary>Makes a new version, which signs from now on.</summary>
    public Task<SigningKeyVersion> Rotate(CancellationToken cancel = default) => _transport.Post<SigningKeyVersion>(Route.To("keys", "rotate"), null, cancel);

    /// <summary>Versions of the key that wraps the keys of blobs, with what stands under each.</summary>
    public Task<EncryptionKeyList> Encryption(CancellationToken cancel = default) => _transport.Get<EncryptionKeyList>(Route.To("keys", "encryption"), cancel);

    /// <summary>Makes the next of them, which wraps from now on.</summary>
    public Task<EncryptionKeyList> RotateEncryption(CancellationToken cancel = default) =>
        _transport.Post<EncryptionKeyList>(Route.To("keys", "encryption", "rotate"), null, cancel);

    /// <summary>Brings some of what stands under older versions under the newest; go on with <see cref="RewrapStep.Next"/> until that is null.</summary>
    public Task<RewrapStep> Rewrap(string? from = null, int limit = 1000, CancellationToken cancel = default) =>
        _transport.Post<RewrapStep>(
            Route.To("keys", "encryption", "rewrap").With("from", from).With("limit", limit.ToString(System.Globalization.CultureInfo.InvariantCulture)), null, cancel);

    /// <summary>Forgets a version under which nothing stands.</summary>
    public Task<EncryptionKeyList> RetireEncryption(int version, CancellationToken cancel = default) =>
        _transport.Post<EncryptionKeyList>(
            Route.To("keys", "encryption", version.ToString(System.Globalization.CultureInfo.InvariantCulture), "retire"), null, cancel);
}
