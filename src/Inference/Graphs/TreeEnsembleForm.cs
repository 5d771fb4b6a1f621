namespace Assay.Inference.Graphs;

/// <summary>
/// Rewrites a <c>TreeEnsemble</c>, which ai.onnx.ml 5 has in the place of regressor and classifier, as the
/// <c>TreeEnsembleRegressor</c> that computes the same: its comparisons and leaves stand in lists of their own, and a
/// comparison may ask for any of a set of values (https://onnx.ai/onnx/operators/onnx_aionnxml_TreeEnsemble.html).
/// </summary>
internal sealed class TreeEnsembleForm
{
    private const double Member = 6;   // of modes
    private const int RowsMax = 2_000_000;
    private const int DepthMax = 500;

    private static readonly OnnxAttribute Empty = new(null, null, null, null, [], [], []);
    private static readonly string[] Modes = ["BRANCH_LEQ", "BRANCH_LT", "BRANCH_GTE", "BRANCH_GT", "BRANCH_EQ", "BRANCH_NEQ"];
    private static readonly string[] Aggregations = ["AVERAGE", "SUM", "MIN", "MAX"];
    private static readonly string[] Transforms = ["NONE", "SOFTMAX", "LOGISTIC", "SOFTMAX_ZERO", "PROBIT"];

    private readonly OnnxNode _node;
    private readonly IReadOnlyList<double> _splits;
    private readonly IReadOnlyList<double> _modes;
    private readonly Way _true;
    private readonly Way _false;
    private readonly Dictionary<int, List<double>> _sets = [];   // of comparisons with several values
    private readonly List<Row> _rows = [];

    private TreeEnsembleForm(OnnxNode node)
    {
        _node = node;
        (_splits, _modes) = (Tensor("nodes_splits"), Tensor("nodes_modes"));
        _true = new(Wholes("nodes_trueleafs"), Wholes("nodes_truenodeids"));
        _false = new(Wholes("nodes_falseleafs"), Wholes("nodes_falsenodeids"));
        var count = Wholes("nodes_featureids").Count;
        if (new[] { _splits.Count, _modes.Count, _true.IsLeaf.Count, _true.Place.Count, _false.IsLeaf.Count, _false.Place.Count }.Any(other => other != count)
            || Wholes("leaf_targetids").Count != Tensor("leaf_weights").Count)
            throw new InvalidDataException("The trees' lists have different lengths.");
        ReadSets();
    }

    /// <summary>The same as a regressor.</summary>
    /// <exception cref="InvalidDataException">The lists don't make trees.</exception>
    public static OnnxNode AsRegressor(OnnxNode node)
    {
        var form = new TreeEnsembleForm(node);
        var roots = form.Wholes("tree_roots");
        for (var tree = 0; tree < roots.Count; tree++)
            form.AddComparison(roots[tree], tree, 0);
        return form.Written();
    }

    // A set's values come one behind the other, and between two sets stands a NaN.
    private void ReadSets()
    {
        var (members, place) = (Tensor("membership_values"), 0);
        for (var comparison = 0; comparison < _modes.Count; comparison++)
        {
            if (_modes[comparison] != Member)
                continue;
            List<double> values = [.. members.Skip(place).TakeWhile(value => !double.IsNaN(value))];
            place += values.Count + 1;
            _sets[comparison] = values.Count > 0 ? values : throw new InvalidDataException("A comparison of the trees has an empty set.");
        }
    }

    private int AddComparison(long place, int tree, int depth)
    {
        if (place < 0 || place >= _modes.Count || depth > DepthMax)
            throw new InvalidDataException("A tree names a comparison that isn't there, or is deeper than 500 of them.");
        return _sets.TryGetValue((int)place, out var values) ? AddSet((int)place, values, 0, tree, depth) : AddOne((int)place, tree, depth);
    }

    private int AddOne(int at, int tree, int depth)
    {
        var row = AddRow(new() { Tree = tree, Mode = ModeOf(at), Value = _splits[at], Comparison = at });
        row.WhenTrue = AddChild(_true, at, tree, depth);
        row.WhenFalse = AddChild(_false, at, tree, depth);
        return row.Id;
    }

