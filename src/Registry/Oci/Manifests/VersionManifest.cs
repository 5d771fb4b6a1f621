using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using Assay.Inference.Models;
using Assay.Kernel;
using Assay.Registry.Versions;

namespace Assay.Registry.Oci.Manifests;

/// <summary>
/// The OCI form of a version: a ModelPack artifact whose layers are the signed files as they are stored, one each. A pure
/// function of the version, in canonical JSON. The signature is no layer: it is a referrer, so that the same files have the
/// same layers whoever signs them.
/// </summary>
internal sealed record VersionManifest(byte[] Config, byte[] Manifest, IReadOnlyList<Descriptor> Blobs, IReadOnlyDictionary<string, string> Annotations)
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull };

    public static VersionManifest Of(ModelVersion version)
    {
        var created = Time(version.CreatedAt);
        var layers = VersionBook.Files(version)
            .Where(file => file.Path is not PackageFiles.Signature and not SignedFolder.PublicKeyFile)
            .Select(Layer).ToList();
        var config = CanonicalJson.Write(new
        {
            descriptor = new { createdAt = created, name = version.Model, version = version.Version.ToString(CultureInfo.InvariantCulture) },
            config = new { format = version.Format },
            modelfs = new { type = "layers", diffIds = layers.Select(layer => layer.Digest) },
        });
        var annotations = AnnotationsOf(version);
        var configuration = Describe(MediaTypes.ModelConfig, config);
        var manifest = Write(MediaTypes.Model, configuration, layers, null, annotations);
        return new(config, manifest, [configuration, .. layers], annotations);
    }

    public static Dictionary<string, string> AnnotationsOf(ModelVersion version) => new()
    {
        [MediaTypes.Created] = Time(version.CreatedAt),
        [MediaTypes.Title] = version.Model,
        [MediaTypes.Version] = version.Version.ToString(CultureInfo.InvariantCulture),
        [MediaTypes.ModelDigest] = version.Digest,
    };

    /// <summary>Canonical bytes of a manifest.</summary>
    public static byte[] Write(
        string? artifactType, Descriptor config, IReadOnlyList<Descriptor> layers, Descriptor? subject, IReadOnlyDictionary<string, string> annotations) =>
        CanonicalJson.Write(
            new { schemaVersion = 2, mediaType = MediaTypes.Manifest, artifactType, config, layers, subject, annotations }, Json);

    public static Descriptor Describe(string mediaType, byte[] bytes) => new(mediaType, Digest.Of(bytes).ToString(), bytes.Length);

    public static string Time(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);

    private static Descriptor Layer(PackageFile file) => new(
        MediaTypes.OfFile(file.Path),
        file.Digest,
        file.SizeBytes,
        new Dictionary<string, string> { [MediaTypes.FilePath] = file.Path, [MediaTypes.Title] = file.Path });
}
