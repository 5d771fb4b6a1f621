using System.Text;
using Assay.Registry.Scans.Contents;

namespace Assay.Registry.Scans.Archives;

/// <summary>Scans a tar: each member, with the names that long-name and pax records give them.</summary>
internal static class TarScan
{
    private const int RecordBytesMax = 1 << 20;

    public static void Run(Stream content, ScanScope scope)
    {
        var names = new HashSet<string>(StringComparer.Ordinal);
        var block = new byte[TarHeader.Length];
        var longName = (string?)null;
        var position = 0L;
        while (position + TarHeader.Length <= content.Length)
        {
            scope.Budget.CheckTime();
            content.Position = position;
            content.ReadExactly(block);
            position += TarHeader.Length;
            if (block.AsSpan().IndexOfAnyExcept((byte)0) < 0)
                break;
            if (TarHeader.Read(block) is not { } header || header.Bytes > content.Length - position)
            {
                scope.Find(ScanRule.ArchiveDamaged, $"the tar can't be read from byte {position - TarHeader.Length:N0} on");
                return;
            }

            if (header.Type is 'L' or 'K' or 'x' or 'g')
            {
                longName = Record(content, position, header, scope) ?? longName;
            }
            else
            {
                Check(content, position, header with { Name = longName ?? header.Name }, names, scope);
                longName = null;
            }

            position += (header.Bytes + TarHeader.Length - 1) / TarHeader.Length * TarHeader.Length;
        }

        if (HasMore(content, position))
            scope.Find(ScanRule.ArchiveSurroundings, "other bytes stand behind the end of the tar");
    }

    private static void Check(Stream content, long position, TarHeader header, HashSet<string> names, ScanScope scope)
    {
        if (MemberPath.Problem(header.Name) is { } problem)
            scope.Find(ScanRule.ArchivePath, problem);
        if (header.IsLink || header.IsDevice)
            scope.Find(ScanRule.ArchiveLink, $"the member '{header.Name}' is a {(header.IsLink ? "link" : "device")}");
        if (!header.IsFile)
            return;
        if (!names.Add(header.Name))
            scope.Find(ScanRule.ArchiveDuplicate, $"two members are called '{header.Name}'");
        scope.Descend(new Slice(content, position, header.Bytes), header.Name);
    }

    // The name that the next member has: from GNU's record as it stands, from a pax record its path.
    private static string? Record(Stream content, long position, TarHeader header, ScanScope scope)
    {
        if (header.Bytes > RecordBytesMax)
        {
            scope.Find(ScanRule.ArchiveDamaged, "a record of the tar is longer than 1 MiB");
            return null;
        }

        var bytes = new byte[header.Bytes];
        content.Position = position;
        content.ReadExactly(bytes);
        var text = Encoding.UTF8.GetString(bytes);
        if (header.Type == 'L')
            return text.TrimEnd('\0');
        foreach (var line in text.Split('\n'))
        {
            var entry = line[(line.IndexOf(' ', StringComparison.Ordinal) + 1)..];
            if (entry.StartsWith("GNU.sparse", StringComparison.Ordinal) || entry.StartsWith("size=", StringComparison.Ordinal))
                scope.Find(ScanRule.ArchiveMismatch, "a record gives a member another size than its header");
            if (entry.StartsWith("path=", StringComparison.Ordinal))
                return entry["path=".Length..];
        }

        return null;
    }

    private static bool HasMore(Stream content, long position)
    {
        var buffer = new byte[64 * 1024];
        content.Position = Math.Min(position, content.Length);
        for (var read = content.Read(buffer); read > 0; read = content.Read(buffer))
        {
            if (buffer.AsSpan(0, read).IndexOfAnyExcept((byte)0) >= 0)
                return true;
        }

        return false;
    }
}
