using System.IO.Compression;
using System.Text;
using Assay.Registry.Scans;

namespace Assay.Tests.Registry.Scans;

/// <summary>Containers that hide files, show different files to different programs, or unpack to more than anybody has room for.</summary>
public sealed class ContainerTests
{
    private static readonly byte[] Harmless = PickleBytes.Protocol(4).Op('N').End();
    private static readonly byte[] Good = Zips.Of(("data.pkl", Harmless), ("notes.txt", "hello"u8.ToArray()));

    [Fact]
    public void A_zip_with_nothing_wrong_passes() => Assert.Empty(Scanned.File(Good, "model.zip").Findings);

    [Theory]
    [InlineData("../evil.pkl")]
    [InlineData("a/../../evil.pkl")]
    [InlineData("/etc/cron.d/evil")]
    [InlineData("C:\\evil.dll")]
    [InlineData("..\\evil.dll")]
    public void A_member_that_leads_out_of_its_folder_is_found(string name) =>
        Scanned.Blocked(Scanned.File(Zips.Of((name, Harmless)), "model.zip"), "archive.path");

    [Fact]
    public void A_symbolic_link_in_a_zip_is_found()
    {
        var packed = new MemoryStream();
        using (var zip = new ZipArchive(packed, ZipArchiveMode.Create, leaveOpen: true))
        {
            var link = zip.CreateEntry("weights");
            link.ExternalAttributes = unchecked((int)0xa1ff0000);
            using var target = link.Open();
            target.Write("/etc/passwd"u8);
        }

        // Links are Unix's: the entry says that it was made there.
        Scanned.Blocked(Scanned.File(Zips.Changed(packed.ToArray(), inDirectory: true, 4, 0x0314), "model.zip"), "archive.link");
    }

    [Theory]
    [InlineData(true, 8, 0x1, "archive.flags")]
    [InlineData(true, 8, 0x20, "archive.flags")]
    [InlineData(true, 8, 0x40, "archive.flags")]
    [InlineData(false, 6, 0x1, "archive.flags")]
    [InlineData(false, 8, 8, "archive.mismatch")]
    [InlineData(false, 30, 0x7878, "archive.mismatch")]
    [InlineData(true, 16, 0x1234, "archive.damaged")]
    [InlineData(true, 24, 0x1234, "archive.damaged")]
    [InlineData(true, 20, 0xfff0, "archive.mismatch")]
    [InlineData(true, 42, 0x10, "archive.mismatch")]
    [InlineData(true, 10, 99, "archive.unreadable")]
    public void A_changed_header_is_found_and_the_member_is_scanned_all_the_same(bool inDirectory, int at, ushort value, string rule)
    {
        Scanned.Blocked(Scanned.File(Zips.Changed(Good, inDirectory, at, value), "model.zip"), rule);

        if (at is not (20 or 42))
            Scanned.Blocked(Scanned.File(Zips.Changed(Zips.Of(("data.pkl", PickleBytes.Attack())), inDirectory, at, value), "model.zip"), "pickle.import-dangerous");
    }

    [Fact]
    public void Two_members_with_one_name_are_found() =>
        Scanned.Blocked(Scanned.File(Zips.Of(("data.pkl", Harmless), ("data.pkl", Harmless)), "model.zip"), "archive.duplicate");

    [Fact]
    public void Bytes_around_a_zip_are_found_and_scanned()
    {
        var before = Scanned.File([.. PickleBytes.Attack(), .. Good], "model.pt");
        Scanned.Blocked(before, "archive.surroundings");
        Scanned.Blocked(before, "pickle.import-dangerous");

        Scanned.Blocked(Scanned.File([.. Harmless, .. Zips.Of(("data.pkl", PickleBytes.Attack()))], "model.pkl"), "pickle.import-dangerous");
        Scanned.Blocked(Scanned.File([.. Good, 1, 2, 3], "model.zip"), "archive.surroundings");
        Scanned.Blocked(Scanned.File([.. Encoding.ASCII.GetBytes("hello\n"), .. Good], "notes.txt"), "file.name-mismatch");
    }

    [Fact]
    public void A_member_that_the_directory_does_not_name_is_found()
    {
        var hidden = Zips.Of(("data.pkl", PickleBytes.Attack()));
        var member = hidden[..Zips.IndexOf(hidden, 0x02014b50)];

        // The directory's offset counts the hidden member, so that nothing stands before the zip.
        byte[] zip = [.. member, .. Good];
        var end = Zips.IndexOf(zip, 0x06054b50);
        var directory = BitConverter.ToInt32(zip, end + 16) + member.Length;
        BitConverter.TryWriteBytes(zip.AsSpan(end + 16), directory);
        foreach (var entry in new[] { 0, 1 })
        {
            var at = entry == 0 ? Zips.IndexOf(zip, 0x02014b50) : Zips.IndexOf(zip, 0x02014b50) + 46 + "data.pkl".Length;
            BitConverter.TryWriteBytes(zip.AsSpan(at + 42), BitConverter.ToInt32(zip, at + 42) + member.Length);
        }

        Scanned.Blocked(Scanned.File(zip, "model.zip"), "archive.surroundings");
    }

