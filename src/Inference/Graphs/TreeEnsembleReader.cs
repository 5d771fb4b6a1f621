using Assay.Statistics.Attribution;

namespace Assay.Inference.Graphs;

/// <summary>Reads the parallel lists of ONNX's TreeEnsembleRegressor into trees.</summary>
internal static class TreeEnsembleReader
{
    // A walk of the tree takes a frame of the stack per comparison.
    private const int DepthMax = 500;

    private static readonly Dictionary<string, TreeComparison> Comparisons = new(StringComparer.Ordinal)
    {
        ["BRANCH_LEQ"] = TreeComparison.LessOrEqual,
        ["BRANCH_LT"] = TreeComparison.Less,
        ["BRANCH_GTE"] = TreeComparison.GreaterOrEqual,
        ["BRANCH_GT"] = TreeComparison.Greater,
        ["BRANCH_EQ"] = TreeComparison.Equal,
        ["BRANCH_NEQ"] = TreeComparison.NotEqual,
    };

    /// <summary>The score, or null when the ensemble is of a kind that isn't read here.</summary>
    /// <exception cref="InvalidDataException">The lists don't make trees.</exception>
    public static ForestColumnScore? Read(OnnxNode node, Slot[] slots, int inputs)
    {
        var aggregate = node.Of("aggregate_function").Text ?? "SUM";
        if ((node.Of("n_targets").Whole ?? 1) != 1 || aggregate is not ("SUM" or "AVERAGE"))
            return null;
        var lists = new Lists(node);
        lists.Check(slots.Length);
        var trees = lists.Roots().Select(root => new TreeMaker(lists, root).Make()).ToArray();
        var score = new ForestColumnScore(slots, new([.. trees], [.. slots.Select(slot => slot.Input)], inputs), 0);
        var scaled = aggregate == "AVERAGE" ? (ForestColumnScore)score.Times(1.0 / trees.Length) : score;
        return scaled with { Bias = node.NumbersOf("base_values").Sum() };
    }

    private sealed class Lists
    {
        private readonly Dictionary<(long Tree, long Node), int> _places = [];
        private readonly List<string> _modes;
        private readonly List<long> _missing;

        public Lists(OnnxNode node)
        {
            Trees = node.Of("nodes_treeids").Wholes;
            Nodes = node.Of("nodes_nodeids").Wholes;
            Slots = node.Of("nodes_featureids").Wholes;
            WhenTrue = node.Of("nodes_truenodeids").Wholes;
            WhenFalse = node.Of("nodes_falsenodeids").Wholes;
            Thresholds = node.NumbersOf("nodes_values");
            _modes = node.Of("nodes_modes").Texts;
            _missing = node.Of("nodes_missing_value_tracks_true").Wholes;
            Rows = node.NumbersOf("nodes_hitrates");
            for (var place = 0; place < Nodes.Count && place < Trees.Count; place++)
                _places[(Trees[place], Nodes[place])] = place;
            var weights = node.NumbersOf("target_weights");
            var (trees, nodes) = (node.Of("target_treeids").Wholes, node.Of("target_nodeids").Wholes);
            if (weights.Count != trees.Count || weights.Count != nodes.Count)
                throw new InvalidDataException("The trees' leaves have lists of different lengths.");
            Leaves = new double[Nodes.Count];
            for (var i = 0; i < weights.Count; i++)
                Leaves[PlaceOf(trees[i], nodes[i])] += weights[i];
        }

        public List<long> Trees { get; }

        public List<long> Nodes { get; }

        public List<long> Slots { get; }

        public List<long> WhenTrue { get; }

        public List<long> WhenFalse { get; }

        public IReadOnlyList<double> Thresholds { get; }

        /// <summary>Empty when they aren't there, or aren't counts: some exporters fill the list with ones.</summary>
        public IReadOnlyList<double> Rows { get; private set; }

        public double[] Leaves { get; }

        public void Check(int width)
        {
            var count = Nodes.Count;
            if (count == 0 || new[] { Trees.Count, Slots.Count, WhenTrue.Count, WhenFalse.Count, Thresholds.Count, _modes.Count }.Any(other => other != count))
                throw new InvalidDataException("The trees' nodes have lists of different lengths.");
            if (Slots.Any(slot => slot < 0 || slot >= width))
                throw new InvalidDataException("A tree compares a value that the vector doesn't have.");
            if (Rows.Count != count || Enumerable.Range(0, count).Any(place => !IsLeaf(place) && !AddsUp(place)))
                Rows = [];
        }

        /// <summary>The first node of each tree.</summary>
        public IEnumerable<int> Roots() => Enumerable.Range(0, Nodes.Count).DistinctBy(place => Trees[place]);

        public bool IsLeaf(int place) => _modes[place] == "LEAF";

        public bool MissingIsTrue(int place) => place < _missing.Count && _missing[place] == 1;

        public TreeComparison ComparisonOf(int place) => Comparisons.TryGetValue(_modes[place], out var comparison)
            ? comparison
            : throw new InvalidDataException($"A tree compares by '{_modes[place]}'.");

        public int Child(int place, bool whenTrue) => PlaceOf(Trees[place], (whenTrue ? WhenTrue : WhenFalse)[place]);

        /// <summary>Where no training row came, both ways are as good.</summary>
        public double ShareTrue(int place) => Rows.Count == 0 ? double.NaN
            : Rows[place] == 0 ? 0.5
            : Rows[Child(place, true)] / Rows[place];

        private bool AddsUp(int place)
        {
            var parts = Rows[Child(place, true)] + Rows[Child(place, false)];
            return Rows[place] >= 0 && Math.Abs(parts - Rows[place]) <= 1e-6 * Rows[place];
        }

        private int PlaceOf(long tree, long node) => _places.TryGetValue((tree, node), out var place)
            ? place
            : throw new InvalidDataException("A tree names a node that isn't there.");
    }

    private sealed class TreeMaker(Lists lists, int root)
    {
        private readonly List<TreeNode> _nodes = [];
        private readonly List<double> _leaves = [];
        private readonly HashSet<int> _seen = [];

        public DecisionTree Make()
        {
            Add(root, 0);
            return new([.. _nodes], [.. _leaves]);
        }

        private int Add(int place, int depth)
        {
            if (depth > DepthMax || !_seen.Add(place))
                throw new InvalidDataException("A tree is deeper than 500 comparisons, or comes back to where it was.");
            if (lists.IsLeaf(place))
            {
                _leaves.Add(lists.Leaves[place]);
                return ~(_leaves.Count - 1);
            }

            var own = _nodes.Count;
            _nodes.Add(default);
            var (whenTrue, whenFalse) = (Add(lists.Child(place, true), depth + 1), Add(lists.Child(place, false), depth + 1));
            _nodes[own] = new(
                (int)lists.Slots[place], lists.ComparisonOf(place), lists.Thresholds[place], lists.MissingIsTrue(place), whenTrue, whenFalse, lists.ShareTrue(place));
            return own;
        }
    }
}
