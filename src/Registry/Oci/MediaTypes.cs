namespace Assay.Registry.Oci;

/// <summary>Media types of OCI and of ModelPack (CNCF model-spec) that are written or understood here.</summary>
internal static class MediaTypes
{
    public const string Manifest = "application/vnd.oci.image.manifest.v1+json";
    public const string Index = "application/vnd.oci.image.index.v1+json";
    public const string ImageConfig = "application/vnd.oci.image.config.v1+json";
    public const string Empty = "application/vnd.oci.empty.v1+json";
    public const string Bytes = "application/octet-stream";

    public const string Model = "application/vnd.cncf.model.manifest.v1+json";
    public const string ModelConfig = "application/vnd.cncf.model.config.v1+json";
    public const string SigstoreBundle = "application/vnd.dev.sigstore.bundle.v0.3+json";

    /// <summary>Annotations that name the file of a layer: ModelPack's, and the one by which generic tools restore names.</summary>
    public const string FilePath = "org.cncf.model.filepath";
    public const string Title = "org.opencontainers.image.title";
    public const string Created = "org.opencontainers.image.created";
    public const string Version = "org.opencontainers.image.version";

    /// <summary>Root of the model's files as its OpenSSF signature has it.</summary>
    public const string ModelDigest = "assay.model.digest";

    /// <summary>ModelPack's kind of a package's file.</summary>
    public static string OfFile(string path)
    {
        var kind = Path.GetExtension(path).ToUpperInvariant() switch
        {
            ".ONNX" or ".BIN" or ".SAFETENSORS" or ".PT" or ".PTH" or ".PKL" or ".JOBLIB" or ".GGUF" => "weight",
            ".MD" or ".TXT" or ".PDF" or ".HTML" => "doc",
            ".PY" or ".CS" or ".SH" or ".IPYNB" => "code",
            ".CSV" or ".PARQUET" => "dataset",
            _ => "weight.config",
        };
        return $"application/vnd.cncf.model.{kind}.v1.raw";
    }
}
