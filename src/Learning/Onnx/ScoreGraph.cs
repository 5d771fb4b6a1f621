using Assay.Inference.Graphs.Wire;
using Assay.Learning.Trainers;
using static Assay.Learning.Onnx.GraphBuilder;

namespace Assay.Learning.Onnx;

/// <summary>Writes the function from the encoded vector to the score.</summary>
internal static class ScoreGraph
{
    /// <summary>Computes in single precision; returns the value that holds the score, of shape [rows, 1].</summary>
    public static string WriteSingle(GraphBuilder graph, ScoreFunction score, string vector, int width)
    {
        if (score is TreesScore trees)
            return graph.Add("TreeEnsembleRegressor", [vector], MachineLearning, [.. TreeNodes.Of(trees).Single(trees.Bias)]);
        var linear = (LinearScore)score;
        var weights = graph.Floats("weights", Array.ConvertAll(linear.Weights, weight => (float)weight), width, 1);
        return graph.Add("Gemm", [vector, weights, graph.Floats("bias", [(float)linear.Bias], 1)]);
    }

    /// <summary>Computes in double precision; the value named <paramref name="output"/> holds the score rounded to single.</summary>
    public static void WriteDouble(GraphBuilder graph, ScoreFunction score, string vector, int width, string output)
    {
        var exact = graph.Add("Cast", [vector], "", Whole("to", GraphBuilder.Double));
        if (score is TreesScore trees)
        {
            // The operator answers floats also when it adds up doubles.
            graph.AddNamed("TreeEnsembleRegressor", [exact], output, MachineLearning, [.. TreeNodes.Of(trees).Double(trees.Bias)]);
            return;
        }

        var linear = (LinearScore)score;
        var weights = graph.Doubles("weights", linear.Weights, width, 1);
        var sum = graph.Add("Gemm", [exact, weights, graph.Doubles("bias", [linear.Bias], 1)]);
        graph.AddNamed("Cast", [sum], output, "", Whole("to", GraphBuilder.Float));
    }

    /// <summary>The ensemble as the operator's parallel lists: comparisons of a tree first, then its leaves.</summary>
    private sealed class TreeNodes
    {
        private readonly List<long> _treeIds = [], _nodeIds = [], _slots = [], _whenTrue = [], _whenFalse = [];
        private readonly List<long> _leafTreeIds = [], _leafNodeIds = [];
        private readonly List<float> _thresholds = [], _rows = [];
        private readonly List<double> _leafValues = [];
        private readonly List<string> _modes = [];

        public static TreeNodes Of(TreesScore score)
        {
            var nodes = new TreeNodes();
            for (var tree = 0; tree < score.Trees.Count; tree++)
                nodes.Add(tree, score.Trees[tree]);
            return nodes;
        }

        public IEnumerable<WireAttribute> Single(double bias) =>
        [
            .. Shape(),
            Numbers("base_values", [(float)bias]),
            Numbers("nodes_values", _thresholds),
            .. _rows.Count > 0 ? [Numbers("nodes_hitrates", _rows)] : Array.Empty<WireAttribute>(),
            Numbers("target_weights", _leafValues.Select(leaf => (float)leaf)),
        ];

        public IEnumerable<WireAttribute> Double(double bias) =>
        [
            .. Shape(),
            Doubles("base_values_as_tensor", [bias]),
            Doubles("nodes_values_as_tensor", [.. _thresholds.Select(threshold => (double)threshold)]),
            .. _rows.Count > 0 ? [Doubles("nodes_hitrates_as_tensor", [.. _rows.Select(rows => (double)rows)])] : Array.Empty<WireAttribute>(),
            Doubles("target_weights_as_tensor", [.. _leafValues]),
        ];

        private void Add(int treeId, DecisionTree tree)
        {
            var comparisons = tree.Slots.Length;
            for (var i = 0; i < comparisons; i++)
            {
                AddNode(treeId, i, "BRANCH_LEQ", tree.Slots[i], tree.Thresholds[i]);
                _whenTrue.Add(NodeOf(tree.Left[i]));
                _whenFalse.Add(NodeOf(tree.Right[i]));
            }

            for (var leaf = 0; leaf < tree.Leaves.Length; leaf++)
            {
                AddNode(treeId, comparisons + leaf, "LEAF", slot: 0, threshold: 0);
                _whenTrue.Add(0);
                _whenFalse.Add(0);
                _leafTreeIds.Add(treeId);
                _leafNodeIds.Add(comparisons + leaf);
                _leafValues.Add(tree.Leaves[leaf]);
            }

            _rows.AddRange((tree.Rows ?? []).Select(rows => (float)rows));

            long NodeOf(int child) => child >= 0 ? child : comparisons + ~child;
        }

        private IEnumerable<WireAttribute> Shape() =>
        [
            Whole("n_targets", 1),
            Word("aggregate_function", "SUM"),
            Word("post_transform", "NONE"),
            WholeNumbers("nodes_treeids", _treeIds),
            WholeNumbers("nodes_nodeids", _nodeIds),
            WholeNumbers("nodes_featureids", _slots),
            Words("nodes_modes", _modes),
            WholeNumbers("nodes_truenodeids", _whenTrue),
            WholeNumbers("nodes_falsenodeids", _whenFalse),
            WholeNumbers("target_treeids", _leafTreeIds),
            WholeNumbers("target_nodeids", _leafNodeIds),
            WholeNumbers("target_ids", Enumerable.Repeat(0L, _leafValues.Count)),
        ];

        private void AddNode(int treeId, int nodeId, string mode, int slot, float threshold)
        {
            _treeIds.Add(treeId);
            _nodeIds.Add(nodeId);
            _modes.Add(mode);
            _slots.Add(slot);
            _thresholds.Add(threshold);
        }
    }
}
