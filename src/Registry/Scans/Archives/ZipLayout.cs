using System.Buffers.Binary;

namespace Assay.Registry.Scans.Archives;

/// <summary>Where members stand: one after the other, with nothing that the directory does not name in between.</summary>
internal sealed class ZipLayout(ZipDirectory directory)
{
    private readonly List<(long Start, long End, string Name)> _ranges = [];

    public void Add(ZipMember member, ZipLocalHeader local, long packedBytes) =>
        _ranges.Add((member.HeaderOffset, local.DataOffset + packedBytes, member.Name));

    public void Check(Stream content, ScanScope scope)
    {
        var end = directory.Prefix;
        foreach (var (start, rangeEnd, name) in _ranges.OrderBy(range => range.Start).ThenBy(range => range.End).Append((directory.Start, directory.Start, "the directory")))
        {
            if (start < end)
                scope.Find(ScanRule.ArchiveBomb, $"members overlap at '{name}', so that the same bytes are unpacked several times");
            else if (HidesMember(content, end, start))
                scope.Find(ScanRule.ArchiveSurroundings, $"a member that the directory does not name stands before '{name}'");
            end = Math.Max(end, rangeEnd);
        }
    }

    // A data descriptor has up to 24 bytes; a member that is not in the directory begins with its signature.
    private static bool HidesMember(Stream content, long from, long to)
    {
        const int LookedAt = 64 * 1024;
        if (to - from < 30)
            return false;
        var gap = new byte[(int)Math.Min(to - from, LookedAt)];
        content.Position = from;
        gap = gap[..content.ReadAtLeast(gap, gap.Length, throwOnEndOfStream: false)];
        Span<byte> signature = stackalloc byte[4];
        BinaryPrimitives.WriteUInt32LittleEndian(signature, ZipLocalHeader.Signature);
        return gap.AsSpan().IndexOf(signature) >= 0;
    }
}
