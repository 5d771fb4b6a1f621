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
/// leaves of a tree stand in them too, and each row's is picked there.
/// </summary>
/// <typeparam name="T">In which precision the leaves are added up.</typeparam>
internal sealed class LeafMasks<T>
    where T : unmanaged, INumber<T>
{
    /// <summary>Rows that are computed together; fewer are better walked.</summary>
    public const int Rows = 16;

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

    /// <summary>Adds up the leaves of sixteen vectors, tree after tree.</summary>
    /// <param name="vectors">Value by value: the first of all sixteen, then the second of all.</param>
    /// <param name="sums">Sixteen.</param>
    public void Add(ReadOnlySpan<float> vectors, Span<T> sums)
    {
        if (LeafPick.IsSupported)
            AddAtOnce(vectors, sums);
        else
            AddByHalves(vectors, sums);
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
                var fails = Avx512F.CompareNotLessThanOrEqual(Vector512.LoadUnsafe(ref values, comparison.Place), Vector512.Create(comparison.Threshold));
                gone = Vector512.ConditionalSelect(fails.AsUInt32(), gone | Vector512.Create(comparison.Leaves), gone);
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
