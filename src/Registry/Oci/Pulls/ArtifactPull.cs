using System.Text.Json;
using Assay.Inference.Models;
using Assay.Kernel;
using Assay.Kernel.Refusals;
using Assay.Registry.Oci;
using Assay.Registry.Oci.Manifests;
using Assay.Registry.Oci.Pulls;
using Assay.Registry.Oci.Pushes;

namespace Assay.Registry;

/// <summary>
/// Pulls a model out of an OCI registry or layout, without a server or a database: every byte is held to the digest by which
/// its manifest names it, the files are unpacked within the limits of a push, and the signature comes along where there is one.
/// </summary>
public static class ArtifactPull
{
    private const string SignaturePredicate = "https://model_signing/signature/v1.0";

    /// <summary>Whether a word names what can be pulled: <c>oci://HOST/NAME:TAG</c> or <c>oci-layout:FOLDER:TAG</c>.</summary>
    public static bool IsOne(string word) => OciReference.IsOne(word) || OciLayout.IsOne(word);

    /// <summary>Pulls what a word names.</summary>
    /// <param name="word">Such as <c>oci://registry.example.com/team/churn:3</c>; a digest may stand in the place of the tag.</param>
    /// <param name="folder">An empty folder, of nobody else's, for the files.</param>
    /// <param name="plainHttp">Whether a registry is asked without TLS; then only one on this machine is given credentials.</param>
    /// <param name="cancel">Gives up.</param>
    /// <exception cref="InvalidDataException">It names nothing, there is no such model, or it is not what its digests say.</exception>
    /// <exception cref="IOException">The registry can't be reached, or refuses.</exception>
    public static Task<PulledArtifact> Pull(string word, string folder, bool plainHttp, CancellationToken cancel) =>
        Pull(word, folder, plainHttp, Environment.GetEnvironmentVariable, cancel);

    /// <param name="word">As above.</param>
    /// <param name="folder">As above.</param>
    /// <param name="plainHttp">As above.</param>
    /// <param name="environment">Says where credentials are.</param>
    /// <param name="cancel">Gives up.</param>
    internal static async Task<PulledArtifact> Pull(string word, string folder, bool plainHttp, Func<string, string?> environment, CancellationToken cancel)
    {
        if (OciLayout.IsOne(word))
        {
            var (layout, named) = OciLayout.Open(word);
            return await Pull(layout, named, folder, cancel) with { Name = Path.GetFileName(layout.Folder) };
        }

        var what = OciReference.Parse(word);
        using var http = new HttpClient();
        var signIn = new RegistrySignIn(http, stop => DockerCredentials.Find(what.Registry, environment, stop), RegistryWay.To(what, plainHttp));
        return await Pull(new OciRegistry(what, http, signIn, plainHttp), what.Reference, folder, cancel) with { Name = what.Model };
    }

    private static async Task<PulledArtifact> Pull(IArtifactSource source, string reference, string folder, CancellationToken cancel)
    {
        try
        {
            var (document, digest) = await ReadModel(source, reference, cancel);
            var blobs = new PulledBlobs(source, Directory.CreateDirectory(Path.Combine(folder, "blobs")).FullName);
            foreach (var layer in document.Layers!)
                await blobs.Fetch(layer!, cancel);
            var files = Directory.CreateDirectory(Path.Combine(folder, "files")).FullName;
            var package = await new LayerFiles(blobs.Open).Unpack(document, files, cancel);
            await AddSignature(source, digest, blobs, package, cancel);
            Directory.Delete(blobs.Folder, recursive: true);
            return new("", package, digest, document.Annotations?.GetValueOrDefault(MediaTypes.Version));
        }
        catch (Refusal problem)   // whose sentences are a server's, and a person's here
        {
            throw new InvalidDataException($"{source.Name}: {problem.Message}", problem);
        }
    }

    private static async Task<(ManifestDocument Document, Digest Digest)> ReadModel(IArtifactSource source, string reference, CancellationToken cancel)
    {
        var (document, digest) = await Read(source, reference, cancel);
        if (document.MediaType == MediaTypes.Index)
        {
            if (document.Manifests is not [{ } only])
                throw new InvalidDataException($"{source.Name} is an index of {document.Manifests!.Count} manifests. Name the one of them by its digest.");
            (document, digest) = await Read(source, only.Digest, cancel);
        }

        return ModelPush.IsModel(document)
            ? (document, digest)
            : throw new InvalidDataException($"{source.Name} is no model: it is a '{document.Kind}', and models are {MediaTypes.Model} or container images.");
    }

    private static async Task<(ManifestDocument Document, Digest Digest)> Read(IArtifactSource source, string reference, CancellationToken cancel)
    {
        var found = await source.Manifest(reference, cancel) ?? throw new InvalidDataException($"{source.Name}: there is no manifest '{reference}' there.");
        var digest = Digest.Of(found.Bytes);
        if (reference.StartsWith("sha256:", StringComparison.Ordinal) && digest.ToString() != reference)
            throw new InvalidDataException($"{source.Name}: the manifest has the digest {digest}, and not {reference}. It is not taken.");
        return (ManifestDocument.Read(found.Bytes, found.MediaType ?? TypeIn(found.Bytes)), digest);
    }

    private static string TypeIn(byte[] manifest)
    {
        try
        {
            using var json = JsonDocument.Parse(manifest);
            return json.RootElement.ValueKind == JsonValueKind.Object && json.RootElement.TryGetProperty("mediaType", out var type) && type.ValueKind == JsonValueKind.String
                ? type.GetString()!
                : MediaTypes.Manifest;
        }
        catch (JsonException)   // which whoever reads it says
        {
            return MediaTypes.Manifest;
        }
    }

    // The signature is no layer but a referrer, so that the same files have the same layers whoever signs them.
    private static async Task AddSignature(IArtifactSource source, Digest subject, PulledBlobs blobs, string package, CancellationToken cancel)
    {
        if (File.Exists(Path.Combine(package, PackageFiles.Signature)))
            return;
        foreach (var referrer in await source.Referrers(subject, cancel))
        {
            var (document, _) = await Read(source, referrer.ToString(), cancel);
            if (document.Subject?.Digest != subject.ToString() || document.Layers is not [{ } bundle] || !IsSignature(document))
                continue;
            await blobs.Fetch(bundle, cancel);
            await using var content = await blobs.Open(Digest.Parse(bundle.Digest), cancel);
            await using var file = new FileStream(Path.Combine(package, PackageFiles.Signature), FileMode.CreateNew, FileAccess.Write);
            await content.CopyToAsync(file, cancel);
            return;
        }
    }

    private static bool IsSignature(ManifestDocument document) =>
        document.Kind == MediaTypes.SigstoreBundle && document.Annotations?.GetValueOrDefault("dev.sigstore.bundle.predicateType") == SignaturePredicate;
}

/// <summary>A model that was pulled.</summary>
/// <param name="Name">By which it is called where it was.</param>
/// <param name="Folder">With the files of its package.</param>
/// <param name="Manifest">Digest of the manifest that named them.</param>
/// <param name="Version">Which version it says to be; null when it says nothing.</param>
public sealed record PulledArtifact(string Name, string Folder, Digest Manifest, string? Version);
