using Assay.Statistics.Attribution;

namespace Assay.Inference.Graphs;

/// <summary>Reads the parallel lists of ONNX's TreeEnsembleRegressor and TreeEnsembleClassifier into trees.</summary>
internal static class TreeEnsembleReader
{
    // A walk of the tree takes a frame of the stack per comparison.
    private const int DepthMax = 500;

    // What more takes to remember isn't worth a reason, and a graph may claim any number of targets.
    private const int TargetsMax = 1000;
    private const long LeavesMax = 20_000_000;   // of all targets

    private static readonly Dictionary<string, TreeComparison> Comparisons = new(StringComparer.Ordinal)
    {
        ["BRANCH_LEQ"] = TreeComparison.LessOrEqual,
        ["BRANCH_LT"] = TreeComparison.Less,
        ["BRANCH_GTE"] = TreeComparison.GreaterOrEqual,
        ["BRANCH_GT"] = TreeComparison.Greater,
        ["BRANCH_EQ"] = TreeComparison.Equal,
        ["BRANCH_NEQ"] = TreeComparison.NotEqual,
    };

    /// <summary>The score of each target, or null when the ensemble is of a kind that isn't read here.</summary>
    /// <param name="node">The operator.</param>
    /// <param name="owner">What leaves belong to: <c>target</c>, or <c>class</c> of a classifier.</param>
    /// <param name="targets">How many of them there are.</param>
    /// <param name="slots">What the trees compare.</param>
    /// <param name="inputs">Of how many inputs those come.</param>
    /// <exception cref="InvalidDataException">The lists don't make trees.</exception>
    public static ForestColumnScore[]? Read(OnnxNode node, string owner, long targets, Slot[] slots, int inputs)
    {
        if (targets is < 1 or > TargetsMax || targets * node.Of("nodes_nodeids").Wholes.Count > LeavesMax)
            return null;
        var (aggregate, bases) = (node.Of("aggregate_function").Text ?? "SUM", node.NumbersOf("base_values"));
        if (aggregate is not ("SUM" or "AVERAGE") || (bases.Count > 0 && bases.Count != targets))
            return null;
        var lists = new Lists(node, owner, (int)targets);
        lists.Check(slots.Length);
        var makers = lists.Roots().Select(root => new TreeMaker(lists, root)).ToArray();
        int[] players = [.. slots.Select(slot => slot.Input)];
        return [.. Enumerable.Range(0, (int)targets).Select(target =>
        {
            DecisionTree[] trees = [.. makers.Select(maker => maker.Tree(target)).Where(tree => targets == 1 || tree.Leaves.Any(leaf => leaf != 0))];
            var score = new ForestColumnScore(slots, new(trees, players, inputs), 0);
            var scaled = aggregate == "AVERAGE" ? (ForestColumnScore)score.Times(1.0 / makers.Length) : score;
            return scaled with { Bias = bases.Count > 0 ? bases[target] : 0 };
        })];
    }

    private sealed class Lists
    {
        private readonly Dictionary<(long Tree, long Node), int> _places = [];
        private readonly List<string> _modes;
        private readonly List<long> _missing;

        public Lists(OnnxNode node, string owner, int targets)
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
            var weights = node.NumbersOf(owner + "_weights");
            var (trees, nodes, owners) = (node.Of(owner + "_treeids").Wholes, node.Of(owner + "_nodeids").Wholes, node.Of(owner + "_ids").Wholes);
            if (weights.Count != trees.Count || weights.Count != nodes.Count || (targets > 1 && weights.Count != owners.Count))
                throw new InvalidDataException("The trees' leaves have lists of different lengths.");
            Leaves = [.. Enumerable.Range(0, targets).Select(_ => new double[Nodes.Count])];
            for (var i = 0; i < weights.Count; i++)
            {
                var target = targets == 1 ? 0 : owners[i];
                if (target < 0 || target >= targets)
                    throw new InvalidDataException("A leaf of the trees belongs to nothing.");
                Leaves[target][PlaceOf(trees[i], nodes[i])] += weights[i];
            }
        }

        public List<long> Trees { get; }

        public List<long> Nodes { get; }

        public List<long> Slots { get; }

        public List<long> WhenTrue { get; }

        public List<long> WhenFalse { get; }

        public IReadOnlyList<double> Thresholds { get; }

        /// <summary>Empty when they aren't there, or aren't counts: some exporters fill the list with ones.</summary>
        public IReadOnlyList<double> Rows { get; private set; }

        /// <summary>Of each target what the nodes add to it.</summary>
        public double[][] Leaves { get; }

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

    private sealed class TreeMaker
    {
        private readonly Lists _lists;
        private readonly List<TreeNode> _nodes = [];
        private readonly List<int> _leaves = [];   // where they stand in the lists
        private readonly HashSet<int> _seen = [];
        private readonly TreeNode[] _made;

        public TreeMaker(Lists lists, int root)
        {
            _lists = lists;
            Add(root, 0);
            _made = [.. _nodes];
        }

        public DecisionTree Tree(int target) => new(_made, [.. _leaves.Select(place => _lists.Leaves[target][place])]);

        private int Add(int place, int depth)
        {
            if (depth > DepthMax || !_seen.Add(place))
                throw new InvalidDataException("A tree is deeper than 500 comparisons, or comes back to where it was.");
            if (_lists.IsLeaf(place))
            {
                _leaves.Add(place);
                return ~(_leaves.Count - 1);
            }

            var own = _nodes.Count;
            _nodes.Add(default);
            var (whenTrue, whenFalse) = (Add(_lists.Child(place, true), depth + 1), Add(_lists.Child(place, false), depth + 1));
            _nodes[own] = new(
                (int)_lists.Slots[place], _lists.ComparisonOf(place), _lists.Thresholds[place], _lists.MissingIsTrue(place), whenTrue, whenFalse, _lists.ShareTrue(place));
            return own;
        }
    }
}
