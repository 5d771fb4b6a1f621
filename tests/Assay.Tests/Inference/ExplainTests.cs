using System.Net;
using System.Net.Http.Json;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Assay.Inference.Explanations;
using Assay.Inference.Models;
using Assay.Serve;

namespace Assay.Tests.Inference;

/// <summary>Explanations as the slim server gives them; the platform has the same operation behind its permissions.</summary>
public sealed class ExplainTests : IAsyncDisposable
{
    private const string Rows = """[[44,12000.5,true,"north","shop 7"],[70,null,false,null,"shop 12"],[18,1000,1,"wëst","shop 299"]]""";
    private readonly string _folder = Directory.CreateTempSubdirectory("assay-explain-").FullName;
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

    [Fact]
    public async Task A_linear_model_is_explained_by_weight_times_distance_from_the_mean()
    {
        await Serve(TinyModel.Files());
        var answer = await Explain("""[[30,500,"plus"],[64,null,null]]""");

        Assert.Equal((ExplanationMethod.Linear, ExplanationSpace.LogOdds), (answer.Method, answer.Space));
        var ages = Enumerable.Range(0, 1000).Average(i => 18 + i % 60);
        var balances = Enumerable.Range(0, 1000).Average(i => i % 10 == 0 ? 0 : i * 2.5);
        var plans = Enumerable.Range(0, 1000).Average(i => i % 20 == 0 ? 0 : new[] { -1, 0.25, 1.5 }[i % 3]);
        var (first, second) = (answer.Explanations[0], answer.Explanations[1]);
        Assert.Equal([0.05 * (30 - ages), 0.001 * (500 - balances), 1.5 - plans], first.Attributions.Select(each => each.Attribution), Near);
        Assert.Equal([0.05 * (64 - ages), 0.001 * (0 - balances), 0 - plans], second.Attributions.Select(each => each.Attribution), Near);
        Assert.Equal(0.05 * ages + 0.001 * balances + plans - 2, answer.Base, 1e-6);
        Assert.Equal(TinyModel.Expect(30, 500, "plus"), first.Prediction, 1e-6);
        Assert.Equal(["30", "500", "plus"], first.Attributions.Select(each => each.Value?.ToString()));
        Assert.Equal(["64", null, null], second.Attributions.Select(each => each.Value?.ToString()));
    }

    [Theory]
    [InlineData("fast-tree", ModelTask.Classification)]
    [InlineData("light-gbm", ModelTask.Classification)]
    [InlineData("fast-tree", ModelTask.Regression)]
    [InlineData("light-gbm", ModelTask.Regression)]
    public async Task Trees_are_explained_exactly_by_the_counts_of_their_training_rows(string trainer, ModelTask task)
    {
        var files = await ExplainedModels.Trained(trainer, task);
        await Serve(files);
        var answer = await Explain(Rows);

        Assert.Equal(ExplanationMethod.TreeShap, answer.Method);
        Assert.All(answer.Explanations, row =>
        {
            Assert.Equal(["age", "income", "member", "region", "shop"], row.Attributions.Select(each => each.Input));
            Assert.InRange(row.AdditivityError, 0, 1e-9);
            Assert.InRange(row.PredictionError, 0, 1e-5);
            Assert.True(row.Attributions.Sum(each => Math.Abs(each.Attribution)) > 0.1);
        });
        // The label depends on age, income, member and region, and not on the shop, of which there are 300.
        Assert.True(answer.Explanations.Average(row => Math.Abs(row.Attributions[0].Attribution)) > answer.Explanations.Average(row => Math.Abs(row.Attributions[4].Attribution)));
        Assert.Equal(await Predictions(Rows), answer.Explanations.Select(row => row.Prediction));
    }

    [Theory]
    [InlineData("light-gbm", ModelTask.Classification)]
    [InlineData("fast-tree", ModelTask.Regression)]
    public async Task Trees_without_counts_are_explained_against_background_rows_as_the_model_itself_says_when_asked(string trainer, ModelTask task)
    {
        await Serve(await ExplainedModels.Trained(trainer, task, counted: false));
        var inside = await Explain(Rows);
        var outside = await Explain(Rows, "?method=kernelShap");

        Assert.Equal((ExplanationMethod.BackgroundTreeShap, ExplanationMethod.KernelShap), (inside.Method, outside.Method));
        Assert.Equal(32, outside.Coalitions);   // all of them, so the definition itself
        Assert.Equal(inside.Base, outside.Base, 1e-4);
        foreach (var (ours, theirs) in inside.Explanations.Zip(outside.Explanations))
            Assert.Equal(theirs.Attributions.Select(each => each.Attribution), ours.Attributions.Select(each => each.Attribution), (a, b) => Math.Abs(a - b) < 1e-4);
    }

