namespace Assay.Statistics.Attribution;

/// <summary>
/// Exact Shapley values of a forest's sum against background rows, where a column that is not known has the value of a
/// background row: the game of interventional TreeSHAP (Lundberg and others, 2020; Janzing and others, "Feature relevance
/// quantification in explainable AI: a causal problem", AISTATS 2020). Safe to use from any number of threads.
/// </summary>
/// <remarks>
/// For one background row, a way down is open to the coalitions that know all columns by which only the row goes this way (u of them)
/// and none by which only the background row does (v). Each of the former earns u − 1 and v into a! b! / (a + b + 1)!
/// times the leaf, each of the latter loses that of u and v − 1.
/// </remarks>
public sealed class BackgroundTreeShap
{
    private readonly DecisionForest _forest;
    private readonly float[][] _background;
    private readonly double[,] _weights;

    /// <param name="forest">What is explained.</param>
    /// <param name="background">Vectors, at least one.</param>
    public BackgroundTreeShap(DecisionForest forest, float[][] background)
    {
        ArgumentOutOfRangeException.ThrowIfZero(background.Length);
        (_forest, _background) = (forest, background);
        _weights = Weights(forest.LongestWay().Players + 1);
        ExpectedValue = background.Sum(row => forest.Of(row)) / background.Length;
    }

    /// <summary>The forest's mean over the background: what the attributions are added to.</summary>
    public double ExpectedValue { get; }

    /// <summary>Adds the attribution of each player to what stands in <paramref name="attributions"/>.</summary>
    public void Add(ReadOnlySpan<float> vector, Span<double> attributions)
    {
        var sums = new double[_forest.Players];
        var sides = new Side[_forest.Players];
        foreach (var other in _background)
        {
            var walk = new Walk(this, vector, other, sums, sides);
            foreach (var tree in _forest.Trees)
                walk.Descend(tree, tree.Root, 0, 0);
        }

        for (var player = 0; player < sums.Length; player++)
            attributions[player] += sums[player] / _background.Length;
    }

    // a! b! / (a + b + 1)!, from 1 / (a + 1) on by the ratio of neighbours.
    private static double[,] Weights(int count)
    {
        var weights = new double[count, count];
        for (var a = 0; a < count; a++)
        {
            weights[a, 0] = 1.0 / (a + 1);
            for (var b = 1; b < count; b++)
                weights[a, b] = weights[a, b - 1] * b / (a + b + 1);
        }

        return weights;
    }

    /// <summary>Whose way a player decided for, where the two part.</summary>
    private enum Side : byte
    {
        Undecided,
        Row,
        Background,
    }

    private readonly ref struct Walk(
        BackgroundTreeShap shap, ReadOnlySpan<float> row, ReadOnlySpan<float> other, double[] sums, Side[] sides)
    {
        private readonly ReadOnlySpan<float> _row = row;
        private readonly ReadOnlySpan<float> _other = other;

        // What the leaves below earn each player on the row's side, and each on the background's.
        public (double Gain, double Loss) Descend(DecisionTree tree, int place, int known, int unknown)
        {
            if (place < 0)
            {
                var leaf = tree.Leaves[~place];
                return (known > 0 ? leaf * shap._weights[known - 1, unknown] : 0, unknown > 0 ? leaf * shap._weights[known, unknown - 1] : 0);
            }

            ref readonly var node = ref tree.Nodes[place];
            var player = shap._forest.PlayerOf[node.Slot];
            var rowsWay = node.Decide(_row) ? node.WhenTrue : node.WhenFalse;
            var othersWay = node.Decide(_other) ? node.WhenTrue : node.WhenFalse;
            if (rowsWay == othersWay || sides[player] == Side.Row)
                return Descend(tree, rowsWay, known, unknown);
            if (sides[player] == Side.Background)
                return Descend(tree, othersWay, known, unknown);

            sides[player] = Side.Row;
            var mine = Descend(tree, rowsWay, known + 1, unknown);
            sides[player] = Side.Background;
            var theirs = Descend(tree, othersWay, known, unknown + 1);
            sides[player] = Side.Undecided;
            sums[player] += mine.Gain - theirs.Loss;
            return (mine.Gain + theirs.Gain, mine.Loss + theirs.Loss);
        }
    }
}