    // One value, or else any of the others.
    private int AddSet(int at, List<double> values, int first, int tree, int depth)
    {
        var row = AddRow(new() { Tree = tree, Mode = "BRANCH_EQ", Value = values[first], Comparison = at });
        row.WhenTrue = AddChild(_true, at, tree, depth);
        row.WhenFalse = first + 1 < values.Count && depth < DepthMax ? AddSet(at, values, first + 1, tree, depth + 1) : AddChild(_false, at, tree, depth);
        return row.Id;
    }

    private int AddChild(Way way, int at, int tree, int depth) => way.IsLeaf[at] == 0 ? AddComparison(way.Place[at], tree, depth + 1) : AddLeaf(way.Place[at], tree);

    private int AddLeaf(long place, int tree) => place >= 0 && place < Wholes("leaf_targetids").Count
        ? AddRow(new() { Tree = tree, Mode = "LEAF", Leaf = (int)place }).Id
        : throw new InvalidDataException("A tree names a leaf that isn't there.");

    private Row AddRow(Row row)
    {
        if (_rows.Count == RowsMax)
            throw new InvalidDataException("The trees grow beyond what is read.");
        row.Id = _rows.Count;
        _rows.Add(row);
        return row;
    }

    private OnnxNode Written()
    {
        var (features, missing) = (Wholes("nodes_featureids"), Wholes("nodes_missing_value_tracks_true"));
        var leaves = _rows.Where(row => row.Leaf is not null).ToList();
        return _node with
        {
            Operator = "TreeEnsembleRegressor",
            Attributes = new Dictionary<string, OnnxAttribute>(StringComparer.Ordinal)
            {
                ["n_targets"] = Empty with { Whole = _node.Of("n_targets").Whole ?? 1 },
                ["aggregate_function"] = Empty with { Text = Named(Aggregations, "aggregate_function", otherwise: 1) },
                ["post_transform"] = Empty with { Text = Named(Transforms, "post_transform", otherwise: 0) },
                ["nodes_treeids"] = Of(_rows, row => row.Tree),
                ["nodes_nodeids"] = Of(_rows, row => row.Id),
                ["nodes_featureids"] = Of(_rows, row => row.Comparison is { } at ? features[at] : 0),
                ["nodes_modes"] = Empty with { Texts = [.. _rows.Select(row => row.Mode)] },
                ["nodes_values_as_tensor"] = Empty with { Tensor = _node.Of("nodes_splits").Tensor! with { Values = [.. _rows.Select(row => row.Value)] } },
                ["nodes_truenodeids"] = Of(_rows, row => row.WhenTrue),
                ["nodes_falsenodeids"] = Of(_rows, row => row.WhenFalse),
                ["nodes_missing_value_tracks_true"] = Of(_rows, row => row.Comparison is { } at && at < missing.Count ? missing[at] : 0),
                ["target_treeids"] = Of(leaves, row => row.Tree),
                ["target_nodeids"] = Of(leaves, row => row.Id),
                ["target_ids"] = Of(leaves, row => Wholes("leaf_targetids")[row.Leaf!.Value]),
                ["target_weights"] = Empty with { Numbers = [.. leaves.Select(row => Tensor("leaf_weights")[row.Leaf!.Value])] },
            },
        };
    }

    private static OnnxAttribute Of(List<Row> rows, Func<Row, long> value) => Empty with { Wholes = [.. rows.Select(value)] };

    private string ModeOf(int at) => _modes[at] >= 0 && _modes[at] < Modes.Length ? Modes[(int)_modes[at]] : throw new InvalidDataException("A tree compares in a way that isn't known.");

    private string Named(string[] names, string attribute, long otherwise) => (_node.Of(attribute).Whole ?? otherwise) is >= 0 and var place && place < names.Length
        ? names[place]
        : throw new InvalidDataException($"The trees have an {attribute} that isn't known.");

    private List<long> Wholes(string name) => _node.Of(name).Wholes;

    private IReadOnlyList<double> Tensor(string name) => _node.Of(name).Tensor?.Values ?? [];

    // Where a comparison leads: to a leaf or another comparison, each by its place in its own list.
    private sealed record Way(List<long> IsLeaf, List<long> Place);

    // Of the regressor's lists.
    private sealed class Row
    {
        public int Tree { get; init; }

        public int Id { get; set; }

        public required string Mode { get; init; }

        public double Value { get; init; }

        public int? Comparison { get; init; }

        public int? Leaf { get; init; }

        public int WhenTrue { get; set; }

        public int WhenFalse { get; set; }
    }
}
