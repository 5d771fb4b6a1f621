using System.IO.Compression;
using Assay.Registry.Scans.Contents;
using SharpCompress.Compressors.BZip2;

namespace Assay.Registry.Scans.Archives;

/// <summary>Scans what a compressed stream holds.</summary>
internal static class PackedScan
{
    public static void Run(Stream content, ContentFormat format, string name, ScanScope scope)
    {
        try
        {
            content.Position = 0;
            using var unpacking = Open(content, format);
            using var unpacked = Unpacked.Read(unpacking, content.Length, scope);
            scope.Descend(unpacked, InnerName(name));
        }
        catch (Exception problem) when (problem is InvalidDataException or EndOfStreamException)
        {
            scope.Find(ScanRule.ArchiveDamaged, $"the {Formats.NameOf(format)} content can't be unpacked");
        }
    }

    /// <summary>Unpacks bzip2.</summary>
    public static Stream OpenBzip2(Stream content) => new ForeignUnpacker(() =>
        BZip2Stream.Create(content, SharpCompress.Compressors.CompressionMode.Decompress, decompressConcatenated: true, leaveOpen: true));

    private static Stream Open(Stream content, ContentFormat format) => format switch
    {
        ContentFormat.Gzip => new GZipStream(content, CompressionMode.Decompress, leaveOpen: true),
        ContentFormat.Zlib => new ZLibStream(content, CompressionMode.Decompress, leaveOpen: true),
        ContentFormat.Bzip2 => OpenBzip2(content),
        ContentFormat.Lzma => XzBlocks.OpenLzma(content),
        ContentFormat.Xz => XzBlocks.OpenXz(content),
        _ => throw new ArgumentOutOfRangeException(nameof(format)),
    };

    // model.pkl.gz holds model.pkl; model.joblib that is compressed holds a pickle.
    private static string InnerName(string name) =>
        Path.GetExtension(name).ToLowerInvariant() is ".gz" or ".bz2" or ".xz" or ".lzma" or ".z" or ".tgz" ? Path.GetFileNameWithoutExtension(name) : Path.GetFileName(name);
}
