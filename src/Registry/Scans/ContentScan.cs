using Assay.Registry.Scans.Archives;
using Assay.Registry.Scans.Contents;
using Assay.Registry.Scans.Documents;
using Assay.Registry.Scans.Pickles;

namespace Assay.Registry.Scans;

/// <summary>Tells what content is, and looks into it.</summary>
internal static class ContentScan
{
    /// <param name="content">Seekable.</param>
    /// <param name="name">What it is called; empty when it has no name.</param>
    /// <param name="scope">Where findings go.</param>
    /// <param name="dialect">How a pickle is read.</param>
    /// <returns>What it is.</returns>
    public static ContentFormat Run(Stream content, string name, ScanScope scope, PickleDialect dialect)
    {
        scope.Budget.CheckTime();
        var head = Formats.Head(content);
        var format = Formats.Of(content, head, name);
        // Python finds a zip by its end, whatever stands before it.
        var zip = format == ContentFormat.Empty ? null : ZipDirectory.Find(content);
        if (zip is not null && format != ContentFormat.Zip)
            scope.Find(ScanRule.ArchiveSurroundings, $"a zip stands behind {Formats.NameOf(format)} content");

        LookAgain(format, content, head, scope);

        if (format is ContentFormat.Unknown or ContentFormat.Text && PickleScan.TryRun(content, scope, dialect, NameClaim.IsPickle(name)))
            format = ContentFormat.Pickle;
        else
            Look(format, content, name, scope, dialect);
        if (zip is not null)
            ZipScan.Run(content, zip, scope);
        else if (format == ContentFormat.Zip)
            scope.Find(ScanRule.ArchiveDamaged, "the zip has no directory, so that programs differ in what they find in it");

        if (zip is not null && NameClaim.Contradicts(name, ContentFormat.Zip))
            scope.Find(ScanRule.NameMismatch, "the content is zip");
        else if (NameClaim.Contradicts(name, format))
            scope.Find(ScanRule.NameMismatch, $"the content is {Formats.NameOf(format)}");
        else if (NameClaim.IsUnmet(name, format))
            scope.Find(ScanRule.NameMismatch, "the content is no pickle and no container that is known");
        else if (NameClaim.IsNoGraph(name, format))
            scope.Find(ScanRule.Damaged, $"the content is {Formats.NameOf(format)}, and no graph that can be read");
        return format;
    }

    // A second format in the same bytes, which another program would find first.
    private static void LookAgain(ContentFormat format, Stream content, ReadOnlySpan<byte> head, ScanScope scope)
    {
        if (format is not (ContentFormat.Hdf5 or ContentFormat.Zip) && Formats.IsHdf5(content))
        {
            scope.Find(ScanRule.ArchiveSurroundings, $"HDF5 stands behind {Formats.NameOf(format)} content");
            KerasConfig.Scan(content, scope);
        }

        if (format is not (ContentFormat.Tar or ContentFormat.Zip) && TarHeader.IsOne(head))
        {
            scope.Find(ScanRule.ArchiveSurroundings, $"the {Formats.NameOf(format)} content is a tar too");
            TarScan.Run(content, scope);
        }
    }

    private static void Look(ContentFormat format, Stream content, string name, ScanScope scope, PickleDialect dialect)
    {
        switch (format)
        {
            case ContentFormat.Pickle:
                PickleScan.Run(content, scope, dialect);
                break;
            case ContentFormat.Gzip or ContentFormat.Zlib or ContentFormat.Bzip2 or ContentFormat.Xz or ContentFormat.Lzma:
                PackedScan.Run(content, format, name, scope);
                break;
            case ContentFormat.Zstandard or ContentFormat.Lz4 or ContentFormat.SevenZip or ContentFormat.Rar:
                scope.Find(ScanRule.ArchiveUnreadable, $"the content is {Formats.NameOf(format)}");
                break;
            case ContentFormat.Tar:
                TarScan.Run(content, scope);
                break;
            case ContentFormat.Numpy:
                NumpyFile.Scan(content, scope);
                break;
            case ContentFormat.Hdf5:
                KerasConfig.Scan(content, scope);
                break;
            case ContentFormat.Onnx:
                OnnxScan.Run(content, scope);
                break;
            case ContentFormat.TensorFlow:
                TensorFlowScan.Run(content, name, scope);
                break;
            case ContentFormat.Safetensors:
                SafetensorsScan.Run(content, scope);
                break;
            case ContentFormat.Text:
                TextScan.Run(content, name, scope);
                break;
            case ContentFormat.NativeCode:
                scope.Find(ScanRule.NativeCode, "the content is a program or compiled code");
                break;
            case ContentFormat.Gguf or ContentFormat.Unknown:
                scope.Find(ScanRule.NotInspected, $"the content is {Formats.NameOf(format)}");
                break;
            default:
                break;
        }
    }
}
