using System.Buffers.Binary;
using System.Text;
using System.Text.RegularExpressions;
using Assay.Registry.Scans.Contents;
using Assay.Registry.Scans.Pickles;

namespace Assay.Registry.Scans.Documents;

/// <summary>Scans NumPy's own format: behind its header an array of objects is a pickle.</summary>
internal static partial class NumpyFile
{
    private const int HeaderBytesMax = 1 << 20;

    public static void Scan(Stream content, ScanScope scope)
    {
        // The header is Python: what could be written in two ways, or twice, is read differently by somebody.
        if (Header(content) is not { } header || Type().Match(header.Text) is not { Success: true } type
            || header.Text.Contains('\\') || header.Text.IndexOf("descr", StringComparison.Ordinal) != header.Text.LastIndexOf("descr", StringComparison.Ordinal)
            || TextsInARow().IsMatch(type.Groups[1].Value))
        {
            scope.Find(ScanRule.Damaged, "the array has no header that can be read");
            return;
        }

        var rest = new Slice(content, header.Bytes, content.Length - header.Bytes);
        // Whether objects are among the fields is decided by the whole type: an O as a type code anywhere in it.
        if (ObjectCode().IsMatch(type.Groups[1].Value))
            PickleScan.Run(rest, scope, PickleDialect.Plain);
        else
            scope.InspectPayload(content, header.Bytes, rest.Length);
    }

    private static (string Text, long Bytes)? Header(Stream content)
    {
        var start = new byte[12];
        content.Position = 0;
        if (content.ReadAtLeast(start, start.Length, throwOnEndOfStream: false) < start.Length)
            return null;
        var (lengthBytes, length) = start[6] == 1
            ? (2, BinaryPrimitives.ReadUInt16LittleEndian(start.AsSpan(8)))
            : (4, (long)BinaryPrimitives.ReadUInt32LittleEndian(start.AsSpan(8)));
        var end = 8 + lengthBytes + length;
        if (start[6] is 0 or > 3 || length > HeaderBytesMax || end > content.Length)
            return null;
        var text = new byte[length];
        content.Position = 8 + lengthBytes;
        content.ReadExactly(text);
        return (Encoding.Latin1.GetString(text), end);
    }

    [GeneratedRegex(@"['""]\s*['""]")]
    private static partial Regex TextsInARow();

    [GeneratedRegex(@"'descr'\s*:\s*(.*?)\s*,\s*'(?:fortran_order|shape)'", RegexOptions.Singleline)]
    private static partial Regex Type();

    [GeneratedRegex(@"['""][|<>=]?(O\d*|object)['""]")]
    private static partial Regex ObjectCode();
}
