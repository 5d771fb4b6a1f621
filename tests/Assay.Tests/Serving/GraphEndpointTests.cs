using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Assay.Inference.Counterfactuals;
using Assay.Inference.Explanations;
using Assay.Inference.Models;
using Assay.Kernel;
using Assay.Learning.Onnx;
using Assay.Registry;
using Assay.Tests.Inference;
using Assay.Tests.Tracking.Mlflow;
using static Assay.Tests.Serving.ServingHost;

namespace Assay.Tests.Serving;

/// <summary>Several models that answer as one.</summary>
public sealed class GraphEndpointTests(MlflowServer fixture) : IClassFixture<MlflowServer>
{
    private const string Row = """{"dataframe_records":[{"age":30,"balance":500,"plan":"plus"}]}""";
    private static readonly SemaphoreSlim Once = new(1);
    private static bool _made;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private TestServer Server => fixture.Server;

    [Fact]
    public async Task An_ensemble_is_the_weighted_mean_of_its_members_and_says_who_they_are()
    {
        await Serve("mean", "ensemble: [{model: models:/low/1, weight: 1}, {model: models:/high/1, weight: 3}]");
        using var answer = await Ask(Server.Admin, "mean", Row);
        var expected = 0.25 * TinyModel.Expect(30, 500, "plus", -2) + 0.75 * TinyModel.Expect(30, 500, "plus", 1);
        Assert.Equal(expected, (await Predictions(answer))[0].GetDouble(), 1e-6);
        Assert.Equal("low/1, high/1", answer.Headers.GetValues("Assay-Members").Single());
        var shown = await Show(Server, "mean");
        Assert.Equal(ModelKind.Graph, shown.Kind);
        Assert.Equal(["age", "balance", "plan"], shown.Signature!.Inputs.Select(input => input.Name));
        Assert.Equal((ModelTask.Classification, "age balance plan"), (shown.Schema!.Task, string.Join(' ', shown.Schema.Inputs.Select(input => input.Name))));
    }

    [Fact]
    public async Task A_sequence_hands_the_answer_of_each_step_to_the_next()
    {
        await Serve("steps", "sequence: [{model: models:/twice/1}, {model: models:/plus-ten/1}, {model: models:/twice/1}]");
        Assert.Equal("[[26],[-20]]", await Text("steps", """{"inputs":{"x":[[1.5],[-10]]}}"""));
    }

    [Fact]
    public async Task A_switch_asks_the_first_whose_condition_holds_for_each_row()
    {
        await Serve("ways", "switch: [{when: age < 40, model: models:/low/1}, {when: plan = plus, model: models:/high/1}, {model: models:/low/1}]");
        Assert.Equal(TinyModel.Expect(30, 500, "plus", -2), await One("ways", Row), 1e-6);
        Assert.Equal(TinyModel.Expect(50, 500, "plus", 1), await One("ways", Row.Replace("30", "50", StringComparison.Ordinal)), 1e-6);
        Assert.Equal(TinyModel.Expect(50, 500, "basic", -2), await One("ways", """{"dataframe_records":[{"age":50,"balance":500,"plan":"basic"}]}"""), 1e-6);
        using var mixed = await Ask(Server.Admin, "ways", """{"dataframe_split":{"columns":["age","balance","plan"],"data":[[50,1,"plus"],[30,1,"plus"],[50,1,"basic"]]}}""");
        Assert.Equal(
            [TinyModel.Expect(50, 1, "plus", 1), TinyModel.Expect(30, 1, "plus", -2), TinyModel.Expect(50, 1, "basic", -2)],
            (await Predictions(mixed)).EnumerateArray().Select(each => each.GetDouble()), (one, other) => Math.Abs(one - other) < 1e-6);
    }

