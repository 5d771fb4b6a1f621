using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Assay.Inference.Models;
using Assay.Learning.Onnx;
using Assay.Tests.Tracking.Mlflow;
using static Assay.Tests.Serving.ServingHost;

namespace Assay.Tests.Serving;

/// <summary>Endpoints over ONNX models that other tools made and MLflow's clients registered.</summary>
public sealed class TensorEndpointTests(MlflowServer fixture) : IClassFixture<MlflowServer>
{
    private const string Described = """
        flavors:
          onnx:
            data: graph/model.onnx
            onnx_version: 1.16.0
          python_function:
            loader_module: mlflow.onnx
        signature:
          inputs: '[{"name": "length", "type": "double", "required": true}, {"name": "width", "type": "double", "required": true}]'
          outputs: '[{"type": "tensor", "tensor-spec": {"dtype": "float32", "shape": [-1, 1]}}]'
        """;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private TestServer Server => fixture.Server;

    [Fact]
    public async Task A_bare_graph_of_an_mlflow_run_is_registered_shown_and_asked()
    {
        await RegisterByMlflow("bare", ("model.onnx", Area()));
        await Deploy(Server, "bare", "1", "bare");

        var shown = await Show(Server, "bare");
        Assert.Null(shown.Schema);
        Assert.Equal(ModelKind.Tensors, shown.Kind);
        var input = Assert.Single(shown.Signature!.Inputs);
        Assert.Equal(("sizes", "FP32"), (input.Name, input.Datatype));
        Assert.Equal([-1, 2], input.Shape);
        Assert.Equal("[[6],[20]]", await Predicted("bare", """{"inputs":{"sizes":[[2,3],[4,5]]}}"""));
        Assert.Equal("[[6]]", await Predicted("bare", "[[2,3]]"));
        await Counted(Server, "bare", rows: 3);
    }

    [Fact]
    public async Task Every_protocol_reaches_a_graph_and_is_told_in_its_own_form_what_does_not_fit()
    {
        await RegisterByMlflow("spoken", ("model.onnx", Area()));
        await Deploy(Server, "spoken", "1", "spoken");
        var shown = await Server.Admin.GetFromJsonAsync<JsonElement>("/v2/models/spoken", Cancel);
        Assert.Equal("""[{"name":"sizes","datatype":"FP32","shape":[-1,2]}]""", shown.GetProperty("inputs").GetRawText());
        Assert.Equal("""[{"name":"area","datatype":"FP32","shape":[2,1],"data":[6,20]}]""",
            (await Said("/v2/models/spoken/infer", """{"inputs":[{"name":"sizes","shape":[2,2],"datatype":"FP32","data":[[2,3],[4,5]]}]}""", 200)).GetProperty("outputs").GetRawText());
        Assert.Equal("[[6]]", (await Said("/v1/models/spoken:predict", """{"instances":[[2,3]]}""", 200)).GetProperty("predictions").GetRawText());
        Assert.Equal("[[6]]", (await Said("/endpoints/spoken/invocations", """{"inputs":{"sizes":[[2,3]]}}""", 200)).GetProperty("predictions").GetRawText());

        const string Unfit = "Input 'sizes' has the shape [1,3], and the model takes [-1,2] there, where -1 is any size.";
        var refused = await Said("/v2/models/spoken/infer", """{"inputs":[{"name":"sizes","shape":[1,3],"datatype":"FP32","data":[1,2,3]}]}""", 400);
        Assert.Equal((Unfit, "sizes"), (refused.GetProperty("error").GetString(), refused.GetProperty("column").GetString()));
        Assert.Equal(Unfit, (await Said("/v1/models/spoken:predict", """{"instances":[[1,2,3]]}""", 400)).GetProperty("error").GetString());
        Assert.Equal(Unfit, (await Said("/endpoints/spoken/invocations", """{"inputs":[[1,2,3]]}""", 400)).GetProperty("message").GetString());
    }

    [Fact]
    public async Task The_columns_of_mlflows_signature_are_put_into_their_order()
    {
        await RegisterByMlflow("described", ("MLmodel", System.Text.Encoding.UTF8.GetBytes(Described)), ("graph/model.onnx", Area(widthFirst: false)));
        await Deploy(Server, "described", "1", "described");
        Assert.Equal("[[302]]", await Predicted("described", """{"dataframe_split":{"columns":["width","length"],"data":[[2,3]]}}"""));
        Assert.Equal("[[302]]", await Predicted("described", """{"dataframe_records":[{"width":2,"length":3}]}"""));
        Assert.Equal("[[302]]", await Predicted("described", """[{"length":3,"width":2}]"""));
        Assert.Equal("[[302]]", await Predicted("described", """{"length":3,"width":2}"""));

        using var refused = await Ask(Server.Admin, "described", """{"dataframe_records":[{"width":2}]}""");
        var problem = await refused.Content.ReadFromJsonAsync<JsonElement>(Cancel);
        Assert.Equal(HttpStatusCode.BadRequest, refused.StatusCode);
        Assert.Equal("Column 'length' is missing. The model needs it.", problem.GetProperty("detail").GetString());
        Assert.Equal("length", problem.GetProperty("column").GetString());
    }

