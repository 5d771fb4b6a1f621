using System.Numerics;
using Assay.Statistics.Special;

namespace Assay.Statistics.Attribution;

/// <summary>
/// Exact Shapley values of a forest's sum, where a column that is not known is answered by the share of the training rows
/// that went each way: the game of path-dependent TreeSHAP (Lundberg and others, "From local explanations to global
/// understanding with explainable AI for trees", Nature Machine Intelligence 2, 2020). Safe to use from any number of threads.
/// </summary>
/// <remarks>
/// A Shapley value is an integral over the diagonal of the game's multilinear extension (Owen, "Multilinear extensions of
/// games", Management Science 18, 1972). For one leaf that integrand is v · Π (oⱼ·t + zⱼ·(1 − t)) over the players of its
/// way, where o says whether the row goes this way and z is the share of the training rows that do: a polynomial of t, which
/// Gauss–Legendre quadrature integrates exactly. So one walk of a tree carries the products down and the sums up, without the
/// alternating sums that make the original recursion lose digits. Cost of a row: comparisons times players of a way, halved.
/// </remarks>
public sealed class TreeShap
{
    private readonly DecisionForest _forest;
    private readonly int _depth;
    private readonly Vector<double>[] _nodes;
    private readonly Vector<double>[] _weights;

    /// <exception cref="ArgumentException">The forest doesn't know how its training rows parted.</exception>
    public TreeShap(DecisionForest forest)
    {
        if (!forest.HasShares)
            throw new ArgumentException("The forest doesn't know how its training rows parted.", nameof(forest));
        _forest = forest;
        (_depth, var players) = forest.LongestWay();
        var rule = GaussLegendre.Of(Math.Max(1, (players + 1) / 2));
        _nodes = Pack(rule.Nodes, filler: 0.5);
        _weights = Pack(rule.Weights, filler: 0);
        ExpectedValue = forest.Trees.Sum(tree => Expected(tree, tree.Root));
    }

    /// <summary>The forest's mean over the training rows as their shares tell it: what the attributions are added to.</summary>
    public double ExpectedValue { get; }

    /// <summary>Adds the attribution of each player to what stands in <paramref name="attributions"/>.</summary>
    public void Add(ReadOnlySpan<float> vector, Span<double> attributions)
    {
        var walk = new Walk(this, vector, attributions);
        foreach (var tree in _forest.Trees)
            walk.Descend(tree, tree.Root, 0);
    }

    private static double Expected(DecisionTree tree, int place)
    {
        if (place < 0)
            return tree.Leaves[~place];
        ref readonly var node = ref tree.Nodes[place];
        return node.ShareTrue * Expected(tree, node.WhenTrue) + (1 - node.ShareTrue) * Expected(tree, node.WhenFalse);
    }

    private static Vector<double>[] Pack(double[] values, double filler)
    {
        var lanes = Vector<double>.Count;
        var padded = new double[(values.Length + lanes - 1) / lanes * lanes];
        Array.Fill(padded, filler);
        values.CopyTo(padded, 0);
        return [.. Enumerable.Range(0, padded.Length / lanes).Select(i => new Vector<double>(padded, i * lanes))];
    }

    /// <summary>One row's way through the trees, with what it remembers on the way.</summary>
    private readonly ref struct Walk
    {
        private readonly TreeShap _shap;
        private readonly ReadOnlySpan<float> _vector;
        private readonly Span<double> _attributions;
        private readonly bool[] _goes;       // of each player: whether the row goes all of this way by what it asked so far
        private readonly double[] _shares;   // of each player: the share of the training rows that do
        private readonly Vector<double>[] _products;   // by depth
        private readonly Vector<double>[] _sums;       // by depth

        public Walk(TreeShap shap, ReadOnlySpan<float> vector, Span<double> attributions)
        {
            _shap = shap;
            _vector = vector;
            _attributions = attributions;
            _goes = new bool[shap._forest.Players];
            _shares = new double[shap._forest.Players];
            Array.Fill(_goes, true);
            Array.Fill(_shares, 1);
            _products = new Vector<double>[(shap._depth + 1) * shap._nodes.Length];
            _sums = new Vector<double>[_products.Length];
            Products(0).Fill(Vector<double>.One);
        }

        // Leaves in Sums the sum over the leaves below of value times product.
        public void Descend(DecisionTree tree, int place, int depth)
        {
            var sums = Sums(depth);
            if (place < 0)
            {
                var value = new Vector<double>(tree.Leaves[~place]);
                var products = Products(depth);
                for (var q = 0; q < sums.Length; q++)
                    sums[q] = value * products[q];
                return;
            }

            sums.Clear();
            ref readonly var node = ref tree.Nodes[place];
            var isTrue = node.Decide(_vector);
            Branch(tree, place, depth, isTrue, node.WhenTrue, node.ShareTrue);
            Branch(tree, place, depth, !isTrue, node.WhenFalse, 1 - node.ShareTrue);
        }

        private void Branch(DecisionTree tree, int place, int depth, bool follows, int child, double part)
        {
            var player = _shap._forest.PlayerOf[tree.Nodes[place].Slot];
            var (goesAbove, shareAbove) = (_goes[player], _shares[player]);
            var (goes, share) = (goesAbove && follows, shareAbove * part);
            if (!goes && share == 0)
                return;   // no row comes here, whatever is known

            Multiply(depth, (goesAbove, shareAbove), (goes, share), part);
            (_goes[player], _shares[player]) = (goes, share);
            Descend(tree, child, depth + 1);
            (_goes[player], _shares[player]) = (goesAbove, shareAbove);

            // What a way earns a player is counted anew where the player is asked again: less what was counted above.
            if (goesAbove)
                _attributions[player] += Earned(depth + 1, shareAbove, goes ? share : null);
            var sums = Sums(depth);
            var below = Sums(depth + 1);
            for (var q = 0; q < sums.Length; q++)
                sums[q] += below[q];
        }

        // Puts the player's new factor of the product in the place of the former one.
        private void Multiply(int depth, (bool Goes, double Share) above, (bool Goes, double Share) below, double part)
        {
            var products = Products(depth);
            var next = Products(depth + 1);
            for (var q = 0; q < next.Length; q++)
            {
                var t = _shap._nodes[q];
                next[q] = !above.Goes ? products[q] * part
                    : products[q] * (below.Goes ? Known(t, below.Share) : (Vector<double>.One - t) * below.Share) / Known(t, above.Share);
            }
        }

        private double Earned(int depth, double shareAbove, double? share)
        {
            var total = Vector<double>.Zero;
            var below = Sums(depth);
            for (var q = 0; q < below.Length; q++)
            {
                var t = _shap._nodes[q];
                var rate = share is { } known
                    ? new Vector<double>(1 - known) / Known(t, known)
                    : -Vector<double>.One / (Vector<double>.One - t);
                total += _shap._weights[q] * below[q] * (rate - new Vector<double>(1 - shareAbove) / Known(t, shareAbove));
            }

            return Vector.Sum(total);
        }

        private static Vector<double> Known(Vector<double> t, double share) => t + (Vector<double>.One - t) * share;

        private Span<Vector<double>> Products(int depth) => _products.AsSpan(depth * _shap._nodes.Length, _shap._nodes.Length);

        private Span<Vector<double>> Sums(int depth) => _sums.AsSpan(depth * _shap._nodes.Length, _shap._nodes.Length);
    }
}
