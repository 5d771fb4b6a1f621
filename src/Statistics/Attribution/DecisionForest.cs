namespace Assay.Statistics.Attribution;

/// <summary>How a node compares a value with its threshold.</summary>
public enum TreeComparison : byte
{
    /// <summary>value ≤ threshold.</summary>
    LessOrEqual,

    /// <summary>value &lt; threshold.</summary>
    Less,

    /// <summary>value ≥ threshold.</summary>
    GreaterOrEqual,

    /// <summary>value &gt; threshold.</summary>
    Greater,

    /// <summary>value = threshold.</summary>
    Equal,

    /// <summary>value ≠ threshold.</summary>
    NotEqual,
}

/// <summary>One comparison of a tree. A child c ≥ 0 is the comparison at c, and c &lt; 0 is the leaf at ~c.</summary>
/// <param name="Slot">Position in the vector of the value that is compared.</param>
/// <param name="Comparison">How.</param>
/// <param name="Threshold">With what.</param>
/// <param name="MissingIsTrue">Whether NaN goes the way of true.</param>
/// <param name="WhenTrue">Child.</param>
/// <param name="WhenFalse">Child.</param>
/// <param name="ShareTrue">Share of the training rows at this node that went the way of true; NaN when it is not known.</param>
public readonly record struct TreeNode(
    int Slot, TreeComparison Comparison, double Threshold, bool MissingIsTrue, int WhenTrue, int WhenFalse, double ShareTrue)
{
    /// <summary>Which way a vector goes here.</summary>
    public bool Decide(ReadOnlySpan<float> vector)
    {
        double value = vector[Slot];
        return Comparison switch
        {
            _ when double.IsNaN(value) => MissingIsTrue,
            TreeComparison.LessOrEqual => value <= Threshold,
            TreeComparison.Less => value < Threshold,
            TreeComparison.GreaterOrEqual => value >= Threshold,
            TreeComparison.Greater => value > Threshold,
            TreeComparison.Equal => value == Threshold,
            _ => value != Threshold,
        };
    }
}

/// <summary>A binary tree; the first comparison is its root, and a tree without comparisons has one leaf.</summary>
public sealed record DecisionTree(TreeNode[] Nodes, double[] Leaves)
{
    /// <summary>Where to start.</summary>
    public int Root => Nodes.Length > 0 ? 0 : ~0;

    /// <summary>The leaf that a vector ends in.</summary>
    public double Of(ReadOnlySpan<float> vector)
    {
        var place = Root;
        while (place >= 0)
        {
            ref readonly var node = ref Nodes[place];
            place = node.Decide(vector) ? node.WhenTrue : node.WhenFalse;
        }

        return Leaves[~place];
    }
}

/// <summary>
/// A sum of trees over a vector, several slots of which may belong to one player: the slots of a category's values, or a
/// number and the flag that says that it was missing, are one column to whoever asks why.
/// </summary>
/// <param name="Trees">The trees.</param>
/// <param name="PlayerOf">Of each slot of the vector its player, counted from 0.</param>
/// <param name="Players">Number of players.</param>
public sealed record DecisionForest(IReadOnlyList<DecisionTree> Trees, int[] PlayerOf, int Players)
{
    /// <summary>Whether every node knows how the training rows parted.</summary>
    public bool HasShares { get; } = Trees.All(tree => tree.Nodes.All(node => !double.IsNaN(node.ShareTrue)));

    /// <summary>The forest's sum, in double precision.</summary>
    public double Of(ReadOnlySpan<float> vector)
    {
        var sum = 0.0;
        foreach (var tree in Trees)
            sum += tree.Of(vector);
        return sum;
    }

    /// <summary>Comparisons on the longest way down, and the most players that one way asks.</summary>
    public (int Depth, int Players) LongestWay()
    {
        var (depth, players) = (0, 0);
        var asked = new int[Players];
        foreach (var tree in Trees)
            Descend(tree, tree.Root, 0, 0);
        return (depth, players);

        void Descend(DecisionTree tree, int place, int above, int different)
        {
            (depth, players) = (Math.Max(depth, above), Math.Max(players, different));
            if (place < 0)
                return;
            var player = PlayerOf[tree.Nodes[place].Slot];
            var isNew = asked[player]++ == 0 ? 1 : 0;
            Descend(tree, tree.Nodes[place].WhenTrue, above + 1, different + isNew);
            Descend(tree, tree.Nodes[place].WhenFalse, above + 1, different + isNew);
            asked[player]--;
        }
    }
}
