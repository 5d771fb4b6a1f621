using Assay.Inference.Explanations;
using Assay.Inference.Graphs;
using Assay.Inference.Graphs.Wire;
using Assay.Inference.Models;
using Assay.Inference.Predictions;
using Assay.Inference.Tensors;
using Assay.Learning.Onnx;
using Assay.Tests.Inference.Onnx;
using static Assay.Learning.Onnx.GraphBuilder;

namespace Assay.Tests.Inference;

/// <summary>Reasons of graphs made elsewhere whose trees or linear functions are read, held to values worked out by hand and to asking the model.</summary>
public sealed class ExplainReadTensorTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_linear_pipeline_is_explained_by_its_weights_in_log_odds_through_imputer_scaler_and_one_hot()
    {
        var answer = await Explain(
            PipelineTests.LinearPipeline(), [OperatorModels.Words("plan", [2, 1], "plus", "unknown"), OperatorModels.Floats("numbers", [2, 2], 30, 500, 61, float.NaN)]);
        Assert.Equal((ExplanationMethod.Linear, ExplanationSpace.LogOdds, "probabilities"), (answer.Method, answer.Space, answer.ExplainedOutput));
        Assert.Equal(["plan", "numbers[0]", "numbers[1]"], answer.Explanations[0].Attributions.Select(each => each.Input));
        AssertNear([0.25, 0.8 * 3, -0.3 * 10], answer.Explanations[0]);
        AssertNear([0, 0.8 * 6.1, -0.3 * 2.4], answer.Explanations[1]);   // the missing balance is 120
        Assert.All(answer.Explanations, row => Assert.InRange(row.PredictionError, 0, 1e-5));
        Assert.Equal(Probability(answer.Base), answer.BasePrediction, 1e-9);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_forest_shares_the_probability_of_the_answered_class(bool ofMaps)
    {
        var answer = await Explain(PipelineTests.Forest(ofMaps), [OperatorModels.Floats("x", [3, 2], 2, 5, 0, 0, 2, 0)]);
        Assert.Equal((ExplanationMethod.BackgroundTreeShap, ExplanationSpace.Prediction), (answer.Method, answer.Space));
        Assert.Equal(["hot", "cold", "warm"], answer.Explanations.Select(row => row.Class));
        AssertNear([0.5, 0.5], answer.Explanations[0]);   // only both together make it hot
        AssertNear([0, 0], answer.Explanations[1]);
        AssertNear([0.75, 0], answer.Explanations[2]);
        Assert.Equal([0, 0.75, 0.25], answer.Explanations.Select(row => row.Base!.Value));
        Assert.All(answer.Explanations, row => Assert.InRange(row.AdditivityError + row.PredictionError, 0, 1e-6));
    }

    [Theory]
    [InlineData("one score of two classes")]
    [InlineData("regression")]
    [InlineData("two numbers")]
    [InlineData("sets")]
    public async Task Trees_say_the_same_as_asking_the_model_about_all_coalitions(string kind)
    {
        var graph = kind switch { "regression" => PipelineTests.Trees(), "sets" => PipelineTests.TreesOfSets(), _ => Boosted(kind) };
        var random = new Random(3);
        float[] numbers = [.. Enumerable.Range(0, 80).Select(_ => (float)(random.NextDouble() * 6 - 1))];
        if (kind == "sets")
            numbers = [.. numbers.Select(number => number < 0 ? float.NaN : MathF.Floor(number))];
        var x = OperatorModels.Floats("x", [40, 2], numbers);
        var exact = await Explain(graph, [x], new() { AgainstRows = true });
        var asked = await Explain(graph, [x], new(ExplanationMethod.KernelShap) { AgainstRows = true });
        Assert.Equal((ExplanationMethod.BackgroundTreeShap, ExplanationMethod.KernelShap, asked.Space), (exact.Method, asked.Method, exact.Space));
        Assert.Equal(asked.Base, exact.Base, 1e-5);
        Assert.All(exact.Explanations.Zip(asked.Explanations), pair => AssertNear([.. pair.Second.Attributions.Select(each => each.Attribution)], pair.First));
    }

    [Fact]
    public async Task Trees_that_know_their_training_rows_say_that_they_compare_with_them_unless_the_rows_of_the_request_are_wanted()
    {
        var graph = Boosted("two numbers", rows: [4, 1, 3, 4, 2, 2]);
        var x = OperatorModels.Floats("x", [2, 2], 0, 0, 2, 5);
        var known = await Explain(graph, [x]);
        Assert.Equal((ExplanationMethod.TreeShap, "the training rows, as they parted at each node of the trees."), (known.Method, known.Background));
        var among = await Explain(graph, [x], new() { AgainstRows = true });
        Assert.Equal((ExplanationMethod.BackgroundTreeShap, "the 2 rows of the request."), (among.Method, among.Background));
        Assert.NotEqual(known.Base, among.Base, 1e-3);
        var both = await Assert.ThrowsAsync<RefusedRequestException>(() => Explain(graph, [x], new(ExplanationMethod.TreeShap) { AgainstRows = true }));
        Assert.StartsWith("reference: treeShap compares with the training rows", both.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Of_many_classes_the_score_is_explained_from_which_all_probabilities_are_made()
    {
        var answer = await Explain(Boosted("softmax"), [OperatorModels.Floats("x", [1, 2], 2, 5)]);
        Assert.Equal((ExplanationMethod.BackgroundTreeShap, ExplanationSpace.Score), (answer.Method, answer.Space));
        var row = Assert.Single(answer.Explanations);
        Assert.Equal("1", row.Class);
        AssertNear([1.5, 0], row);   // the tree of this class asks for x0 alone: 2 instead of 0.5
        Assert.Equal(0.5, answer.Base, 1e-6);
        Assert.Equal(1 / (Math.Exp(-1.5) + 1 + Math.Exp(-0.5)), answer.BasePrediction, 1e-5);   // scores −1, 0.5 and 0
        Assert.InRange(row.PredictionError, 0, 1e-6);

        // The third class has no trees, which any method of trees would explain; the others have no shares of training rows.
        await Assert.ThrowsAsync<RefusedRequestException>(() => Explain(Boosted("softmax"), [OperatorModels.Floats("x", [1, 2], 2, 5)], new(ExplanationMethod.TreeShap) { Element = 2 }));
    }

    [Fact]
    public async Task A_linear_layer_of_several_numbers_is_explained_for_each()
    {
        var graph = new GraphBuilder();
        graph.AddNamed("Gemm", [graph.Input("x", Float, -1, 2), graph.Floats("w", [1, 2, 3, -4], 2, 2), graph.Floats("b", [0.5f, 7], 2)], "y", "", Whole("transB", 1));
        graph.Output("y", Float, -1, 2);
        var x = OperatorModels.Floats("x", [1, 2], 10, 100);
        Assert.Equal(ExplanationMethod.Linear, (await Explain(graph.Build(), [x])).Method);
        AssertNear([10, 200], (await Explain(graph.Build(), [x], new() { Element = 0 })).Explanations[0]);
        AssertNear([30, -400], (await Explain(graph.Build(), [x], new() { Element = 1 })).Explanations[0]);
    }

    [Fact]
    public async Task Groups_and_coalitions_are_asked_of_the_model_and_wide_rows_are_told_element_by_element()
    {
        var graph = new GraphBuilder();
        graph.AddNamed("MatMul", [graph.Input("x", Float, -1, 400), graph.Floats("w", [.. Enumerable.Range(0, 400).Select(place => (float)place)], 400, 1)], "y");
        graph.Output("y", Float, -1, 1);
        var x = OperatorModels.Floats("x", [1, 400], [.. Enumerable.Repeat(1f, 400)]);
        var all = await Explain(graph.Build(), [x]);
        Assert.Equal((ExplanationMethod.Linear, 400, null), (all.Method, all.Explanations[0].Attributions.Count, all.Grouping));
        var grouped = await Explain(graph.Build(), [x], new() { Groups = 4 });
        Assert.Equal((ExplanationMethod.KernelShap, 4), (grouped.Method, grouped.Explanations[0].Attributions.Count));
        Assert.Equal(ExplanationMethod.KernelShap, (await Explain(graph.Build(), [x], new(Coalitions: 2000))).Method);
    }

    [Fact]
    public async Task What_only_looks_like_a_linear_function_is_asked()
    {
        var graph = new GraphBuilder();
        var x = graph.Input("x", Float, -1, 2);
        graph.AddNamed("Add", [graph.Add("MatMul", [x, graph.Floats("w", [1, 1], 2, 1)]), graph.Add("ReduceProd", [x], "", WholeNumbers("axes", [1]))], "y");
        graph.Output("y", Float, -1, 1);
        var answer = await Explain(graph.Build(), [OperatorModels.Floats("x", [1, 2], 2, 3)]);
        Assert.Equal(ExplanationMethod.KernelShap, answer.Method);
        AssertNear([5, 6], answer.Explanations[0]);
        var refused = await Assert.ThrowsAsync<RefusedRequestException>(() => Explain(graph.Build(), [OperatorModels.Floats("x", [1, 2], 2, 3)], new(ExplanationMethod.Linear)));
        Assert.StartsWith("method: linear explains linear models", refused.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(int.MaxValue)]
    [InlineData(-1)]
    [InlineData(long.MaxValue)]
    public void A_graph_that_claims_more_targets_than_it_has_is_not_read(long targets)
    {
        var x = new TensorSpec("x", "FP32", [-1, 2]);
        var graph = new GraphBuilder();
        var trees = graph.Input("x", Float, -1, 2);
        graph.AddNamed("TreeEnsembleRegressor", [trees], "y", MachineLearning, WholeNumbers("nodes_treeids", [0]), WholeNumbers("nodes_nodeids", [0]), Whole("n_targets", targets));
        graph.AddNamed("LinearRegressor", [trees], "z", MachineLearning, Numbers("coefficients", [1, 2]), Whole("targets", targets));
        Assert.Null(GraphReader.Read(graph.Build(), new ModelSignature([x], [new("y", "FP32", [-1, 1]), new("z", "FP32", [-1, 1])])));
    }

    // As pipelines of scikit-learn with several columns of words and of codes are written: split, chosen, encoded by place or one by one, put together.
    [Fact]
    public async Task Columns_of_words_and_codes_that_are_split_and_encoded_say_the_same_as_asking_the_model_about_all_coalitions()
    {
        var graph = new GraphBuilder();
        graph.AddMany("Split", [graph.Input("words", Text, -1, 3), graph.Wholes("sizes", 2, 1)], ["pair", "size"], "", Whole("axis", 1));
        var plan = graph.Add("ArrayFeatureExtractor", ["pair", graph.Wholes("first", 0)], MachineLearning);
        var both = graph.Add("Concat", [plan, graph.Add("Gather", ["pair", graph.Wholes("second", 1)], "", Whole("axis", 1))], "", Whole("axis", 1));
        var oneHot = graph.Add("OneHotEncoder", [both], MachineLearning, Words("cats_strings", ["basic", "plus", "north"]), Whole("zeros", 1));
        var ordered = graph.Add("LabelEncoder", ["size"], MachineLearning, Words("keys_strings", ["small", "large"]), Numbers("values_floats", [1, 5]), Number("default_float", -2));
        var codes = graph.Input("codes", Float, -1, 2);
        graph.AddMany("Split", [codes], ["one", "other"], "", Whole("axis", 1));
        var code = graph.Add("OneHotEncoder", [graph.Add("Cast", ["one"], "", Whole("to", GraphBuilder.Int64))], MachineLearning, WholeNumbers("cats_int64s", [3, 4]), Whole("zeros", 1));
        var grade = graph.Add("LabelEncoder", [graph.Add("Cast", ["other"], "", Whole("to", GraphBuilder.Int64))], MachineLearning, WholeNumbers("keys_int64s", [1, 2]), WholeNumbers("values_int64s", [10, 20]));
        var vector = graph.Add(
            "Concat",
            [
                graph.Add("Reshape", [oneHot, graph.Wholes("six", -1, 6)]), graph.Add("Cast", [ordered], "", Whole("to", Float)),
                graph.Add("Reshape", [code, graph.Wholes("two", -1, 2)]), graph.Add("Cast", [grade], "", Whole("to", Float)),
            ],
            "", Whole("axis", 1));
        graph.AddNamed("MatMul", [vector, graph.Floats("w", [1, 2, 4, -1, -2, 8, 0.5f, 3, -7, 0.25f], 10, 1)], "y");
        graph.Output("y", Float, -1, 1);

        NamedTensor[] inputs =
        [
            OperatorModels.Words("words", [3, 3], "plus", "north", "small", "basic", "plus", "huge", "other", "", "large"),
            OperatorModels.Floats("codes", [3, 2], 3, 1, 4, 2, 9, 9),
        ];
        var exact = await Explain(graph.Build(), inputs, new() { AgainstRows = true });
        var asked = await Explain(graph.Build(), inputs, new(ExplanationMethod.KernelShap) { AgainstRows = true });
        Assert.Equal((ExplanationMethod.Linear, asked.Base), (exact.Method, exact.Base), (one, other) => one.Item1 == other.Item1 && Math.Abs(one.Item2 - other.Item2) < 1e-5);
        Assert.Equal([5, 5, 5], exact.Explanations.Select(row => row.Attributions.Count));
        Assert.All(exact.Explanations.Zip(asked.Explanations), pair => AssertNear([.. pair.Second.Attributions.Select(each => each.Attribution)], pair.First));
    }

    [Theory]
    [InlineData("tree_roots", 7)]
    [InlineData("nodes_trueleafs", 0)]         // whose place is then a comparison, and the tree comes back to where it was
    [InlineData("nodes_falsenodeids", 9)]
    [InlineData("nodes_featureids", 2)]
    [InlineData("aggregate_function", 5)]
    public void Trees_of_the_new_form_that_lead_nowhere_are_not_read(string attribute, long value)
    {
        var x = new ModelSignature([new("x", "FP32", [-1, 2])], [new("y", "FP32", [-1, 2])]);
        Assert.NotNull(GraphReader.Read(PipelineTests.TreesOfSets(), x));
        Assert.Null(GraphReader.Read(PipelineTests.TreesOfSets(attribute, value), x));
    }

    // A tree of one comparison for each of three classes, or both for one score: x0 <= 1 is 0.5, and above it 2; x1 <= 3 is -1, and above it 0.25.
    private static byte[] Boosted(string kind, float[]? rows = null)
    {
        var graph = new GraphBuilder();
        var (isRegression, isSoftmax) = (kind == "two numbers", kind == "softmax");
        var owner = isRegression ? "target" : "class";
        List<WireAttribute> attributes =
        [
            WholeNumbers("nodes_treeids", [0, 0, 0, 1, 1, 1]),
            WholeNumbers("nodes_nodeids", [0, 1, 2, 0, 1, 2]),
            WholeNumbers("nodes_featureids", [0, 0, 0, 1, 0, 0]),
            Words("nodes_modes", ["BRANCH_LEQ", "LEAF", "LEAF", "BRANCH_LEQ", "LEAF", "LEAF"]),
            Numbers("nodes_values", [1, 0, 0, 3, 0, 0]),
            WholeNumbers("nodes_truenodeids", [1, 0, 0, 1, 0, 0]),
            WholeNumbers("nodes_falsenodeids", [2, 0, 0, 2, 0, 0]),
            Numbers("nodes_hitrates", rows ?? [1, 1, 1, 1, 1, 1]),
            WholeNumbers(owner + "_treeids", [0, 0, 1, 1]),
            WholeNumbers(owner + "_nodeids", [1, 2, 1, 2]),
            WholeNumbers(owner + "_ids", isSoftmax ? [1, 1, 0, 0] : isRegression ? [0, 1, 1, 1] : [0, 0, 0, 0]),
            Numbers(owner + "_weights", [0.5f, 2, -1, 0.25f]),
            Word("post_transform", isRegression ? "NONE" : isSoftmax ? "SOFTMAX" : "LOGISTIC"),
        ];
        if (!isRegression && !isSoftmax)
            attributes.Add(Numbers("base_values", [0.1f]));
        attributes.Add(isRegression ? Whole("n_targets", 2) : WholeNumbers("classlabels_int64s", isSoftmax ? [0, 1, 2] : [0, 1]));
        var x = graph.Input("x", Float, -1, 2);
        if (isRegression)
            graph.AddNamed("TreeEnsembleRegressor", [x], "y", MachineLearning, [.. attributes]);
        else
            graph.AddMany("TreeEnsembleClassifier", [x], ["label", "y"], MachineLearning, [.. attributes]);
        if (!isRegression)
            graph.Output("label", GraphBuilder.Int64, -1);
        graph.Output("y", Float, -1, isSoftmax ? 3 : 2);
        return graph.Build();
    }

    private static async Task<ExplanationAnswer> Explain(byte[] graph, IReadOnlyList<NamedTensor> inputs, ExplanationWish? wish = null)
    {
        using var model = OperatorModelTests.Load(graph);
        return (await TensorExplainer.Explain(model.Explained, inputs, wish ?? new(), Cancel)).Answer;
    }

    private static double Probability(double logOdds) => 1 / (1 + Math.Exp(-logOdds));

    private static void AssertNear(double[] expected, RowExplanation row) =>
        Assert.Equal(expected, row.Attributions.Select(each => each.Attribution), (a, b) => Math.Abs(a - b) < 1e-4);
}