    [Theory]
    [InlineData("weights.safetensors")]
    [InlineData("notes.txt")]
    [InlineData("config.json")]
    [InlineData("model.onnx")]
    [InlineData("array.npy")]
    public void A_pickle_under_another_name_is_found(string name)
    {
        var report = Scanned.File(PickleBytes.Attack(), name);

        Scanned.Blocked(report, "file.name-mismatch");
        Scanned.Blocked(report, "pickle.import-dangerous");
        Scanned.Blocked(Scanned.File("cos\nsystem\n(S'id'\ntR."u8.ToArray(), name), "pickle.import-dangerous");
    }

    [Theory]
    [InlineData("model.pkl", "0102030405060708")]
    [InlineData("model.pt", "deadbeef00")]
    [InlineData("model.joblib", "04224d18000000")]
    [InlineData("model.pkl", "28b52ffd000000")]
    [InlineData("model.7z", "377abcaf271c0000")]
    [InlineData("model.so", "7f454c4602010100")]
    public void What_cannot_be_read_does_not_pass(string name, string hex) => Assert.False(Scanned.File(Convert.FromHexString(hex), name).Passed);

    [Fact]
    public void A_bomb_stops_at_the_limit_that_it_would_break()
    {
        var zeros = new byte[70 << 20];
        var bomb = Zips.Of(CompressionLevel.Fastest, ("zeros.bin", zeros));

        Scanned.Blocked(Scanned.File(bomb, "model.zip", new ScanLimits { RatioMax = 20 }), "archive.bomb");
        Scanned.Blocked(Scanned.File(bomb, "model.zip", new ScanLimits { UnpackedMegabytesMax = 1 }), "scan.limit");
        Scanned.Blocked(Scanned.File(Zips.Of([.. Enumerable.Range(0, 20).Select(index => ($"{index}", Harmless))]), "model.zip", new ScanLimits { EntriesMax = 10 }), "scan.limit");
        Scanned.Blocked(Scanned.File(PickleBytes.Old().Ops(new string('N', 2000)).End(), limits: new ScanLimits { PickleValuesMax = 1000 }), "scan.limit");
        Scanned.Blocked(Scanned.File(PickleBytes.Attack(), limits: new ScanLimits { SecondsMax = 0 }), "scan.limit");
    }

    [Fact]
    public void Containers_within_containers_are_opened_to_a_depth()
    {
        var nested = PickleBytes.Attack();
        for (var depth = 0; depth < 7; depth++)
            nested = Zips.Of(($"{depth}.zip", nested));

        Scanned.Blocked(Scanned.File(nested, "model.zip"), "pickle.import-dangerous");
        Scanned.Blocked(Scanned.File(nested, "model.zip", new ScanLimits { DepthMax = 3 }), "scan.limit");
    }

    [Fact]
    public void Members_that_share_their_bytes_are_found()
    {
        var zip = Zips.Of(("a", new byte[100]), ("b", new byte[100]));
        var second = Zips.IndexOf(zip, 0x02014b50) + 46 + 1;
        BitConverter.TryWriteBytes(zip.AsSpan(second + 42), 0);

        Scanned.Blocked(Scanned.File(zip, "model.zip"), "archive.bomb");
    }

    [Theory]
    [InlineData('0', "../evil", "archive.path")]
    [InlineData('2', "link", "archive.link")]
    [InlineData('1', "link", "archive.link")]
    [InlineData('3', "device", "archive.link")]
    [InlineData('0', "data.pkl", "pickle.import-dangerous")]
    public void Tars_are_held_to_the_same(char type, string name, string rule) => Scanned.Blocked(Scanned.File(Tar(type, name, PickleBytes.Attack()), "model.tar"), rule);

    private static byte[] Tar(char type, string name, byte[] content)
    {
        var header = new byte[512];
        Encoding.ASCII.GetBytes(name).CopyTo(header, 0);
        Encoding.ASCII.GetBytes("0000644\0").CopyTo(header, 100);
        Encoding.ASCII.GetBytes(Convert.ToString(content.Length, 8).PadLeft(11, '0')).CopyTo(header, 124);
        Encoding.ASCII.GetBytes("        ").CopyTo(header, 148);
        header[156] = (byte)type;
        Encoding.ASCII.GetBytes("ustar\0" + "00").CopyTo(header, 257);
        Encoding.ASCII.GetBytes(Convert.ToString(header.Sum(value => value), 8).PadLeft(6, '0') + "\0 ").CopyTo(header, 148);
        return [.. header, .. content, .. new byte[(512 - (content.Length % 512)) % 512], .. new byte[1024]];
    }
}
