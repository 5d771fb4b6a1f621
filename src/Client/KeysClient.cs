using Assay.Governance.Keys;

namespace Assay.Client;

/// <summary>The installation's signing key.</summary>
public sealed class KeysClient
{
    private readonly Transport _transport;

    internal KeysClient(Transport transport) => _transport = transport;

    /// <summary>Its versions, oldest first; the last one signs.</summary>
    public Task<SigningKeyList> List(CancellationToken cancel = default) => _transport.Get<SigningKeyList>(Route.To("keys"), cancel);

    /// <summary>Makes a new version, which signs from now on.</summary>
    public Task<SigningKeyVersion> Rotate(CancellationToken cancel = default) => _transport.Post<SigningKeyVersion>(Route.To("keys", "rotate"), null, cancel);
}
