namespace Assay.Registry.Oci;

/// <summary>What a client may ask for, send and keep open.</summary>
internal static class OciLimits
{
    /// <summary>As the distribution specification advises.</summary>
    public const int ManifestBytesMax = 4 << 20;

    /// <summary>The limit of a package's file.</summary>
    public const long BlobBytesMax = 1L << 30;

    /// <summary>Bytes that the files of one artifact may have together once unpacked, and its archives with all that stands around the files.</summary>
    public const long UnpackedBytesMax = 4L << 30;

    public const int LayersMax = 1000;

    /// <summary>What the archives of one artifact may name, folders too.</summary>
    public const int EntriesMax = 10_000;

    public const int AnnotationsLengthMax = 64 << 10;
    public const int ReferrersMax = 1000;
    public const int PageMax = 1000;
    public const int ReferrersPage = 100;

    public const int UploadsMax = 200;
    public const int UploadsPerCallerMax = 50;

    /// <summary>An upload that nobody has touched for so long is forgotten.</summary>
    public static readonly TimeSpan UploadIdleMax = TimeSpan.FromHours(1);

    /// <summary>A blob that no manifest has named after so long is forgotten.</summary>
    public static readonly TimeSpan UnnamedKept = TimeSpan.FromDays(1);
}