    [Theory]
    [InlineData("[[1,2,3]]", "Input 'sizes' has the shape [1,3], and the model takes [-1,2] there, where -1 is any size.")]
    [InlineData("""{"inputs":{"size":[[1,2]]}}""", "The model has no input 'size'. Leave it out; the inputs are 'sizes'.")]
    [InlineData("""{"inputs":{"sizes":[["a","b"]]}}""", "Row 1, input 'sizes': expected a number, got the text \"a\". Write numbers without quotes.")]
    public async Task What_the_signature_does_not_allow_is_a_400_that_names_the_input(string body, string detail)
    {
        if (await Server.Admin.GetAsync("/api/v1/endpoints/strict", Cancel) is { IsSuccessStatusCode: false })
        {
            await RegisterByMlflow("strict", ("model.onnx", Area()));
            await Deploy(Server, "strict", "1", "strict");
        }

        using var answer = await Ask(Server.Admin, "strict", body);
        Assert.Equal((HttpStatusCode.BadRequest, detail), (answer.StatusCode, await Detail(answer)));
    }

    [Fact]
    public async Task Sizes_that_the_signature_leaves_open_and_the_graph_can_not_compute_are_a_400_that_names_the_input()
    {
        await RegisterByMlflow("open", ("model.onnx", OpenProduct()));
        await Deploy(Server, "open", "1", "open");
        var refused = await Said("/v2/models/open/infer", Open(("left", "[1,5]", "1,2,3,4,5"), ("right", "[3,2]", "1,1,1,1,1,1")), 400);
        Assert.Equal("The sizes of the inputs don't go together: 'left' [1,5], 'right' [3,2]. The model has computed 'left' [1,1], 'right' [1,2].", refused.GetProperty("error").GetString());
        Assert.Equal("left", refused.GetProperty("column").GetString());
        Assert.Equal("[6,6]", (await Said("/v2/models/open/infer", Open(("left", "[1,3]", "1,2,3"), ("right", "[3,2]", "1,1,1,1,1,1")), 200)).GetProperty("outputs")[0].GetProperty("data").GetRawText());

        await RegisterByMlflow("width", ("model.onnx", OpenWidth()));
        await Deploy(Server, "width", "1", "width");
        const string Unfit = "Input 'x' has the shape [1,2], whose sizes the model can't compute. It has computed [1,3].";
        refused = await Said("/v2/models/width/infer", Open(("x", "[1,2]", "1,2")), 400);
        Assert.Equal((Unfit, "x"), (refused.GetProperty("error").GetString(), refused.GetProperty("column").GetString()));
        Assert.Equal(Unfit, (await Said("/v1/models/width:predict", """{"instances":[[1,2]]}""", 400)).GetProperty("error").GetString());
        Assert.Equal(Unfit, (await Said("/endpoints/width/invocations", """{"inputs":[[1,2]]}""", 400)).GetProperty("message").GetString());
        Assert.Equal("[[6]]", await Predicted("width", "[[1,2,3]]"));
    }

    [Fact]
    public async Task A_graph_that_a_few_bytes_of_input_make_huge_fails_by_itself_and_says_why()
    {
        var graph = new GraphBuilder();
        graph.AddNamed("ReduceSum", [graph.Add("ConstantOfShape", [graph.Input("n", GraphBuilder.Int64, 1)])], graph.Free("sum"));
        graph.Output("sum", GraphBuilder.Float, -1);
        await RegisterByMlflow("hungry", ("model.onnx", graph.Build()));
        await Deploy(Server, "hungry", "1", "hungry");
        using var refused = await Ask(Server.Admin, "hungry", """{"inputs":{"n":[100000000000]}}""");
        Assert.Equal(HttpStatusCode.InternalServerError, refused.StatusCode);
        Assert.StartsWith("The model was stopped, for it needs more memory for these inputs than the ", await Detail(refused), StringComparison.Ordinal);
        Assert.Equal("[0]", await Predicted("hungry", """{"inputs":{"n":[1000]}}"""));
    }

