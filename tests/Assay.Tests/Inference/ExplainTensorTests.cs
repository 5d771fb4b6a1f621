using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json;
using Assay.Inference.Explanations;
using Assay.Inference.Models;
using Assay.Inference.Processes;
using Assay.Learning.Onnx;
using Assay.Serve;
using Assay.Tests.Inference.Onnx;

namespace Assay.Tests.Inference;

/// <summary>Reasons of models that are no tables, whose Shapley values can be written down.</summary>
public sealed class ExplainTensorTests : IAsyncDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("assay-explain-tensors-").FullName;
    private readonly HttpClient _http = new();
    private RunningServe? _server;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask DisposeAsync()
    {
        if (_server is not null)
            await _server.DisposeAsync();
        _http.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    [Theory]
    [InlineData("/explain", "[[1,2,3],[-1,0,5]]")]
    [InlineData("/v1/models/own:explain", """{"instances":[[1,2,3],[-1,0,5]]}""")]
    [InlineData("/invocations?explain=true", """{"inputs":{"x":[[1,2,3],[-1,0,5]]}}""")]
    [InlineData("/invocations", """{"inputs":[[1,2,3],[-1,0,5]],"params":{"explain":true}}""")]
    public async Task A_linear_function_is_weight_times_value_in_each_protocol_for_json(string path, string body)
    {
        await Serve(Linear());
        var answer = await Json(path, body);
        var beside = answer.TryGetProperty("explanation", out var inside);
        if (beside)
            Assert.Equal("[[11.5],[23.5]]", answer.GetProperty("predictions").GetRawText());
        var explained = Read(beside ? inside : answer);
        Assert.Equal((ExplanationMethod.Linear, ExplanationSpace.Prediction, "y", null), (explained.Method, explained.Space, explained.ExplainedOutput, explained.Coalitions));
        Assert.Equal(0.5, explained.Base, 1e-6);
        AssertNear([2, -6, 15], explained.Explanations[0]);
        AssertNear([-2, 0, 25], explained.Explanations[1]);
        Assert.Equal(["x[0] 1", "x[1] 2", "x[2] 3"], explained.Explanations[0].Attributions.Select(each => $"{each.Input} {each.Value}"));
        Assert.StartsWith("one row of zeros", explained.Background, StringComparison.Ordinal);
        Assert.All(explained.Explanations, row => Assert.InRange(row.AdditivityError, 0, 1e-5));
    }

    [Fact]
    public async Task Open_inference_answers_them_as_tensors_with_the_names_of_the_elements()
    {
        await Serve(Linear());
        var answer = await Json("/v2/models/own/infer", """{"parameters":{"explain":true},"inputs":[{"name":"x","shape":[2,3],"datatype":"FP32","data":[1,2,3,-1,0,5]}]}""");
        Assert.Equal(
            ["y FP32 [2,1]", "attributions FP64 [2,3]", "base FP64 [1]", "additivity_error FP64 [2]", "attribution_names BYTES [3]"],
            answer.GetProperty("outputs").EnumerateArray().Select(output => $"{output.GetProperty("name").GetString()} {output.GetProperty("datatype").GetString()} {output.GetProperty("shape").GetRawText()}"));
        Assert.Equal([2, -6, 15, -2, 0, 25], answer.GetProperty("outputs")[1].GetProperty("data").EnumerateArray().Select(number => Math.Round(number.GetDouble(), 5)));
        Assert.Equal("""["x[0]","x[1]","x[2]"]""", answer.GetProperty("outputs")[4].GetProperty("data").GetRawText());
        Assert.Equal("linear", answer.GetProperty("parameters").GetProperty("explanation_method").GetString());
    }

    [Fact]
    public async Task A_product_is_shared_evenly_and_against_the_rows_of_the_request_by_their_mean()
    {
        await Serve(Graph(graph =>
        {
            graph.AddNamed("ReduceProd", [graph.Input("x", GraphBuilder.Float, -1, 3)], "y", "", GraphBuilder.WholeNumbers("axes", [1]), GraphBuilder.Whole("keepdims", 0));
            graph.Output("y", GraphBuilder.Float, -1);
        }));
        AssertNear([10, 10, 10], Read(await Json("/explain", "[[2,3,5]]")).Explanations[0]);

        // Of two rows that differ in the first alone, the others did nothing.
        var against = Read(await Json("/explain?reference=rows", "[[2,3,5],[4,3,5]]"));
        Assert.Equal(("the 2 rows of the request.", 45), (against.Background, against.Base));
        AssertNear([-15, 0, 0], against.Explanations[0]);
        AssertNear([15, 0, 0], against.Explanations[1]);
    }

    [Fact]
    public async Task Of_several_inputs_and_outputs_the_one_that_is_asked_for_is_explained()
    {
        await Serve(OperatorModels.All["add"].Graph);
        const string Body = """{"inputs":{"a":[[1,2,3]],"b":[[10,0,-10]]}}""";
        var largest = Read(await Json("/explain", Body));
        Assert.Equal(0, largest.Explanations[0].Element);
        AssertNear([1, 0, 0, 10, 0, 0], largest.Explanations[0]);
        var asked = Read(await Json("/explain?output=y&element=2", Body));
        AssertNear([0, 0, 3, 0, 0, -10], asked.Explanations[0]);
        Assert.Equal(["a[0]", "a[1]", "a[2]", "b[0]", "b[1]", "b[2]"], asked.Explanations[0].Attributions.Select(each => each.Input));
    }

    [Fact]
    public async Task An_image_is_explained_by_patches_and_texts_by_token()
    {
        await Serve(OperatorModels.All["scale an image of bytes"].Graph);
        var pixels = Enumerable.Range(0, 32).Select(y => Enumerable.Range(0, 32).Select(x => new[] { x < 4 && y < 4 ? 255 : 0 }));
        var image = Read(await Json("/explain", JsonSerializer.Serialize(new { instances = new[] { pixels } })));
        Assert.Equal(64, image.Explanations[0].Attributions.Count);
        Assert.StartsWith("64 blocks of elements", image.Grouping, StringComparison.Ordinal);
        Assert.Equal(("image[0:4,0:4,0]", 16), (image.Explanations[0].Attributions[0].Input, image.Explanations[0].Attributions[0].Elements));
        Assert.Equal(16 / 1024.0, image.Explanations[0].Attributions[0].Attribution, 1e-6);
        Assert.All(image.Explanations[0].Attributions.Skip(1), each => Assert.Equal(0, each.Attribution, 1e-6));
        Assert.Equal(4, Read(await Json("/explain?groups=4", JsonSerializer.Serialize(new { instances = new[] { pixels } }))).Explanations[0].Attributions.Count);
    }

    [Fact]
    public async Task A_text_is_explained_by_its_tokens_against_empty_ones()
    {
        await Serve(OperatorModels.All["look tokens up and embed them"].Graph);
        var answer = Read(await Json("/explain?element=0", """{"instances":[["good","good","bad"],["unknown","bad",""]]}"""));
        AssertNear([1, 1, -1], answer.Explanations[0]);
        AssertNear([0, -1, 0], answer.Explanations[1]);
        Assert.Equal("tokens[2]=bad", $"{answer.Explanations[0].Attributions[2].Input}={answer.Explanations[0].Attributions[2].Value}");
    }

    [Fact]
    public async Task Rows_that_hang_together_and_inputs_of_a_fixed_size_are_explained_as_a_whole()
    {
        await Serve(Graph(graph =>
        {
            var x = graph.Input("x", GraphBuilder.Float, -1, 2);
            graph.AddNamed("Sub", [x, graph.Add("ReduceMax", [x], "", GraphBuilder.WholeNumbers("axes", [0]))], "y");
            graph.Output("y", GraphBuilder.Float, -1, 2);
        }));
        var together = Read(await Json("/explain", "[[1,2],[3,4]]"));
        Assert.Equal(["x[0,0]", "x[0,1]", "x[1,0]", "x[1,1]"], Assert.Single(together.Explanations).Attributions.Select(each => each.Input));
        Assert.InRange(together.Explanations[0].AdditivityError, 0, 1e-6);
    }

    [Fact]
    public async Task An_input_of_one_fixed_row_is_asked_about_one_by_one()
    {
        await Serve(Graph(graph =>
        {
            graph.AddNamed("ReduceProd", [graph.Input("x", GraphBuilder.Float, 1, 2)], "y", "", GraphBuilder.WholeNumbers("axes", [1]));
            graph.Output("y", GraphBuilder.Float, 1, 1);
        }));
        AssertNear([3, 3], Read(await Json("/explain", "[[2,3]]")).Explanations[0]);
    }

    [Fact]
    public async Task Of_classes_the_one_that_is_answered_is_explained_in_log_odds()
    {
        await Serve(OperatorModels.All["softmax"].Graph);
        var answer = Read(await Json("/explain", "[[1,2,3],[3,0,0]]"));
        Assert.Equal(ExplanationSpace.LogOdds, answer.Space);
        Assert.Equal([2, 0], answer.Explanations.Select(row => row.Element));
        Assert.All(answer.Explanations, row =>
        {
            Assert.Equal(Math.Log(0.5), row.Base!.Value, 1e-6);   // a third
            Assert.InRange(row.AdditivityError, 0, 1e-6);
            Assert.InRange(row.PredictionError, 0, 1e-6);
        });
    }

    [Theory]
    [InlineData("?method=treeShap", 400, "method: treeShap needs trees that know how the training rows parted")]
    [InlineData("?method=backgroundTreeShap", 400, "method: backgroundTreeShap explains trees")]
    [InlineData("?output=z", 400, "output: the model answers 'y'.")]
    [InlineData("?element=1", 400, "element: a row of 'y' has 1, the first of which is 0.")]
    [InlineData("?method=linear&coalitions=9", 400, "coalitions: only kernelShap asks about coalitions.")]
    [InlineData("?method=linear&groups=2", 400, "groups: only kernelShap takes elements together.")]
    [InlineData("?groups=0", 400, "groups: send 1 to 256.")]
    [InlineData("?reference=mine", 400, "reference: send neutral or rows.")]
    [InlineData("?reference=rows", 400, "reference: rows compares the rows of the request with each other")]
    [InlineData("?samples=9", 400, "samples: explain takes 'method', 'coalitions', 'output', 'element', 'groups' and 'reference'.")]
    public async Task What_cannot_be_met_is_said(string query, int status, string sentence)
    {
        await Serve(Linear());
        using var answer = await Post("/explain" + query, "[[1,2,3]]");
        Assert.Equal(status, (int)answer.StatusCode);
        Assert.StartsWith(sentence, JsonElement.Parse(await answer.Content.ReadAsStringAsync(Cancel)).GetProperty("detail").GetString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"dataframe_split":{"columns":["a","b"],"data":[[2,"no"],[3,"yes"]]}}""")]
    [InlineData("""{"dataframe_records":[{"a":2,"b":"no"},{"a":3,"b":"yes"}]}""")]
    [InlineData("""{"inputs":{"a":[2,3],"b":["no","yes"]},"params":{"explain":true}}""")]
    public async Task A_program_is_asked_in_the_form_in_which_it_was(string body)
    {
        var asked = new List<string>();
        using var model = await Program(asked);
        var passed = PassedBody.Read(Encoding.UTF8.GetBytes(body), model.Signature);
        var explained = await TensorExplainer.Explain(passed.Explained((ForwardingModel)model), passed.Inputs, new(), Cancel);

        // a, and five more for "yes": 10 · a where both.
        AssertNear([2, 0], explained.Answer.Explanations[0]);
        AssertNear([3 + 13.5, 13.5], explained.Answer.Explanations[1]);
        Assert.Equal(["a", "b"], explained.Answer.Explanations[0].Attributions.Select(each => each.Input));
        var form = body[2..body.IndexOf('"', 2)];
        Assert.All(asked, sent => Assert.StartsWith("{\"" + form + "\":", sent, StringComparison.Ordinal));
        Assert.All(asked, sent => Assert.DoesNotContain("explain", sent, StringComparison.Ordinal));
        Assert.InRange(asked.Count, 2, 8);   // many rows at a time
        Assert.Contains("\"no\"", asked[0], StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_program_that_cannot_compute_empty_texts_is_compared_with_the_other_rows()
    {
        using var model = await Program([], refusesEmpty: true);
        var passed = PassedBody.Read("""{"inputs":{"a":[2,3],"b":["no","yes"]}}"""u8, model.Signature);
        var refused = await Assert.ThrowsAsync<Assay.Inference.Predictions.RefusedRequestException>(() => TensorExplainer.Explain(passed.Explained((ForwardingModel)model), passed.Inputs, new(), Cancel));
        Assert.Contains("ask with reference=rows", refused.Message, StringComparison.Ordinal);
        var against = await TensorExplainer.Explain(passed.Explained((ForwardingModel)model), passed.Inputs, new() { AgainstRows = true }, Cancel);
        Assert.InRange(against.Answer.Explanations[1].AdditivityError, 0, 1e-9);
        Assert.True(against.Answer.Explanations[1].Attributions[1].Attribution > 0);
    }

    // y = a, or 10 · a where b is "yes"; it takes rows in each of MLflow's forms.
    private static Task<ServedModel> Program(List<string> asked, bool refusesEmpty = false)
    {
        var files = new Dictionary<string, byte[]> { ["serve.yaml"] = "url: http://model.example/"u8.ToArray() };
        return ModelLoader.Load(new ModelPackage(files.Keys, name => files[name]), new(new ProcessOptions(), Answer), Cancel);

        async Task<ServerAnswer> Answer(HttpRequestMessage request, CancellationToken cancel)
        {
            if (request.Method == HttpMethod.Get)
                return new(200, null, []);
            var text = await request.Content!.ReadAsStringAsync(cancel);
            asked.Add(text);
            var rows = RowsOf(JsonElement.Parse(text)).ToList();
            return refusesEmpty && rows.Exists(row => row.B.Length == 0)
                ? new(400, null, """{"message":"b is yes or no"}"""u8.ToArray())
                : new(200, null, Encoding.UTF8.GetBytes($"{{\"predictions\":[{string.Join(',', rows.Select(row => (row.A * (row.B == "yes" ? 10 : 1)).ToString(CultureInfo.InvariantCulture)))}]}}"));
        }
    }

    private static IEnumerable<(double A, string B)> RowsOf(JsonElement body)
    {
        if (body.TryGetProperty("dataframe_split", out var split))
            return split.GetProperty("data").EnumerateArray().Select(row => (row[0].GetDouble(), row[1].GetString()!));
        if (body.TryGetProperty("dataframe_records", out var records))
            return records.EnumerateArray().Select(row => (row.GetProperty("a").GetDouble(), row.GetProperty("b").GetString()!));
        var inputs = body.GetProperty("inputs");
        return inputs.GetProperty("a").EnumerateArray().Zip(inputs.GetProperty("b").EnumerateArray(), (a, b) => (a.GetDouble(), b.GetString()!));
    }

    private static byte[] Linear() => Graph(graph =>
    {
        graph.AddNamed("Gemm", [graph.Input("x", GraphBuilder.Float, -1, 3), graph.Floats("w", [2, -3, 5], 3, 1), graph.Floats("c", [0.5f], 1)], "y");
        graph.Output("y", GraphBuilder.Float, -1, 1);
    });

    private static byte[] Graph(Action<GraphBuilder> write)
    {
        var graph = new GraphBuilder();
        write(graph);
        return graph.Build();
    }

    private static void AssertNear(double[] expected, RowExplanation row) =>
        Assert.Equal(expected, row.Attributions.Select(each => each.Attribution), (a, b) => Math.Abs(a - b) < 1e-4);

    private async Task Serve(byte[] graph)
    {
        await File.WriteAllBytesAsync(Path.Combine(_folder, "model.onnx"), graph, Cancel);
        _server = await ServeHost.Start(new ServeOptions(_folder, 0, Name: "own"), Cancel);
    }

    private static ExplanationAnswer Read(JsonElement answer) => answer.Deserialize<ExplanationAnswer>(PackageJson.Options)!;

    private Task<HttpResponseMessage> Post(string path, string body) =>
        _http.PostAsync(new Uri(_server!.Addresses.Predict, path), new StringContent(body, Encoding.UTF8, "application/json"), Cancel);

    private async Task<JsonElement> Json(string path, string body)
    {
        using var answer = await Post(path, body);
        var text = await answer.Content.ReadAsStringAsync(Cancel);
        Assert.True(answer.StatusCode == HttpStatusCode.OK, text);
        return JsonElement.Parse(text);
    }
}
