using System.Buffers;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Assay.Statistics.Attribution;

namespace Assay.Inference.Compiled;

/// <summary>
/// Trees as one table of nodes, in which four are walked side by side without a branch that depends on the data: a walk is
/// a chain of loads, and a processor waits for four chains as long as for one.
/// </summary>
/// <typeparam name="T">In which precision the leaves are added up.</typeparam>
internal sealed class TreeTable<T> : ScoreTable
    where T : unmanaged, INumber<T>
{
    private const int Abreast = 4;
    private const int RowsAbreast = 64;
    private const int WalkedMax = 5;   // so many rows and more are faster by masks, even where most places of a block are empty
    private readonly Node[] _nodes;
    private readonly T[] _values;   // of the leaf at a node; a comparison has none
    private readonly Walk[] _walks;
    private readonly T _base;
    private readonly LeafMasks<T>? _masks;

    /// <exception cref="NotSupportedException">A node compares in a way that this table can't.</exception>
    public TreeTable(DecisionForest forest, double baseValue)
    {
        var (nodes, values, roots) = (new List<Node>(), new List<T>(), new List<(int Root, int Depth)>());
        foreach (var tree in forest.Trees)
            roots.Add(Add(tree, nodes, values));
        if (roots.Count == 0)
            throw new NotSupportedException("There are no trees.");
        (_nodes, _values, _base) = ([.. nodes], [.. values], T.CreateChecked(baseValue));
        _masks = LeafMasks<T>.Of(forest);
        _walks = [.. roots.Chunk(Abreast).Select(chunk => new Walk(chunk))];
    }

    /// <summary>Adds up the leaves of each vector, tree after tree, and the base value at last.</summary>
    public override void Score(ReadOnlySpan<float> vectors, int width, Span<float> scores)
    {
        var done = _masks is null || scores.Length < WalkedMax ? 0 : scores.Length;
        if (done > 0)
            ScoreByMasks(_masks!, vectors, width, scores);
        for (; done < scores.Length; done += RowsAbreast)
            ScoreByWalks(vectors[(done * width)..], width, scores.Slice(done, Math.Min(RowsAbreast, scores.Length - done)));
    }

    private void ScoreByMasks(LeafMasks<T> masks, ReadOnlySpan<float> vectors, int width, Span<float> scores)
    {
        const int Rows = LeafMasks<T>.Rows * LeafMasks<T>.Groups;
        Span<T> sums = stackalloc T[Rows];
        var turned = ArrayPool<float>.Shared.Rent(width * Rows);
        for (var start = 0; start < scores.Length; start += Rows)
        {
            var count = Math.Min(Rows, scores.Length - start);
            Turn(vectors.Slice(start * width, count * width), width, turned);
            sums.Clear();
            masks.Add(turned, width, count, sums);
            Finish(sums[..count], scores[start..]);
        }

        ArrayPool<float>.Shared.Return(turned);
    }

    // Where there are fewer rows, what earlier ones left in their places is computed, and nobody looks at it.
    private static void Turn(ReadOnlySpan<float> vectors, int width, Span<float> turned)
    {
        for (var row = 0; row * width < vectors.Length; row++)
        {
            var vector = vectors.Slice(row * width, width);
            var (group, place) = Math.DivRem(row, LeafMasks<T>.Rows);
            var own = turned[(group * LeafMasks<T>.Rows * width + place)..];
            for (var value = 0; value < vector.Length; value++)
                own[value * LeafMasks<T>.Rows] = vector[value];
        }
    }

    private void ScoreByWalks(ReadOnlySpan<float> vectors, int width, Span<float> scores)
    {
        Span<T> sums = stackalloc T[RowsAbreast];
        sums = sums[..scores.Length];
        sums.Clear();
        foreach (ref readonly var walk in _walks.AsSpan())   // outside, so that four trees stay in the cache for all vectors
        {
            for (var row = 0; row < sums.Length; row++)
                Add(in walk, vectors.Slice(row * width, width), ref sums[row]);
        }

        Finish(sums, scores);
    }

    private void Finish(ReadOnlySpan<T> sums, Span<float> scores)
    {
        for (var row = 0; row < sums.Length; row++)
            scores[row] = float.CreateTruncating(sums[row] + _base);
    }

    // Slots and children were checked when the table was made.
    private void Add(in Walk walk, ReadOnlySpan<float> vector, ref T sum)
    {
        ref var nodes = ref MemoryMarshal.GetArrayDataReference(_nodes);
        ref var values = ref MemoryMarshal.GetReference(vector);
        var (a, b, c, d) = (walk.A, walk.B, walk.C, walk.D);
        for (var step = walk.Depth; step > 0; step--)
        {
            a = Unsafe.Add(ref nodes, a).Next(ref values);
            b = Unsafe.Add(ref nodes, b).Next(ref values);
            c = Unsafe.Add(ref nodes, c).Next(ref values);
            d = Unsafe.Add(ref nodes, d).Next(ref values);
        }

        sum += _values[a];
        if (walk.Count > 1)
            sum += _values[b];
        if (walk.Count > 2)
            sum += _values[c];
        if (walk.Count > 3)
            sum += _values[d];
    }

    private static (int Root, int Depth) Add(DecisionTree tree, List<Node> nodes, List<T> values)
    {
        var first = nodes.Count;
        foreach (var node in tree.Nodes)
        {
            if (node.Comparison != TreeComparison.LessOrEqual || node.MissingIsTrue || (float)node.Threshold != node.Threshold)
                throw new NotSupportedException("A tree compares in another way than value ≤ threshold in single precision.");
            nodes.Add(new((float)node.Threshold, node.Slot, Place(node.WhenTrue), Place(node.WhenFalse)));
            values.Add(default);
        }

        foreach (var leaf in tree.Leaves)
        {
            nodes.Add(new(0, 0, nodes.Count, nodes.Count));   // goes on to itself, so that short ways wait for long ones
            values.Add(T.CreateChecked(leaf));
        }

        return (Place(tree.Root), DepthOf(tree, tree.Root));

        int Place(int child) => first + (child >= 0 ? child : tree.Nodes.Length + ~child);
    }

    private static int DepthOf(DecisionTree tree, int place) =>
        place < 0 ? 0 : 1 + Math.Max(DepthOf(tree, tree.Nodes[place].WhenTrue), DepthOf(tree, tree.Nodes[place].WhenFalse));

    /// <summary>A comparison, or a leaf, both of whose children are itself.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private struct Node(float threshold, int slot, int whenTrue, int whenFalse)
    {
        private readonly float _threshold = threshold;
        private readonly int _slot = slot;
        private int _whenFalse = whenFalse;   // the child that follows it in memory is the other one
        private readonly int _whenTrue = whenTrue;

        // A branch here would be guessed wrong every other time, which takes longer than all the rest.
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public int Next(ref float values) =>
            Unsafe.Add(ref Unsafe.AsRef(ref _whenFalse), (nint)Unsafe.BitCast<bool, byte>(Unsafe.Add(ref values, _slot) <= _threshold));
    }

    /// <summary>Up to four trees; places that are left over repeat the first and are not counted.</summary>
    private readonly struct Walk((int Root, int Depth)[] roots)
    {
        public readonly int A = roots[0].Root;
        public readonly int B = roots[Math.Min(1, roots.Length - 1)].Root;
        public readonly int C = roots[Math.Min(2, roots.Length - 1)].Root;
        public readonly int D = roots[Math.Min(3, roots.Length - 1)].Root;
        public readonly int Depth = roots.Max(root => root.Depth);
        public readonly int Count = roots.Length;
    }
}
