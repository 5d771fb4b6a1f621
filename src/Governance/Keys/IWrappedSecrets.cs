namespace Assay.Governance.Keys;

/// <summary>Secrets other than the keys of blobs that the key ring wraps. Whoever keeps some contributes this, or they are lost when a version is retired.</summary>
internal interface IWrappedSecrets
{
    /// <summary>How many stand under each version.</summary>
    Task<IReadOnlyDictionary<int, long>> Count(CancellationToken cancel);

    /// <summary>Brings all of them under the newest version, each with an event.</summary>
    /// <returns>How many it brought there.</returns>
    Task<int> Rewrap(CancellationToken cancel);
}
