using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Assay.Inference.Compiled;

/// <summary>Picks the leaves of sixteen rows out of the thirty-two of a tree without going to memory for each.</summary>
internal static class LeafPick
{
    /// <summary>Places of leaves, whether a tree has so many or not.</summary>
    public const int Leaves = 32;

    private const int Half = 8;

    /// <summary>Whether the processor can.</summary>
    public static bool IsSupported => Vector512.IsHardwareAccelerated && Avx512CD.IsSupported;

    /// <summary>Adds to each row's sum its first leaf that is not gone.</summary>
    /// <param name="leaves">Thirty-two.</param>
    /// <param name="gone">A bit for each leaf of each row.</param>
    /// <param name="sums">Sixteen.</param>
    /// <typeparam name="T">Single or double precision.</typeparam>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Add<T>(ReadOnlySpan<T> leaves, Vector512<uint> gone, Span<T> sums)
        where T : unmanaged
    {
        var first = FirstThatStays(gone);
        if (typeof(T) == typeof(float))
            Add(MemoryMarshal.Cast<T, float>(leaves), first, MemoryMarshal.Cast<T, float>(sums));
        else
            Add(MemoryMarshal.Cast<T, double>(leaves), first, MemoryMarshal.Cast<T, double>(sums));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Add(ReadOnlySpan<float> leaves, Vector512<uint> first, Span<float> sums)
    {
        var picked = Avx512F.PermuteVar16x32x2(Vector512.Create(leaves), first.AsInt32(), Vector512.Create(leaves[(2 * Half)..]));
        (Vector512.Create<float>(sums) + picked).CopyTo(sums);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Add(ReadOnlySpan<double> leaves, Vector512<uint> first, Span<double> sums)
    {
        var (lower, upper) = Vector512.Widen(first);
        Add(leaves, lower, sums);
        Add(leaves, upper, sums[Half..]);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Add(ReadOnlySpan<double> leaves, Vector512<ulong> first, Span<double> sums)
    {
        var low = Avx512F.PermuteVar8x64x2(Vector512.Create(leaves), first.AsInt64(), Vector512.Create(leaves[Half..]));
        var high = Avx512F.PermuteVar8x64x2(Vector512.Create(leaves[(2 * Half)..]), first.AsInt64(), Vector512.Create(leaves[(3 * Half)..]));
        var isHigh = Vector512.GreaterThan(first, Vector512.Create(2 * Half - 1UL)).AsDouble();
        (Vector512.Create<double>(sums) + Vector512.ConditionalSelect(isHigh, high, low)).CopyTo(sums);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<uint> FirstThatStays(Vector512<uint> gone)
    {
        var lowest = ~gone & (gone + Vector512<uint>.One);   // the one bit that adding one sets
        return Vector512.Create(Leaves - 1U) - Avx512CD.LeadingZeroCount(lowest);
    }
}