    [Fact]
    public async Task Who_names_coalitions_gets_them_also_where_another_method_is_the_best()
    {
        await Serve(TinyModel.Files());
        var (best, asked) = (await Explain("""[[30,500,"plus"]]"""), await Explain("""[[30,500,"plus"]]""", "?coalitions=6"));
        Assert.Equal((ExplanationMethod.Linear, null), (best.Method, best.Coalitions));
        Assert.Equal((ExplanationMethod.KernelShap, 6), (asked.Method, asked.Coalitions));
    }

    [Fact]
    public async Task A_model_that_cannot_be_read_is_explained_from_the_outside_exactly_for_few_inputs()
    {
        await Serve(ExplainedModels.BlackBox());
        var answer = await Explain("""[[30,500,"plus"],[64,null,"basic"]]""");

        Assert.Equal((ExplanationMethod.KernelShap, 8), (answer.Method, answer.Coalitions));
        Assert.All(answer.Explanations, row => Assert.InRange(row.AdditivityError, 0, 1e-9));
        Assert.StartsWith("64 rows made of the baseline", answer.Background, StringComparison.Ordinal);
        Assert.True(answer.Explanations[0].Attributions[2].Attribution > 0);
        Assert.Equal(JsonSerializer.Serialize(answer), JsonSerializer.Serialize(await Explain("""[[30,500,"plus"],[64,null,"basic"]]""")));
    }

    [Fact]
    public async Task The_answer_of_the_reference_is_what_the_server_says()
    {
        await Serve(TinyModel.Files());
        var shown = Regex.Match(await File.ReadAllTextAsync(Reference(), Cancel), "```json explanation\n(.*?)```", RegexOptions.Singleline).Groups[1].Value;
        var expected = JsonSerializer.Deserialize<ExplanationAnswer>(shown, PackageJson.Options)!;
        var answer = await Explain("""[[30,500,"plus"]]""");

        Assert.Equal((expected.Method, expected.Space, expected.Background), (answer.Method, answer.Space, answer.Background));
        Assert.Equal([expected.Base, expected.BasePrediction], [answer.Base, answer.BasePrediction], Near);
        var (row, other) = (expected.Explanations[0], answer.Explanations[0]);
        Assert.Equal([row.Prediction, row.Output, row.AdditivityError, row.PredictionError], [other.Prediction, other.Output, other.AdditivityError, other.PredictionError], Near);
        Assert.Equal(row.Attributions.Select(each => each.Input + each.Value), other.Attributions.Select(each => each.Input + each.Value));
        Assert.Equal(row.Attributions.Select(each => each.Attribution), other.Attributions.Select(each => each.Attribution), Near);
    }

