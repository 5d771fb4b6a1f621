using Assay.Learning.Features;
using Assay.Learning.Trainers;

namespace Assay.Learning.Onnx;

/// <summary>
/// Counts how many training rows come to each node of the trees: what exact explanations need to know about the data, and
/// no row of it. The graph carries the counts where ONNX has a place for them, in <c>nodes_hitrates</c>.
/// </summary>
internal static class TreeRows
{
    // Shares don't become truer by more rows, and a graph's single precision holds whole numbers only up to 2²⁴.
    private const int RowsMax = 100_000;

    public static TreesScore Count(TreesScore trees, Encoder encoder, ReadOnlySpan<int> train)
    {
        var counts = trees.Trees.Select(tree => new int[tree.Slots.Length + tree.Leaves.Length]).ToArray();
        var vector = new float[encoder.Width];
        var step = (train.Length + RowsMax - 1) / RowsMax;
        for (var i = 0; i < train.Length; i += step)
        {
            encoder.Encode(train[i]).CopyTo(vector);
            for (var tree = 0; tree < counts.Length; tree++)
                CountWay(trees.Trees[tree], vector, counts[tree]);
        }

        return trees with { Trees = [.. trees.Trees.Select((tree, i) => tree with { Rows = counts[i] })] };
    }

    private static void CountWay(DecisionTree tree, float[] vector, int[] counts)
    {
        var place = tree.Slots.Length > 0 ? 0 : ~0;
        for (; place >= 0; place = vector[tree.Slots[place]] <= tree.Thresholds[place] ? tree.Left[place] : tree.Right[place])
            counts[place]++;
        counts[tree.Slots.Length + ~place]++;
    }
}
