using Assay.Statistics.Attribution;

namespace Assay.Tests.Statistics;

/// <summary>Small random forests, and the games that explain them, written down from their definitions.</summary>
internal sealed class RandomForest
{
    private readonly Random _random;

    public RandomForest(int seed, int players, int slots, int trees = 3, int depth = 5)
    {
        _random = new(seed);
        int[] playerOf = [.. Enumerable.Range(0, slots).Select(slot => slot % players)];
        Forest = new([.. Enumerable.Range(0, trees).Select(_ => Tree(slots, depth))], playerOf, players);
        Row = Vector(slots);
        Background = [.. Enumerable.Range(0, 5).Select(_ => Vector(slots))];
    }

    public DecisionForest Forest { get; }

    public float[] Row { get; }

    public float[][] Background { get; }

    /// <summary>What the forest says when only these players are known, and others go both ways by the training rows' shares.</summary>
    public double ByShares(bool[] known)
    {
        return Forest.Trees.Sum(tree => Of(tree, tree.Root));

        double Of(DecisionTree tree, int place)
        {
            if (place < 0)
                return tree.Leaves[~place];
            var node = tree.Nodes[place];
            if (known[Forest.PlayerOf[node.Slot]])
                return Of(tree, node.Decide(Row) ? node.WhenTrue : node.WhenFalse);
            return node.ShareTrue * Of(tree, node.WhenTrue) + (1 - node.ShareTrue) * Of(tree, node.WhenFalse);
        }
    }

    /// <summary>What the forest says on average when these players are the row's and the others a background row's.</summary>
    public double ByBackground(bool[] known) => Background.Average(other =>
        Forest.Of(Row.Select((value, slot) => known[Forest.PlayerOf[slot]] ? value : other[slot]).ToArray()));

    /// <summary>Shapley values by their first definition: the mean over every order of players of what each adds when it comes.</summary>
    public static double[] Shapley(int players, Func<bool[], double> game)
    {
        var sums = new double[players];
        var orders = 0;
        Visit([.. Enumerable.Range(0, players)], 0);
        return Array.ConvertAll(sums, sum => sum / orders);

        void Visit(int[] order, int place)
        {
            if (place == players)
            {
                orders++;
                var known = new bool[players];
                var before = game(known);
                foreach (var player in order)
                {
                    known[player] = true;
                    var after = game(known);
                    sums[player] += after - before;
                    before = after;
                }

                return;
            }

            for (var i = place; i < players; i++)
            {
                (order[place], order[i]) = (order[i], order[place]);
                Visit(order, place + 1);
                (order[place], order[i]) = (order[i], order[place]);
            }
        }
    }

    private float[] Vector(int slots) => [.. Enumerable.Range(0, slots).Select(_ => _random.Next(12) == 0 ? float.NaN : (float)_random.NextDouble())];

    private DecisionTree Tree(int slots, int depth)
    {
        var (nodes, leaves) = (new List<TreeNode>(), new List<double>());
        Grow(depth);
        return new([.. nodes], [.. leaves]);

        int Grow(int left)
        {
            if (left == 0 || (left < depth && _random.Next(6) == 0))
            {
                leaves.Add(_random.NextDouble() * 20 - 10);
                return ~(leaves.Count - 1);
            }

            var place = nodes.Count;
            nodes.Add(default);
            var (whenTrue, whenFalse) = (Grow(left - 1), Grow(left - 1));
            var share = _random.Next(8) switch { 0 => 0, 1 => 1, _ => _random.NextDouble() };   // ways that no training row went, too
            nodes[place] = new(
                _random.Next(slots), (TreeComparison)_random.Next(4), _random.NextDouble(), _random.Next(2) == 0, whenTrue, whenFalse, share);
            return place;
        }
    }
}
