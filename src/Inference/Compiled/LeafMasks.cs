using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using Assay.Statistics.Attribution;

namespace Assay.Inference.Compiled;

/// <summary>
/// Small trees for many rows at a time. No tree is walked: every comparison is made for sixteen rows at once, and takes away
/// the leaves that a row can't come to any more; of those that stay, the first is the row's. That is three times as many
/// comparisons as walks make, none of which waits for another. Where the processor's registers hold sixteen rows, the
/// leaves of a tree stand in them too, and each row's is picked there; and a comparison that was read serves four groups of
/// sixteen rows, for to read it takes longer than to make it.
/// </summary>
/// <typeparam name="T">In which precision the leaves are added up.</typeparam>
internal sealed class LeafMasks<T>
    where T : unmanaged, INumber<T>
{
    /// <summary>Rows whose values stand together; fewer are better walked.</summary>
    public const int Rows = 16;

    /// <summary>How many such groups are computed together where the registers hold sixteen rows.</summary>
    public const int Groups = 4;

    private const int LeavesMax = LeafPick.Leaves;
    private readonly Comparison[] _comparisons;
    private readonly Tree[] _trees;
    private readonly T[] _leaves;

    private LeafMasks(List<Comparison> comparisons, List<Tree> trees, List<T> leaves) =>
        (_comparisons, _trees, _leaves) = ([.. comparisons], [.. trees], [.. leaves]);

    /// <summary>The trees in this form, which the table has checked; null where a tree is too large for it, or the processor can't.</summary>
    public static LeafMasks<T>? Of(DecisionForest forest)
    {
        if (!Avx2.IsSupported || forest.Trees.Any(tree => tree.Leaves.Length > LeavesMax))
            return null;
        var (comparisons, trees, leaves) = (new List<Comparison>(), new List<Tree>(), new List<T>());
        foreach (var tree in forest.Trees)
        {
            trees.Add(new(tree.Nodes.Length, leaves.Count));
            if (Add(tree, tree.Root, comparisons, leaves, leaves.Count) != tree.Leaves.Length)
                return null;
            leaves.AddRange(new T[LeavesMax - tree.Leaves.Length]);   // so that each tree's fill the registers
        }

        return new(comparisons, trees, leaves);
    }

    /// <summary>Adds up the leaves of each vector, tree after tree.</summary>
    /// <param name="vectors">The groups, one behind the other, in each of which value by value stands: the first of all sixteen, then the second of all.</param>
    /// <param name="width">Values of a vector.</param>
    /// <param name="count">Vectors that there are; what stands in the places of others is computed, or isn't.</param>
    /// <param name="sums">One for each place of the groups.</param>
    public void Add(ReadOnlySpan<float> vectors, int width, int count, Span<T> sums)
    {
        if (LeafPick.IsSupported && count > Rows)
        {
            AddFourfold(vectors, width * Rows, sums);
            return;
        }

        for (var row = 0; row < count; row += Rows)
        {
            if (LeafPick.IsSupported)
                AddAtOnce(vectors[(row * width)..], sums[row..]);
            else
                AddByHalves(vectors[(row * width)..], sums[row..]);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void AddFourfold(ReadOnlySpan<float> vectors, int group, Span<T> sums)
    {
        ref var first = ref MemoryMarshal.GetReference(vectors);
        ref var second = ref MemoryMarshal.GetReference(vectors[group..]);
        ref var third = ref MemoryMarshal.GetReference(vectors[(2 * group)..]);
        ref var fourth = ref MemoryMarshal.GetReference(vectors[(3 * group)..]);
        var comparisons = _comparisons.AsSpan();
        foreach (var tree in _trees)
        {
            var (gone1, gone2, gone3, gone4) = (Vector512<uint>.Zero, Vector512<uint>.Zero, Vector512<uint>.Zero, Vector512<uint>.Zero);
            foreach (ref readonly var comparison in comparisons[..tree.Comparisons])
            {
                var (threshold, leaves) = (Vector512.Create(comparison.Threshold), Vector512.Create(comparison.Leaves));
                gone1 = Without(gone1, Vector512.LoadUnsafe(ref first, comparison.Place), threshold, leaves);
                gone2 = Without(gone2, Vector512.LoadUnsafe(ref second, comparison.Place), threshold, leaves);
                gone3 = Without(gone3, Vector512.LoadUnsafe(ref third, comparison.Place), threshold, leaves);
                gone4 = Without(gone4, Vector512.LoadUnsafe(ref fourth, comparison.Place), threshold, leaves);
            }

            comparisons = comparisons[tree.Comparisons..];
            var own = _leaves.AsSpan(tree.FirstLeaf, LeavesMax);
            LeafPick.Add(own, gone1, sums);
            LeafPick.Add(own, gone2, sums[Rows..]);
            LeafPick.Add(own, gone3, sums[(2 * Rows)..]);
            LeafPick.Add(own, gone4, sums[(3 * Rows)..]);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void AddAtOnce(ReadOnlySpan<float> vectors, Span<T> sums)
    {
        ref var values = ref MemoryMarshal.GetReference(vectors);
        var comparisons = _comparisons.AsSpan();
        foreach (var tree in _trees)
        {
            var gone = Vector512<uint>.Zero;
            foreach (ref readonly var comparison in comparisons[..tree.Comparisons])
            {
                var (threshold, leaves) = (Vector512.Create(comparison.Threshold), Vector512.Create(comparison.Leaves));
                gone = Without(gone, Vector512.LoadUnsafe(ref values, comparison.Place), threshold, leaves);
            }

            comparisons = comparisons[tree.Comparisons..];
            LeafPick.Add(_leaves.AsSpan(tree.FirstLeaf, LeavesMax), gone, sums);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void AddByHalves(ReadOnlySpan<float> vectors, Span<T> sums)
    {
        ref var values = ref MemoryMarshal.GetReference(vectors);
        Span<uint> gone = stackalloc uint[Rows];
        var comparisons = _comparisons.AsSpan();
        foreach (var tree in _trees)
        {
            var (left, right) = (Vector256<uint>.Zero, Vector256<uint>.Zero);
            foreach (ref readonly var comparison in comparisons[..tree.Comparisons])
            {
                var threshold = Vector256.Create(comparison.Threshold);
                var leaves = Vector256.Create(comparison.Leaves);
                left |= Avx2.AndNot(Avx.CompareLessThanOrEqual(Vector256.LoadUnsafe(ref values, comparison.Place), threshold).AsUInt32(), leaves);
                right |= Avx2.AndNot(Avx.CompareLessThanOrEqual(Vector256.LoadUnsafe(ref values, comparison.Place + Rows / 2), threshold).AsUInt32(), leaves);
            }

            comparisons = comparisons[tree.Comparisons..];
            left.CopyTo(gone);
            right.CopyTo(gone[(Rows / 2)..]);
            var own = _leaves.AsSpan(tree.FirstLeaf);
            for (var row = 0; row < Rows; row++)
                sums[row] += own[BitOperations.TrailingZeroCount(~gone[row])];
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<uint> Without(Vector512<uint> gone, Vector512<float> values, Vector512<float> threshold, Vector512<uint> leaves) =>
        Vector512.ConditionalSelect(Avx512F.CompareNotLessThanOrEqual(values, threshold).AsUInt32(), gone | leaves, gone);

    // Leaves in the order in which they stand, those where a comparison holds before the others; returns how many there are.
    private static int Add(DecisionTree tree, int place, List<Comparison> comparisons, List<T> leaves, int first)
    {
        if (place < 0)
        {
            leaves.Add(T.CreateChecked(tree.Leaves[~place]));
            return 1;
        }

        var (own, from) = (comparisons.Count, leaves.Count - first);
        comparisons.Add(default);
        var whenTrue = Add(tree, tree.Nodes[place].WhenTrue, comparisons, leaves, first);
        var mask = (uint)((1UL << whenTrue) - 1) << from;
        comparisons[own] = new((float)tree.Nodes[place].Threshold, mask, (nuint)(tree.Nodes[place].Slot * Rows));
        return whenTrue + Add(tree, tree.Nodes[place].WhenFalse, comparisons, leaves, first);
    }

    /// <param name="Threshold">A value may be at most this.</param>
    /// <param name="Leaves">A bit for each leaf that is gone when it is more.</param>
    /// <param name="Place">Where the value is of the first row.</param>
    private readonly record struct Comparison(float Threshold, uint Leaves, nuint Place);

    private readonly record struct Tree(int Comparisons, int FirstLeaf);
}
