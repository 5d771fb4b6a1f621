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
        Assert.Equal(2, Directory.GetFiles(_folder["blobs"], "*", SearchOption.AllDirectories).Length);
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
