using System.Runtime.InteropServices;
using System.Text;
using Assay.Inference.Graphs.Wire;
using Assay.Inference.Models;
using Assay.Inference.Tensors;
using Assay.Learning.Onnx;
using static Assay.Learning.Onnx.GraphBuilder;

namespace Assay.Tests.Inference.Onnx;

/// <summary>Graphs as scikit-learn's exporters write them: imputer, scaler, one-hot, linear models and trees, class maps.</summary>
public sealed class PipelineTests
{
    private static readonly string[] Plans = ["basic", "plus", "pro"];

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(30, 500, "plus")]
    [InlineData(61, float.NaN, "basic")]
    [InlineData(18, -4, "unknown")]
    public async Task A_linear_classifier_behind_imputer_scaler_and_one_hot_gives_the_probabilities_worked_out_by_hand(float age, float balance, string plan)
    {
        using var model = OperatorModelTests.Load(LinearPipeline());
        Assert.Equal(["label INT64 [-1]", "probabilities FP32 [-1,-1]", "probabilities.classes INT64 [-1]"], Outputs(model));
        var answer = await model.Infer(
            [OperatorModels.Floats("numbers", [1, 2], age, balance), OperatorModels.Words("plan", [1, 1], plan)], null, Cancel);

        var filled = float.IsNaN(balance) ? 120f : balance;
        double[] weights = [-0.5, 0.25, 1];
        var index = Array.IndexOf(Plans, plan);
        var score = 0.8 * (age - 40) / 10 - 0.3 * (filled - 100) / 50 + (index < 0 ? 0 : weights[index]) + 0.1;
        var yes = 1 / (1 + Math.Exp(-score));
        var probabilities = MemoryMarshal.Cast<byte, float>(answer[1].Bytes.Span).ToArray();
        Assert.Equal([1, 2], answer[1].Shape);
        Assert.Equal(1 - yes, probabilities[0], 1e-5);
        Assert.Equal(yes, probabilities[1], 1e-5);
        Assert.Equal(yes > 0.5 ? 1 : 0, MemoryMarshal.Read<long>(answer[0].Bytes.Span));
        Assert.Equal([0L, 1L], MemoryMarshal.Cast<byte, long>(answer[2].Bytes.Span).ToArray());
    }

    [Fact]
    public async Task A_forest_with_classes_of_words_is_answered_as_a_table_with_its_classes_beside_it()
    {
        using var model = OperatorModelTests.Load(Forest());
        var x = OperatorModels.Floats("x", [3, 2], 0, 0, 2, 0, 2, 5);
        var answer = await model.Infer([x], null, Cancel);
        string[] classes = [.. Texts(answer.Single(tensor => tensor.Name == "probabilities.classes"))];
        Assert.Equal(["cold", "hot", "warm"], classes.Order(StringComparer.Ordinal));
        var table = answer.Single(tensor => tensor.Name == "probabilities");
        Assert.Equal([3, 3], table.Shape);
        var values = MemoryMarshal.Cast<byte, float>(table.Bytes.Span).ToArray();
        float Of(int row, string name) => values[row * 3 + Array.IndexOf(classes, name)];
        Assert.Equal((0.75f, 0.25f), (Of(0, "cold"), Of(0, "warm")));

        var plain = ReferenceRuntime.Run(Forest(ofMaps: false), [x]);
        Assert.Equal(Texts(plain[0]), Texts(answer.Single(tensor => tensor.Name == "label")));
        Assert.Equal(
            Texts(plain[0]), Enumerable.Range(0, 3).Select(row => classes.MaxBy(name => Of(row, name))));
    }

    [Fact]
    public async Task The_classes_may_be_asked_for_alone()
    {
        using var model = OperatorModelTests.Load(Forest());
        var answer = await model.Infer([OperatorModels.Floats("x", [1, 2], 0, 0)], ["probabilities"], Cancel);
        Assert.Equal(["probabilities", "probabilities.classes"], answer.Select(tensor => tensor.Name));
    }

    [Fact]
    public async Task Regressors_of_trees_agree_with_the_reference_runtime_on_many_rows()
    {
        var random = new Random(5);
        var x = OperatorModels.Floats("x", [500, 2], [.. Enumerable.Range(0, 1000).Select(_ => (float)(random.NextDouble() * 6 - 1))]);
        foreach (var graph in (byte[][])[Forest(ofMaps: false), Trees(), TreesOfSets()])
        {
            using var model = OperatorModelTests.Load(graph);
            Assert.Equal(ReferenceRuntime.Run(graph, [x]).Select(OperatorModelTests.Show), (await model.Infer([x], null, Cancel)).Select(OperatorModelTests.Show));
        }
    }

    internal static byte[] LinearPipeline()
    {
        var graph = new GraphBuilder();
        var numbers = graph.Input("numbers", Float, -1, 2);
        var plan = graph.Input("plan", Text, -1, 1);
        var filled = graph.Add("Imputer", [numbers], MachineLearning, Numbers("imputed_value_floats", [40, 120]), Number("replaced_value_float", float.NaN));
        var scaled = graph.Add("Scaler", [filled], MachineLearning, Numbers("offset", [40, 100]), Numbers("scale", [0.1f, 0.02f]));
        var encoded = graph.Add("OneHotEncoder", [plan], MachineLearning, Words("cats_strings", Plans), Whole("zeros", 1));
        var all = graph.Add("Concat", [scaled, graph.Add("Reshape", [encoded, graph.Wholes("shape", -1, 3)])], "", Whole("axis", 1));
        float[] weights = [0.8f, -0.3f, -0.5f, 0.25f, 1];
        graph.AddMany("LinearClassifier", [all], ["label", "scores"], MachineLearning,
            Numbers("coefficients", [.. weights.Select(weight => -weight), .. weights]), Numbers("intercepts", [-0.1f, 0.1f]),
            Word("post_transform", "LOGISTIC"), WholeNumbers("classlabels_ints", [0, 1]), Whole("multi_class", 1));
        var normalized = graph.Add("Normalizer", ["scores"], MachineLearning, Word("norm", "L1"));
        graph.AddNamed("ZipMap", [normalized], "probabilities", MachineLearning, WholeNumbers("classlabels_int64s", [0, 1]));
        graph.Output("label", Int64Type, -1);
        graph.OutputOfMaps("probabilities", Int64Type);
        return graph.Build();
    }

    // Two trees of one comparison each: x0 <= 1 is cold (weight 1), or else x1 <= 3 is warm, and above it hot.
    internal static byte[] Forest(bool ofMaps = true)
    {
        var graph = new GraphBuilder();
        graph.AddMany("TreeEnsembleClassifier", [graph.Input("x", Float, -1, 2)], ["label", "table"], MachineLearning,
            WholeNumbers("nodes_treeids", [0, 0, 0, 0, 0]),
            WholeNumbers("nodes_nodeids", [0, 1, 2, 3, 4]),
            WholeNumbers("nodes_featureids", [0, 0, 1, 0, 0]),
            Words("nodes_modes", ["BRANCH_LEQ", "LEAF", "BRANCH_LEQ", "LEAF", "LEAF"]),
            Numbers("nodes_values", [1, 0, 3, 0, 0]),
            WholeNumbers("nodes_truenodeids", [1, 0, 3, 0, 0]),
            WholeNumbers("nodes_falsenodeids", [2, 0, 4, 0, 0]),
            WholeNumbers("nodes_missing_value_tracks_true", [0, 0, 0, 0, 0]),
            Numbers("nodes_hitrates", [1, 1, 1, 1, 1]),
            WholeNumbers("class_treeids", [0, 0, 0, 0]),
            WholeNumbers("class_nodeids", [1, 1, 3, 4]),
            WholeNumbers("class_ids", [0, 1, 1, 2]),
            Numbers("class_weights", [0.75f, 0.25f, 1, 1]),
            Words("classlabels_strings", ["cold", "warm", "hot"]),
            Word("post_transform", "NONE"));
        graph.Output("label", Text, -1);
        if (ofMaps)
        {
            graph.AddNamed("ZipMap", ["table"], "probabilities", MachineLearning, Words("classlabels_strings", ["cold", "warm", "hot"]));
            graph.OutputOfMaps("probabilities", Text);
        }
        else
        {
            graph.Output("table", Float, -1, 3);
        }

        return graph.Build();
    }

    internal static byte[] Trees()
    {
        var graph = new GraphBuilder();
        graph.AddNamed("TreeEnsembleRegressor", [graph.Input("x", Float, -1, 2)], "y", MachineLearning,
            WholeNumbers("nodes_treeids", [0, 0, 0, 1, 1, 1]),
            WholeNumbers("nodes_nodeids", [0, 1, 2, 0, 1, 2]),
            WholeNumbers("nodes_featureids", [0, 0, 0, 1, 0, 0]),
            Words("nodes_modes", ["BRANCH_LEQ", "LEAF", "LEAF", "BRANCH_LT", "LEAF", "LEAF"]),
            Numbers("nodes_values", [1.5f, 0, 0, 2.25f, 0, 0]),
            WholeNumbers("nodes_truenodeids", [1, 0, 0, 1, 0, 0]),
            WholeNumbers("nodes_falsenodeids", [2, 0, 0, 2, 0, 0]),
            WholeNumbers("target_treeids", [0, 0, 1, 1]),
            WholeNumbers("target_nodeids", [1, 2, 1, 2]),
            WholeNumbers("target_ids", [0, 0, 0, 0]),
            Numbers("target_weights", [0.1f, -0.7f, 12.5f, 3]),
            Whole("n_targets", 1));
        graph.Output("y", Float, -1, 1);
        return graph.Build();
    }

    /// <summary>Trees as ai.onnx.ml 5 has them: x0 in {1, 3} or else x1 below 2 in the first, x1 in {0, 4, 5} in the second. The first whole number of an attribute may be another.</summary>
    internal static byte[] TreesOfSets(string? changed = null, long value = 0)
    {
        const int UInt8 = 2;
        var graph = new GraphBuilder();
        List<WireAttribute> attributes =
        [
            WholeNumbers("tree_roots", [0, 2]),
            WholeNumbers("nodes_featureids", [0, 1, 1]),
            TensorOf<byte>("nodes_modes", UInt8, [6, 1, 6]),
            TensorOf<float>("nodes_splits", Float, [0, 2, 0]),
            TensorOf<float>("membership_values", Float, [1, 3, float.NaN, 0, 4, 5, float.NaN]),
            WholeNumbers("nodes_missing_value_tracks_true", [0, 1, 1]),
            WholeNumbers("nodes_trueleafs", [1, 1, 1]),
            WholeNumbers("nodes_truenodeids", [0, 1, 3]),
            WholeNumbers("nodes_falseleafs", [0, 1, 1]),
            WholeNumbers("nodes_falsenodeids", [1, 2, 4]),
            WholeNumbers("leaf_targetids", [0, 0, 1, 1, 0]),
            TensorOf<float>("leaf_weights", Float, [0.5f, -2, 3, 7, 0.25f]),
            Whole("n_targets", 2),
            Whole("aggregate_function", 1),
        ];
        foreach (var attribute in attributes.Where(attribute => attribute.Name == changed))
        {
            if (attribute.Wholes.Count > 0)
                attribute.Wholes[0] = value;
            else
                attribute.Whole = value;
        }

        graph.AddNamed("TreeEnsemble", [graph.Input("x", Float, -1, 2)], "y", MachineLearning, [.. attributes]);
        graph.Output("y", Float, -1, 2);
        return graph.Build(operatorSet: 21, machineLearning: 5);
    }

    private const int Int64Type = GraphBuilder.Int64;

    private static IEnumerable<string> Outputs(ServedModel model) =>
        model.Signature.Outputs.Select(output => $"{output.Name} {output.Datatype} {TensorShape.Show(output.Shape)}");

    private static IEnumerable<string> Texts(NamedTensor tensor) => tensor.Texts().Select(text => Encoding.UTF8.GetString(text.Span));
}