    [Fact]
    public async Task A_model_of_another_kind_is_refused_with_what_it_is()
    {
        await RegisterByMlflow("forest", ("MLmodel", "flavors:\n  python_function:\n    loader_module: mlflow.sklearn\n  sklearn: {}\n"u8.ToArray()), ("notes.txt", "a"u8.ToArray()));
        using var answer = await Put(Server, "forest", "1", "forest");
        Assert.Equal(HttpStatusCode.Conflict, answer.StatusCode);
        Assert.EndsWith("this server starts none. Whoever runs it can allow that with ModelProcesses:Enabled ('assay serve': --run PROGRAM).", await Detail(answer), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_table_model_and_a_tensor_model_may_follow_each_other_at_one_endpoint()
    {
        await Register(Server, bias: -2, model: "table");
        await RegisterByMlflow("tensor", ("model.onnx", Area()));
        await Deploy(Server, "changing", "1", "table");
        Assert.Equal(0.8175744, await Predict(Server, "changing"), 1e-6);
        await Deploy(Server, "changing", "1", "tensor");
        Assert.Equal("[[6]]", await Predicted("changing", "[[2,3]]"));
        await Deploy(Server, "changing", "1", "table");
        Assert.Equal(ModelKind.Table, (await Show(Server, "changing")).Kind);
    }

    [Fact]
    public async Task Rows_of_a_day_and_the_cache_hold_for_graphs_too()
    {
        await RegisterByMlflow("limited", ("model.onnx", Area()));
        using var put = await Server.Admin.PutAsJsonAsync(
            "/api/v1/endpoints/limited", new { model = "limited", version = "1", limits = new { rowsPerDay = 6, cacheMegabytes = 1 } }, Cancel);
        put.EnsureSuccessStatusCode();
        using var first = await Ask(Server.Admin, "limited", """{"inputs":{"sizes":[[2,3],[4,5]]}}""");
        using var again = await Ask(Server.Admin, "limited", "[[2,3],[4,5]]");
        using var other = await Ask(Server.Admin, "limited", "[[2,3],[4,6]]");
        Assert.Equal(["miss", "hit", "miss"], new[] { first, again, other }.Select(answer => answer.Headers.GetValues("Assay-Cache").Single()));
        Assert.Equal("[[6],[20]]", JsonElement.Parse(await again.Content.ReadAsStringAsync(Cancel)).GetProperty("predictions").GetRawText());
        Assert.Equal("[[6],[24]]", JsonElement.Parse(await other.Content.ReadAsStringAsync(Cancel)).GetProperty("predictions").GetRawText());

        using var more = await Ask(Server.Admin, "limited", "[[2,3]]");
        Assert.Equal(HttpStatusCode.TooManyRequests, more.StatusCode);
        Assert.Contains("6 rows", await Detail(more), StringComparison.Ordinal);
    }

    private Task RegisterByMlflow(string model, params (string Path, byte[] Content)[] files) => MlflowPackages.Register(Server, model, files);

    private async Task<JsonElement> Said(string path, string body, int status)
    {
        using var answer = await Server.Admin.PostAsync(path, new StringContent(body, System.Text.Encoding.UTF8, "application/json"), Cancel);
        var text = await answer.Content.ReadAsStringAsync(Cancel);
        Assert.True((int)answer.StatusCode == status, text);
        return JsonElement.Parse(text);
    }

    private async Task<string> Predicted(string endpoint, string body)
    {
        using var answer = await Ask(Server.Admin, endpoint, body);
        var text = await answer.Content.ReadAsStringAsync(Cancel);
        Assert.True(answer.IsSuccessStatusCode, text);
        return JsonDocument.Parse(text).RootElement.GetProperty("predictions").GetRawText();
    }

    private static string Open(params (string Name, string Shape, string Data)[] inputs) =>
        $$"""{"inputs":[{{string.Join(',', inputs.Select(input => $$"""{"name":"{{input.Name}}","shape":{{input.Shape}},"datatype":"FP32","data":[{{input.Data}}]}"""))}}]}""";

    private static byte[] OpenProduct()
    {
        var graph = new GraphBuilder();
        graph.AddNamed("MatMul", [graph.Input("left", GraphBuilder.Float, 1, -1), graph.Input("right", GraphBuilder.Float, -1, 2)], graph.Free("product"));
        graph.Output("product", GraphBuilder.Float, -1, -1);
        return graph.Build();
    }

    private static byte[] OpenWidth()
    {
        var graph = new GraphBuilder();
        graph.AddNamed("MatMul", [graph.Input("x", GraphBuilder.Float, -1, -1), graph.Floats("ones", [1, 1, 1], 3, 1)], graph.Free("sum"));
        graph.Output("sum", GraphBuilder.Float, -1, 1);
        return graph.Build();
    }

    // The product of two columns; or 100 times the first and once the second, so that their order is seen.
    private static byte[] Area(bool widthFirst = true)
    {
        var graph = new GraphBuilder();
        var sizes = graph.Input("sizes", GraphBuilder.Float, -1, 2);
        if (widthFirst)
        {
            graph.AddNamed("ReduceProd", [sizes], "area", "", GraphBuilder.WholeNumbers("axes", [1]), GraphBuilder.Whole("keepdims", 1));
            graph.Output("area", GraphBuilder.Float, -1, 1);
        }
        else
        {
            graph.AddNamed("MatMul", [sizes, graph.Floats("weights", [100, 1], 2, 1)], "mixed");
            graph.Output("mixed", GraphBuilder.Float, -1, 1);
        }

        return graph.Build();
    }
}
