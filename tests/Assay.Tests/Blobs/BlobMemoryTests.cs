using Assay.Governance.Keys;
using Assay.Kernel.Blobs;

namespace Assay.Tests.Blobs;

[Collection(typeof(Alone))]
public sealed class BlobMemoryTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Memory_does_not_grow_with_the_size_of_a_blob()
    {
        using var folder = new TemporaryFolder();
        var keys = new FileKeyRing(folder.Path);
        var blobs = new EncryptedBlobs(new LocalBlobStore(folder["blobs"]), keys);
        await blobs.Put(new ZeroStream(1_000_000), Cancel);
        var before = GC.GetTotalAllocatedBytes(precise: true);

        var stored = await blobs.Put(new ZeroStream(64_000_000), Cancel);

        Assert.Equal(64_000_000, stored.SizeBytes);
        Assert.InRange(GC.GetTotalAllocatedBytes(precise: true) - before, 0, 16_000_000);
    }

    private sealed class ZeroStream(long length) : Stream
    {
        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => length;

        public override long Position { get; set; }

        public override int Read(byte[] buffer, int offset, int count)
        {
            var read = (int)Math.Min(count, length - Position);
            Array.Clear(buffer, offset, read);
            Position += read;
            return read;
        }

        public override void Flush()
        {
        }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }
}
