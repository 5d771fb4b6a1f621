using System.Buffers;
using System.Collections.Concurrent;
using System.Runtime.InteropServices;
using Microsoft.AspNetCore.Connections;

namespace Assay.Server.Hosting;

/// <summary>
/// Memory that connections are read into and written from. The usual blocks have 4 KiB, so that an upload of 100 MB takes
/// 25,000 calls of the system, and as many wake-ups of who reads it; of these it takes a quarter.
/// </summary>
internal sealed class ConnectionMemory : MemoryPool<byte>
{
    private const int BlockBytes = 16 * 1024;
    private const int KeptMax = 256;   // 4 MB of each listener's queue; a connection on which nothing comes holds none
    private readonly ConcurrentQueue<Block> _free = [];
    private int _kept;

    public override int MaxBufferSize => BlockBytes;

    public override IMemoryOwner<byte> Rent(int minBufferSize = -1)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(minBufferSize, BlockBytes);
        if (!_free.TryDequeue(out var block))
            return new Block(this);
        Interlocked.Decrement(ref _kept);
        return block;
    }

    protected override void Dispose(bool disposing)
    {
        // What is still rented comes back later, and goes to the garbage collector with the pool.
    }

    private void Return(Block block)
    {
        if (Interlocked.Increment(ref _kept) <= KeptMax)
            _free.Enqueue(block);
        else
            Interlocked.Decrement(ref _kept);
    }

    /// <summary>Makes the pools of the server's connections.</summary>
    public sealed class Factory : IMemoryPoolFactory<byte>
    {
        public MemoryPool<byte> Create(MemoryPoolOptions? options = null) => new ConnectionMemory();
    }

    private sealed class Block(ConnectionMemory pool) : IMemoryOwner<byte>
    {
        private readonly byte[] _bytes = GC.AllocateUninitializedArray<byte>(BlockBytes, pinned: true);   // the system writes into it

        public Memory<byte> Memory => MemoryMarshal.CreateFromPinnedArray(_bytes, 0, BlockBytes);

        public void Dispose() => pool.Return(this);
    }
}