    [Fact]
    public async Task A_graph_of_tables_is_read_refused_and_explained_as_a_table_is()
    {
        await Serve("as-table", "ensemble: [{model: models:/low/1}, {model: models:/high/1}]");
        using var plain = await Ask(Server.Admin, "as-table", """[[30,500,"plus"],[64,null,null]]""");
        Assert.Equal((TinyModel.Expect(30, 500, "plus", -2) + TinyModel.Expect(30, 500, "plus", 1)) / 2, (await Predictions(plain))[0].GetDouble(), 1e-6);
        using var wrong = await Ask(Server.Admin, "as-table", """[[30,500,"gold"]]""");
        Assert.Equal(HttpStatusCode.BadRequest, wrong.StatusCode);
        Assert.StartsWith("Row 1, column 'plan'", await Detail(wrong), StringComparison.Ordinal);

        var explained = await Why("as-table");
        Assert.Equal((ExplanationMethod.KernelShap, ExplanationSpace.LogOdds, 8), (explained.Method, explained.Space, explained.Coalitions));
        Assert.StartsWith("64 rows made of the baseline", explained.Background, StringComparison.Ordinal);
        Assert.Equal(["age 30", "balance 500", "plan plus"], explained.Explanations[0].Attributions.Select(each => $"{each.Input} {each.Value}"));
        Assert.InRange(explained.Explanations[0].AdditivityError, 0, 1e-5);
        Assert.True(explained.Explanations[0].Attributions[2].Attribution > 0);
    }

    [Theory]
    [InlineData("by-chance", "splitter: [{model: models:/low/1}, {model: models:/high/1}]")]
    [InlineData("by-way", "switch: [{when: age < 40, model: models:/low/1}, {model: models:/high/1}]")]
    public async Task Chance_is_not_explained_and_ways_are(string name, string yaml)
    {
        await Serve(name, yaml);
        Assert.InRange((await Why(name)).Explanations[0].AdditivityError, 0, 1e-5);
    }

    // An ensemble says no where the mean of its members does, a switch where another member is asked, a splitter as the one that it drew.
    [Theory]
    [InlineData("near-mean", "ensemble: [{model: models:/low/1}, {model: models:/high/1}]", """{"row":[60,500,"basic"],"immutable":["plan","balance"]}""")]
    [InlineData("near-way", "switch: [{when: age < 40, model: models:/low/1}, {model: models:/high/1}]", """{"row":[60,500,"basic"],"immutable":["plan","balance"]}""")]
    [InlineData("near-chance", "splitter: [{model: models:/low/1}, {model: models:/low/1}]", """{"row":{"age":60,"balance":500,"plan":"basic"},"immutable":["plan"],"count":1}""")]
    public async Task Near_rows_of_a_graph_of_tables_are_found_and_the_graph_itself_decides_them_otherwise(string name, string yaml, string sought)
    {
        await Serve(name, yaml);
        using var answer = await Server.Admin.PostAsync($"/endpoints/{name}/counterfactuals", new StringContent(sought, System.Text.Encoding.UTF8, "application/json"), Cancel);
        var found = (await answer.EnsureSuccessStatusCode().Content.ReadFromJsonAsync<CounterfactualAnswer>(AssayJson.Options, Cancel))!;
        Assert.True(found.Prediction >= 0.5);
        var row = Row.Replace("30", "60", StringComparison.Ordinal).Replace("plus", "basic", StringComparison.Ordinal);
        Assert.Equal(found.Prediction, await One(name, row), 1e-6);
        foreach (var change in Assert.Single(found.Counterfactuals).Changes)
            row = row.Replace($"\"{change.Input}\":{change.From}", $"\"{change.Input}\":{change.To}", StringComparison.Ordinal);
        Assert.InRange(await One(name, row), 0, 0.4999999);
        Assert.Equal(found.Counterfactuals[0].Prediction, await One(name, row), 1e-6);
    }

