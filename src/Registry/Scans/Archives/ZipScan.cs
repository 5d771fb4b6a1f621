using System.IO.Compression;
using Assay.Registry.Scans.Contents;
using Assay.Registry.Scans.Documents;
using Assay.Registry.Scans.Pickles;

namespace Assay.Registry.Scans.Archives;

/// <summary>Scans a zip: each member, and whether every program finds the same members in it.</summary>
internal static class ZipScan
{
    private const int Encrypted = 0x1;
    private const int Stored = 0;
    private const int Deflated = 8;
    private const int Bzip2 = 12;

    // Deflate's strength, a data descriptor behind the member, a name in UTF-8.
    private const int KnownFlags = 0x2 | 0x4 | 0x8 | 0x800;

    public static void Run(Stream content, ZipDirectory directory, ScanScope scope)
    {
        if (directory.Prefix > 0)
            scope.Find(ScanRule.ArchiveSurroundings, $"{directory.Prefix:N0} bytes stand before the zip");
        if (directory.Behind != 0)
            scope.Find(ScanRule.ArchiveSurroundings, "other bytes than a comment stand behind the zip");

        var layout = new ZipLayout(directory);
        try
        {
            var members = new HashSet<string>(StringComparer.Ordinal);
            foreach (var member in directory.Members(content))
            {
                scope.Budget.CheckTime();
                if (!members.Add(member.Name))
                    scope.Find(ScanRule.ArchiveDuplicate, $"two members are called '{member.Name}'");
                Check(content, member, layout, scope);
            }
        }
        catch (InvalidDataException problem)
        {
            scope.Find(ScanRule.ArchiveDamaged, problem.Message);
        }

        layout.Check(content, scope);
    }

    private static void Check(Stream content, ZipMember member, ZipLayout layout, ScanScope scope)
    {
        if (MemberPath.Problem(member.Name) is { } problem)
            scope.Find(ScanRule.ArchivePath, problem);
        if (member.IsLink)
            scope.Find(ScanRule.ArchiveLink, $"the member '{member.Name}' is a symbolic link");
        if (ZipLocalHeader.Read(content, member.HeaderOffset) is not { } local)
        {
            scope.Find(ScanRule.ArchiveMismatch, $"there is no member where the directory says that '{member.Name}' is");
            return;
        }

        if (local.Difference(member) is { } difference)
            scope.Find(ScanRule.ArchiveMismatch, $"the directory and the member '{member.Name}' itself differ in {difference}");
        if (((member.Flags | local.Flags) & ~KnownFlags) is > 0 and var flags)
            scope.Find(ScanRule.ArchiveFlags, $"the member '{member.Name}' has the flags 0x{flags:x}{((flags & Encrypted) != 0 ? ", of which 0x1 says that it is encrypted" : "")}");

        var packed = Math.Min(member.PackedBytes, content.Length - local.DataOffset);
        layout.Add(member, local, packed);
        if (packed != member.PackedBytes)
            scope.Find(ScanRule.ArchiveMismatch, $"the member '{member.Name}' is longer than the file");
        else if (!member.Name.EndsWith('/') || member.Bytes > 0)
            Look(content, member, new Slice(content, local.DataOffset, packed), scope);
    }

    private static void Look(Stream content, ZipMember member, Slice packed, ScanScope scope)
    {
        try
        {
            var crc = default(Crc32);
            using var unpacked = Unpack(member, packed, scope, bytes => crc.Add(bytes));
            if (unpacked is null)
                return;
            if (unpacked.Length != member.Bytes || crc.Value != member.Crc)
                scope.Find(ScanRule.ArchiveDamaged, $"the member '{member.Name}' has another length or checksum than the zip says");
            LookInto(unpacked, member.Name, scope);
        }
        catch (InvalidDataException)
        {
            scope.Find(ScanRule.ArchiveDamaged, $"the member '{member.Name}' can't be unpacked");
            // What can't be unpacked as it says may be loaded as it stands by a program that does not look at the method.
            LookInto(packed, member.Name, scope);
        }
    }

    private static Stream? Unpack(ZipMember member, Slice packed, ScanScope scope, Action<ReadOnlySpan<byte>> seen)
    {
        switch (member.Method)
        {
            case Stored:
                Show(packed, scope, seen);
                return packed;
            case Deflated:
                using (var inflated = new DeflateStream(packed, CompressionMode.Decompress, leaveOpen: true))
                    return Unpacked.Read(inflated, packed.Length, scope, seen);
            case Bzip2:
                using (var inflated = PackedScan.OpenBzip2(packed))
                    return Unpacked.Read(inflated, packed.Length, scope, seen);
            default:
                scope.Find(ScanRule.ArchiveUnreadable, $"the member '{member.Name}' is packed by method {member.Method}");
                LookInto(packed, member.Name, scope);
                return null;
        }
    }

    // Stored members are read where they stand: weights are large.
    private static void Show(Slice packed, ScanScope scope, Action<ReadOnlySpan<byte>> seen)
    {
        var buffer = new byte[256 * 1024];
        for (var read = packed.Read(buffer); read > 0; read = packed.Read(buffer))
        {
            seen(buffer.AsSpan(0, read));
            scope.Budget.CheckTime();
        }
    }

    private static void LookInto(Stream content, string name, ScanScope scope)
    {
        // PyTorch's tensors: data, of which nothing is loaded as a file.
        if (IsTorchData(name))
        {
            scope.Budget.CountEntry();
            scope.InspectPayload(content, 0, content.Length);
            return;
        }

        var isTorch = name.EndsWith("data.pkl", StringComparison.Ordinal) || name.EndsWith("constants.pkl", StringComparison.Ordinal) || name.EndsWith("debug_pkl", StringComparison.Ordinal);
        scope.Descend(content, name, isTorch ? PickleDialect.Torch : PickleDialect.Joblib);
        if (name == KerasConfig.Member)
            KerasConfig.Scan(content, scope);
    }

    private static bool IsTorchData(string name)
    {
        var parts = name.Split('/');
        return parts.Length >= 3 && parts[^2] is "data" or "constants" or "tensors" && parts[^1].Length > 0 && parts[^1].All(char.IsAsciiDigit);
    }
}
