using System.Security.Cryptography;
using Assay.Governance.Keys;
using Assay.Kernel;
using Assay.Kernel.Blobs;

namespace Assay.Tests.Blobs;

public sealed class EncryptedBlobsTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly LocalBlobStore _store;
    private readonly FileKeyRing _keys;
    private readonly EncryptedBlobs _blobs;

    public EncryptedBlobsTests()
    {
        _store = new LocalBlobStore(_folder["blobs"]);
        _keys = new FileKeyRing(_folder.Path);
        _blobs = new EncryptedBlobs(_store, _keys);
    }

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(0)]
    [InlineData(10)]
    [InlineData(300_000)]
    public async Task Bytes_come_back_by_their_digest_and_lie_encrypted(int length)
    {
        var bytes = RandomNumberGenerator.GetBytes(length);

        var stored = await _blobs.Put(new MemoryStream(bytes), Cancel);

        Assert.Equal(new StoredBlob(Digest.Of(bytes), length), stored);
        Assert.Equal(bytes, await Read(stored.Digest));
        Assert.True(await _blobs.Exists(stored.Digest, Cancel));
        if (length > 0)
            Assert.Equal(-1, (await File.ReadAllBytesAsync(DataFile(stored.Digest), Cancel)).AsSpan().IndexOf(bytes.AsSpan(0, Math.Min(length, 10))));
    }

    [Fact]
    public async Task The_same_bytes_are_stored_once()
    {
        var first = await _blobs.Put(new MemoryStream([1, 2, 3]), Cancel);
        var before = await File.ReadAllBytesAsync(DataFile(first.Digest), Cancel);

        await _blobs.Put(new MemoryStream([1, 2, 3]), Cancel);

        Assert.Equal(before, await File.ReadAllBytesAsync(DataFile(first.Digest), Cancel));
        Assert.Equal(2, Directory.GetFiles(Path.GetDirectoryName(DataFile(first.Digest))!).Length);
    }

    [Fact]
    public async Task Concurrent_writers_of_the_same_bytes_all_succeed_and_the_blob_reads()
    {
        for (var round = 0; round < 10; round++)
        {
            var bytes = RandomNumberGenerator.GetBytes(100_000);
            var stored = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(() => _blobs.Put(new MemoryStream(bytes), Cancel), Cancel)));
            Assert.All(stored, blob => Assert.Equal(Digest.Of(bytes), blob.Digest));
            Assert.Equal(bytes, await Read(Digest.Of(bytes)));
        }

        Assert.Empty(Directory.GetFiles(_folder["blobs/.drafts"]));
    }

    [Fact]
    public async Task A_key_that_a_crash_left_without_its_data_is_taken_up_by_the_next_writer()
    {
        var stored = await _blobs.Put(new MemoryStream([1, 2, 3]), Cancel);
        File.Delete(DataFile(stored.Digest));
        Assert.False(await _blobs.Exists(stored.Digest, Cancel));

        await _blobs.Put(new MemoryStream([1, 2, 3]), Cancel);

        Assert.Equal([1, 2, 3], await Read(stored.Digest));
    }

    [Fact]
    public async Task A_removed_blob_leaves_nothing_and_can_be_stored_again()
    {
        var stored = await _blobs.Put(new MemoryStream([1, 2, 3]), Cancel);

        var size = await _blobs.Remove(stored.Digest, DateTimeOffset.UtcNow.AddDays(1), Cancel);

        Assert.True(size > 3);
        Assert.Empty(Directory.GetFiles(Path.GetDirectoryName(DataFile(stored.Digest))!));
        await Assert.ThrowsAsync<FileNotFoundException>(() => _blobs.Open(stored.Digest, Cancel));
        Assert.Null(await _blobs.Remove(stored.Digest, DateTimeOffset.UtcNow.AddDays(1), Cancel));
        await _blobs.Put(new MemoryStream([1, 2, 3]), Cancel);
        Assert.Equal([1, 2, 3], await Read(stored.Digest));
    }

    [Fact]
    public async Task A_key_that_a_broken_removal_left_is_listed_and_removed()
    {
        var stored = await _blobs.Put(new MemoryStream([1, 2, 3]), Cancel);
        File.Delete(DataFile(stored.Digest));   // the process was killed here

        var listed = new List<Digest>();
        await foreach (var digest in _blobs.List(Cancel))
            listed.Add(digest);
        Assert.Equal([stored.Digest], listed);
        Assert.NotNull(await _blobs.Remove(stored.Digest, DateTimeOffset.UtcNow.AddDays(1), Cancel));
        Assert.False(File.Exists(DataFile(stored.Digest) + ".key"));
    }

    [Fact]
    public async Task Writers_and_removers_of_the_same_bytes_never_leave_a_blob_that_cannot_be_read()
    {
        var bytes = RandomNumberGenerator.GetBytes(20_000);
        var second = new EncryptedBlobs(new LocalBlobStore(_folder["blobs"]), _keys);   // as another process has it
        for (var round = 0; round < 20; round++)
        {
            await Task.WhenAll(Enumerable.Range(0, 8).Select(number => Task.Run(
                async () =>
                {
                    var blobs = number % 2 == 0 ? _blobs : second;
                    if (number < 4)
                        await blobs.Put(new MemoryStream(bytes), Cancel);
                    else
                        await blobs.Remove(Digest.Of(bytes), DateTimeOffset.UtcNow.AddDays(1), Cancel);
                },
                Cancel)));
            if (await _blobs.Exists(Digest.Of(bytes), Cancel))
                Assert.Equal(bytes, await Read(Digest.Of(bytes)));
        }

        await _blobs.Put(new MemoryStream(bytes), Cancel);
        Assert.Null(await second.Remove(Digest.Of(bytes), DateTimeOffset.UtcNow.AddMinutes(-5), Cancel));
        Assert.Equal(bytes, await Read(Digest.Of(bytes)));
    }

    [Theory]
    [InlineData("")]
    [InlineData(".key")]
    public async Task One_flipped_byte_anywhere_is_damage_and_never_wrong_bytes(string suffix)
    {
        var stored = await _blobs.Put(new MemoryStream(RandomNumberGenerator.GetBytes(50)), Cancel);
        var path = DataFile(stored.Digest) + suffix;
        var whole = await File.ReadAllBytesAsync(path, Cancel);

        for (var place = 0; place < whole.Length; place++)
        {
            var changed = whole.ToArray();
            changed[place] ^= 0x40;
            await File.WriteAllBytesAsync(path, changed, Cancel);
            var problem = await Assert.ThrowsAsync<DamagedBlobException>(() => Read(stored.Digest));
            Assert.Contains(stored.Digest.Hex, problem.Message, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData(".key")]
    public async Task A_file_of_another_blob_in_its_place_is_damage(string suffix)
    {
        var one = await _blobs.Put(new MemoryStream([1]), Cancel);
        var two = await _blobs.Put(new MemoryStream([2]), Cancel);

        File.Copy(DataFile(two.Digest) + suffix, DataFile(one.Digest) + suffix, overwrite: true);

        await Assert.ThrowsAsync<DamagedBlobException>(() => Read(one.Digest));
    }

    [Fact]
    public async Task Both_files_of_another_blob_are_damage_too_because_the_key_is_bound_to_the_digest()
    {
        var one = await _blobs.Put(new MemoryStream([1]), Cancel);
        var two = await _blobs.Put(new MemoryStream([2]), Cancel);

        File.Copy(DataFile(two.Digest), DataFile(one.Digest), overwrite: true);
        File.Copy(DataFile(two.Digest) + ".key", DataFile(one.Digest) + ".key", overwrite: true);

        await Assert.ThrowsAsync<DamagedBlobException>(() => Read(one.Digest));
    }

    [Fact]
    public async Task A_missing_key_is_damage_and_a_missing_blob_is_not_found()
    {
        var stored = await _blobs.Put(new MemoryStream([1]), Cancel);
        File.Delete(DataFile(stored.Digest) + ".key");

        await Assert.ThrowsAsync<DamagedBlobException>(() => _blobs.Open(stored.Digest, Cancel));
        await Assert.ThrowsAsync<FileNotFoundException>(() => _blobs.Open(Digest.Of([9]), Cancel));
    }

    [Fact]
    public async Task A_reader_of_a_large_blob_meets_the_damage_when_it_gets_there()
    {
        var bytes = RandomNumberGenerator.GetBytes(1_000_000);
        var stored = await _blobs.Put(new MemoryStream(bytes), Cancel);
        var file = await File.ReadAllBytesAsync(DataFile(stored.Digest), Cancel);
        file[500_000] ^= 1;
        await File.WriteAllBytesAsync(DataFile(stored.Digest), file, Cancel);

        await using var stream = await _blobs.Open(stored.Digest, Cancel);
        var start = new byte[100_000];
        await stream.ReadExactlyAsync(start, Cancel);

        Assert.Equal(bytes[..start.Length], start);
        await Assert.ThrowsAsync<DamagedBlobException>(() => stream.CopyToAsync(Stream.Null, Cancel));
    }

    public void Dispose() => _folder.Dispose();

    private string DataFile(Digest digest) => _folder["blobs/" + EncryptedBlobs.NameOf(digest)];

    private async Task<byte[]> Read(Digest digest)
    {
        await using var stream = await _blobs.Open(digest, Cancel);
        using var output = new MemoryStream();
        await stream.CopyToAsync(output, Cancel);
        return output.ToArray();
    }
}
