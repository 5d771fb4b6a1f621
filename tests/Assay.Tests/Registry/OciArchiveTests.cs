using System.Formats.Tar;
using System.IO.Compression;
using System.Net;
using System.Text;
using Assay.Registry.Oci.Pushes;

namespace Assay.Tests.Registry;

/// <summary>Archives that are small as they are sent, and large as they are read.</summary>
public sealed class OciArchiveTests(RegistryScene scene) : IClassFixture<RegistryScene>
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_archive_of_too_many_folders_is_refused()
    {
        var (status, message) = await Push("folders", async tar =>
        {
            for (var i = 0; i < 10_001; i++)
                await tar.WriteEntryAsync(new UstarTarEntry(TarEntryType.Directory, $"f{i}"), Cancel);
        });
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, status);
        Assert.Contains("at most 10000 files and folders", message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_record_about_a_file_that_would_fill_the_memory_is_refused()
    {
        var (status, message) = await Push("records", tar => tar.WriteEntryAsync(
            new PaxTarEntry(TarEntryType.RegularFile, "model.onnx", [new("comment", new string('x', 2 << 20))]), Cancel));
        Assert.Equal(HttpStatusCode.BadRequest, status);
        Assert.Contains("more than 1 MiB", message, StringComparison.Ordinal);

        (status, message) = await Push("names", tar => tar.WriteEntryAsync(
            new GnuTarEntry(TarEntryType.RegularFile, new string('n', 2 << 20)), Cancel));
        Assert.Equal(HttpStatusCode.BadRequest, status);
        Assert.Contains("more than 1 MiB", message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(TarEntryFormat.Pax)]
    [InlineData(TarEntryFormat.Gnu)]
    [InlineData(TarEntryFormat.Ustar)]
    [InlineData(TarEntryFormat.V7)]
    public async Task Files_of_any_length_are_read_whole_by_the_bounded_stream(TarEntryFormat format)
    {
        var written = new Dictionary<string, byte[]>();
        using var bytes = new MemoryStream();
        await using (var tar = new TarWriter(bytes, format, leaveOpen: true))
        {
            foreach (var length in new[] { 0, 1, 511, 512, 513, 70_000 })
            {
                var name = format is TarEntryFormat.Pax or TarEntryFormat.Gnu ? $"{new string('d', 150)}/{length}" : $"{length}";
                written[name] = Encoding.ASCII.GetBytes(new string('L', length));   // looks like a long name, where it is taken for a header
                TarEntry entry = format switch
                {
                    TarEntryFormat.Pax => new PaxTarEntry(TarEntryType.RegularFile, name),
                    TarEntryFormat.Gnu => new GnuTarEntry(TarEntryType.RegularFile, name),
                    TarEntryFormat.Ustar => new UstarTarEntry(TarEntryType.RegularFile, name),
                    _ => new V7TarEntry(TarEntryType.V7RegularFile, name),
                };
                entry.DataStream = new MemoryStream(written[name]);
                await tar.WriteEntryAsync(entry, Cancel);
            }
        }

        bytes.Position = 0;
        var count = 0L;
        var read = new Dictionary<string, byte[]>();
        await using var bounded = new ArchiveStream(bytes, more => count += more);
        await using var reader = new TarReader(bounded, leaveOpen: true);
        while (true)
        {
            bounded.ExpectHeaders();
            if (await reader.GetNextEntryAsync(copyData: false, Cancel) is not { } entry)
                break;
            bounded.ExpectContent();
            using var content = new MemoryStream();
            await (entry.DataStream ?? Stream.Null).CopyToAsync(content, Cancel);
            read[entry.Name] = content.ToArray();
        }

        Assert.Equal(written, read);
        Assert.True(count > 71_000, $"{count} bytes were counted");
    }

    private async Task<(HttpStatusCode Status, string Message)> Push(string model, Func<TarWriter, Task> write)
    {
        var client = new OciClient(scene.Admin, $"default/{model}");
        using var layer = new MemoryStream();
        await using (var gzip = new GZipStream(layer, CompressionLevel.Fastest, leaveOpen: true))
        await using (var tar = new TarWriter(gzip))
            await write(tar);
        await client.Upload(layer.ToArray());
        using var answer = await client.Put("latest", await client.ModelOf([OciClient.Describe(layer.ToArray(), "application/vnd.cncf.model.weight.v1.tar+gzip")]));
        return (answer.StatusCode, (await OciClient.Error(answer)).Message);
    }
}