    [Fact]
    public async Task Near_rows_of_tensors_are_refused_with_why()
    {
        await Serve("tensors", "sequence: [{model: models:/twice/1}]");
        using var answer = await Server.Admin.PostAsJsonAsync("/endpoints/tensors/counterfactuals", new { row = new[] { 1 } }, Cancel);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, answer.StatusCode);
        Assert.StartsWith("Near rows can be found only for a model that takes rows of a schema.", await Detail(answer), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_splitter_asks_one_by_chance()
    {
        await Serve("chance", "splitter: [{model: models:/low/1, weight: 50}, {model: models:/high/1, weight: 50}, {model: models:/broken/1, weight: 0}]");
        var seen = new HashSet<double>();
        for (var i = 0; i < 60; i++)
            seen.Add(Math.Round(await One("chance", Row), 5));
        Assert.Equal([Math.Round(TinyModel.Expect(30, 500, "plus", -2), 5), Math.Round(TinyModel.Expect(30, 500, "plus", 1), 5)], seen.Order());
    }

    [Fact]
    public async Task An_alias_is_settled_to_the_version_that_it_names_now()
    {
        await Make();
        using var made = await Post("settled", "sequence: [{model: models:/low/latest, rename: {probability: chance}}]");
        made.EnsureSuccessStatusCode();
        var yaml = await Server.Admin.GetStringAsync("/api/v1/models/settled/versions/1/files/graph.yaml", Cancel);
        Assert.Contains("models:/low/1,", yaml, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("ensemble: []", "graph.yaml: 'ensemble' is empty.")]
    [InlineData("ensemble: none", "graph.yaml: 'ensemble' is not a list.")]
    [InlineData("model: low", "graph.yaml: 'model' is not written models:/NAME/VERSION.")]
    [InlineData("sequence: [{model: models:/low/1, weight: 2}]", "graph.yaml: 'sequence[0]' has 'weight', which is not known there; it has model, sequence, ensemble, switch, splitter, rename.")]
    [InlineData("ensemble: [{model: models:/low/1, weight: heavy}]", "graph.yaml: 'ensemble[0].weight' is not a number from 0 on.")]
    [InlineData("ensemble: [{model: models:/low/1, weight: 0}]", "graph.yaml: 'ensemble[0].weight' is 0, and so are the others.")]
    [InlineData("switch: [{model: models:/low/1}, {when: a = b, model: models:/low/1}]", "graph.yaml: 'switch[0]' has no 'when', which only the last one may lack.")]
    [InlineData("switch: [{when: often, model: models:/low/1}]", "graph.yaml: 'switch[0].when' is not written INPUT = VALUE, with =, !=, <, <=, > or >=.")]
    [InlineData("{}", "graph.yaml: the graph has none of model, sequence, ensemble, switch, splitter.")]
    [InlineData("[", "graph.yaml can't be read: ")]
    public async Task What_is_no_graph_is_refused_by_its_place(string yaml, string problem)
    {
        await Make();
        using var answer = await Post("wrong", yaml);
        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Contains(problem, await answer.Content.ReadAsStringAsync(Cancel).ContinueWith(text => System.Text.RegularExpressions.Regex.Unescape(text.Result), Cancel), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_member_that_is_not_there_is_a_404()
    {
        await Make();
        using var answer = await Post("wrong", "model: models:/nobody/1");
        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
    }

    [Theory]
    [InlineData("sequence: [{model: models:/low/1}, {model: models:/words/1}]", "'sequence[1].model' takes 'word' as BYTES, and it comes as FP32.")]
    [InlineData("ensemble: [{model: models:/low/1}, {model: models:/words/1}]", "'ensemble[0].model' and its neighbours have no output in common")]
    [InlineData("switch: [{when: size > 1, model: models:/low/1}]", "'switch[0].model' is chosen by 'size', which no member takes.")]
    [InlineData("sequence: [{model: models:/low/1, rename: {score: x}}]", "'sequence[0].model.rename' names 'score', which is no output there.")]
    [InlineData("ensemble: [{model: models:/twice/1}, {model: models:/thrice-wide/1}]", "'ensemble[1].model' answers 'wide' in the shape [-1,3], and the first member 'doubled' in [-1,1], which have no mean.")]
    [InlineData("ensemble: [{model: models:/thrice-wide/1}, {model: models:/from-three/1}]", "'ensemble[1].model' takes 'x' in the shape [-1,3], and it comes in [-1,1].")]
    [InlineData("sequence: [{model: models:/twice/1}, {model: models:/from-three/1}]", "'sequence[1].model' takes 'x' in the shape [-1,3], and it comes in [-1,1].")]
    [InlineData("switch: [{when: age < abc, model: models:/low/1}, {model: models:/high/1}]", "'switch[0].model' is chosen by 'age', which is FP32, and 'abc' is no number.")]
    public async Task Members_that_do_not_fit_are_refused_when_the_graph_is_deployed(string yaml, string problem)
    {
        await Make();
        var name = $"unfit-{Math.Abs(yaml.GetHashCode(StringComparison.Ordinal))}";
        (await Post(name, yaml)).EnsureSuccessStatusCode();
        using var answer = await Put(Server, name, "1", name);
        Assert.Equal(HttpStatusCode.Conflict, answer.StatusCode);
        Assert.Contains(problem, await Detail(answer), StringComparison.Ordinal);
    }

    private async Task Serve(string name, string yaml)
    {
        await Make();
        (await Post(name, yaml)).EnsureSuccessStatusCode();
        await Deploy(Server, name, "1", name);
    }

    private Task<HttpResponseMessage> Post(string name, string graph) =>
        Server.Admin.PostAsJsonAsync($"/api/v1/models/{name}/graphs", new { graph }, AssayJson.Options, Cancel);

    private async Task<ExplanationAnswer> Why(string endpoint)
    {
        using var answer = await Server.Admin.PostAsync($"/endpoints/{endpoint}/explain", new StringContent("""[[30,500,"plus"]]""", System.Text.Encoding.UTF8, "application/json"), Cancel);
        var text = await answer.Content.ReadAsStringAsync(Cancel);
        Assert.True(answer.IsSuccessStatusCode, text);
        return JsonSerializer.Deserialize<ExplanationAnswer>(text, PackageJson.Options)!;
    }

    private async Task<double> One(string endpoint, string body)
    {
        using var answer = await Ask(Server.Admin, endpoint, body);
        return (await Predictions(answer))[0].GetDouble();
    }

    private async Task<string> Text(string endpoint, string body)
    {
        using var answer = await Ask(Server.Admin, endpoint, body);
        return (await Predictions(answer)).GetRawText();
    }

    private static async Task<JsonElement> Predictions(HttpResponseMessage answer)
    {
        var text = await answer.Content.ReadAsStringAsync(Cancel);
        Assert.True(answer.IsSuccessStatusCode, text);
        return JsonDocument.Parse(text).RootElement.GetProperty("predictions");
    }

    // Three table models and five graphs of one operator, once for the class.
    private async Task Make()
    {
        await Once.WaitAsync(Cancel);
        try
        {
            if (_made)
                return;
            await Register(Server, bias: -2, model: "low");
            await Register(Server, bias: 1, model: "high");
            await Register(Server, bias: 9, model: "broken");
            await MlflowPackages.Register(Server, "twice", ("model.onnx", Arithmetic("Mul", 2, "doubled")));
            await MlflowPackages.Register(Server, "thrice-wide", ("model.onnx", Widening()));
            await MlflowPackages.Register(Server, "from-three", ("model.onnx", OfThree()));
            await MlflowPackages.Register(Server, "plus-ten", ("model.onnx", Arithmetic("Add", 10, "sum")));
            await MlflowPackages.Register(Server, "words", ("model.onnx", Words()));
            _made = true;
        }
        finally
        {
            Once.Release();
        }
    }

    private static byte[] Arithmetic(string operation, float operand, string output)
    {
        var graph = new GraphBuilder();
        graph.AddNamed(operation, [graph.FloatInput("x"), graph.Floats("operand", [operand], 1)], output);
        graph.Output(output);
        return graph.Build();
    }

    private static byte[] Widening()
    {
        var graph = new GraphBuilder();
        graph.AddNamed("Mul", [graph.FloatInput("x"), graph.Floats("operands", [1, 2, 3], 3)], "wide");
        graph.Output("wide", GraphBuilder.Float, -1, 3);
        return graph.Build();
    }

    private static byte[] OfThree()
    {
        var graph = new GraphBuilder();
        graph.AddNamed("Identity", [graph.Input("x", GraphBuilder.Float, -1, 3)], "same");
        graph.Output("same", GraphBuilder.Float, -1, 3);
        return graph.Build();
    }

    private static byte[] Words()
    {
        var graph = new GraphBuilder();
        graph.AddNamed("Identity", [graph.TextInput("word")], "same");
        graph.AddNamed("Identity", ["same"], "again");
        graph.Output("same", GraphBuilder.Text, -1, 1);
        graph.Output("again", GraphBuilder.Text, -1, 1);
        return graph.Build();
    }
}
