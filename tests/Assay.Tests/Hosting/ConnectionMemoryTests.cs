using System.Buffers;
using System.Runtime.InteropServices;
using Assay.Server.Hosting;

namespace Assay.Tests.Hosting;

/// <summary>The blocks into which connections are read.</summary>
public sealed class ConnectionMemoryTests
{
    [Fact]
    public void A_block_is_used_again_no_two_owners_have_the_same_and_few_are_kept()
    {
        using var pool = new ConnectionMemory.Factory().Create();
        var first = Rent(pool, 300);
        Assert.All(first, block => Assert.Equal(16 * 1024, block.Memory.Length));
        Assert.Equal(300, Arrays(first).Count);
        foreach (var block in first)
            block.Dispose();

        var second = Rent(pool, 300);
        Assert.Equal(300, Arrays(second).Count);
        Assert.Equal(256, Arrays(first).Intersect(Arrays(second)).Count());
    }

    [Fact]
    public void More_than_a_block_is_not_given() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new ConnectionMemory().Rent(16 * 1024 + 1));

    private static List<IMemoryOwner<byte>> Rent(MemoryPool<byte> pool, int count) => [.. Enumerable.Range(0, count).Select(_ => pool.Rent())];

    private static HashSet<byte[]> Arrays(IEnumerable<IMemoryOwner<byte>> blocks) =>
        [.. blocks.Select(block => MemoryMarshal.TryGetArray<byte>(block.Memory, out var segment) ? segment.Array! : [])];
}