    [Fact]
    public async Task Explaining_is_not_traffic()
    {
        var model = TinyModel.Load();
        using var rows = model.Read("""[[30,500,"plus"]]"""u8);
        model.Explain(rows, new(ExplanationMethod.KernelShap), Cancel);
        Assert.Equal(0, model.TakeWindow().Rows);
        model.Dispose();

        await Serve(TinyModel.Files());
        await Explain("""[[30,500,"plus"]]""");
        string[] asked = ["endpoint=\"explained\"", "question=\"explain\"", "outcome=\"ok\""];
        var metrics = await PrometheusText.Once(_http, _server!.Addresses.Metrics, 1, "inference_questions_total{", asked);
        Assert.Equal(1, PrometheusText.Value(metrics, "inference_questions_total{", asked));
        Assert.DoesNotContain("inference_requests_total{endpoint=\"explained\"", metrics, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("?method=guess", "method: send auto, linear, treeShap, backgroundTreeShap or kernelShap.")]
    [InlineData("?method=treeShap", "method: treeShap needs trees that know how the training rows parted, which this model doesn't have. Leave the method out.")]
    [InlineData("?method=kernelShap&coalitions=5", "coalitions: a model of 3 inputs takes 6 to 65536, not 5.")]
    [InlineData("?method=kernelShap&coalitions=many", "coalitions: send a whole number.")]
    [InlineData("?coalitions=5", "coalitions: a model of 3 inputs takes 6 to 65536, not 5.")]
    [InlineData("?method=linear&coalitions=20", "coalitions: only kernelShap asks about coalitions. Leave it out, or send the method kernelShap.")]
    [InlineData("?samples=5", "samples: explain takes 'method' and 'coalitions'. Leave it out.")]
    public async Task A_wish_that_cannot_be_met_is_refused_with_what_to_send(string query, string sentence)
    {
        await Serve(TinyModel.Files());
        using var answer = await Ask("""[[30,500,"plus"]]""", query);
        var problem = await answer.Content.ReadFromJsonAsync<JsonElement>(Cancel);
        Assert.Equal((HttpStatusCode.BadRequest, sentence), (answer.StatusCode, problem.GetProperty("detail").GetString()));
    }

    [Fact]
    public async Task A_wrong_row_is_refused_as_a_prediction_would_be_and_so_are_more_rows_than_the_limit()
    {
        await Serve(TinyModel.Files());
        using var wrong = await Ask("""[[30,500,"gold"]]""");
        var problem = await wrong.Content.ReadFromJsonAsync<JsonElement>(Cancel);
        Assert.Equal((HttpStatusCode.BadRequest, 1, "plan"), (wrong.StatusCode, problem.GetProperty("row").GetInt32(), problem.GetProperty("column").GetString()));
        using var many = await Ask($"[{string.Join(',', Enumerable.Repeat("[1,2,\"plus\"]", ExplanationLimits.RowsMax + 1))}]");
        Assert.Equal(HttpStatusCode.BadRequest, many.StatusCode);
        Assert.Contains("more than 1,000 rows", await many.Content.ReadAsStringAsync(Cancel), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("telco-churn.csv", "churn")]
    [InlineData("adult.parquet", "class")]
    public async Task Real_models_are_explained_to_the_last_digit(string file, string label)
    {
        using var workshop = new Assay.Tests.Learning.Workshop();
        workshop.Copy(SharedData.Path(file));
        await workshop.Train(Assay.Tests.Learning.Workshop.Ask(label) with { Datasets = [Assay.Tests.Learning.Workshop.File(file)], Folds = 2 }, Cancel);
        using var model = InferenceModel.Load(name => File.ReadAllBytes(Path.Combine(workshop.Package, name)));
        using var rows = new Assay.Inference.Requests.PredictionRows(model.Schema.Inputs.Count);
        foreach (var row in Background.Rows(model.Schema, model.Baseline, 60))
            row.CopyTo(rows.AddRow());

        var answer = model.Explain(rows, new(), Cancel);
        Assert.NotEqual(ExplanationMethod.KernelShap, answer.Method);
        Assert.All(answer.Explanations, row => Assert.InRange(row.AdditivityError, 0, 1e-9));
        Assert.All(answer.Explanations, row => Assert.InRange(row.PredictionError, 0, 1e-5));
    }

    private async Task Serve(Dictionary<string, byte[]> files)
    {
        foreach (var (name, bytes) in files)
            await File.WriteAllBytesAsync(Path.Combine(_folder, name), bytes, Cancel);
        _server = await ServeHost.Start(new ServeOptions(_folder, 0, MetricsPort: 0, Name: "explained"), Cancel);
    }

    private Task<HttpResponseMessage> Ask(string rows, string query = "") => _http.PostAsync(
        new Uri(_server!.Addresses.Predict, "/explain" + query), new StringContent(rows, Encoding.UTF8, "application/json"), Cancel);

    private async Task<ExplanationAnswer> Explain(string rows, string query = "")
    {
        using var answer = await Ask(rows, query);
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync(Cancel));
        return (await answer.Content.ReadFromJsonAsync<ExplanationAnswer>(PackageJson.Options, Cancel))!;
    }

    private async Task<IEnumerable<float>> Predictions(string rows)
    {
        using var answer = await _http.PostAsync(_server!.Addresses.Predict, new StringContent(rows, Encoding.UTF8, "application/json"), Cancel);
        return (await answer.Content.ReadFromJsonAsync<JsonElement>(Cancel)).GetProperty("predictions").EnumerateArray().Select(each => each.GetSingle()).ToArray();
    }

    private static string Reference([CallerFilePath] string here = "") =>
        Path.Combine(Path.GetDirectoryName(here)!, "../../../docs/reference/explanations.md");

    private static bool Near(double a, double b) => Math.Abs(a - b) < 1e-6;
}
