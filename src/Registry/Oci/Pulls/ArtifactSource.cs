using Assay.Kernel;

namespace Assay.Registry.Oci.Pulls;

/// <summary>Where an artifact is pulled from: a registry, or a folder in the layout of OCI.</summary>
internal interface IArtifactSource
{
    /// <summary>For sentences.</summary>
    string Name { get; }

    /// <summary>The bytes of a manifest with their media type; null when there is none. Nothing of it is checked yet.</summary>
    /// <param name="reference">A tag, or a digest.</param>
    /// <param name="cancel">Gives up.</param>
    Task<FoundManifest?> Manifest(string reference, CancellationToken cancel);

    /// <summary>A blob, of which nothing is checked yet.</summary>
    /// <exception cref="IOException">It isn't there, or can't be read.</exception>
    Task<Stream> Blob(Digest digest, CancellationToken cancel);

    /// <summary>Digests of the manifests that say to be about another one.</summary>
    Task<IReadOnlyList<Digest>> Referrers(Digest subject, CancellationToken cancel);
}

/// <summary>A manifest as it was found.</summary>
/// <param name="Bytes">As it stands there.</param>
/// <param name="MediaType">What it is said to be; null where nothing is said.</param>
internal sealed record FoundManifest(byte[] Bytes, string? MediaType);
