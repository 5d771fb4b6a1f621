using System.Net;
using System.Net.Http.Json;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Assay.Inference.Counterfactuals;
using Assay.Inference.Models;
using Assay.Serve;

namespace Assay.Tests.Inference;

/// <summary>The tiny model says 0.05 age + 0.001 balance + plan − 2 in log-odds, so what must come out is known.</summary>
public sealed class CounterfactualTests : IAsyncLifetime
{
    private readonly string _folder = Directory.CreateTempSubdirectory("assay-counterfactuals-").FullName;
    private readonly HttpClient _http = new();
    private RunningServe _server = null!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        TinyModel.WriteTo(_folder);
        _server = await ServeHost.Start(new ServeOptions(_folder, 0), Cancel);
    }

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        _http.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task The_nearest_row_that_is_decided_otherwise_is_found_and_only_just_decided_so()
    {
        var answer = await Find("""{"row":[30,500,"plus"],"count":10}""");
        Assert.Equal(TinyModel.Expect(30, 500, "plus"), answer.Prediction, 1e-6);
        Assert.Equal(new PredictionRange(Below: 0.5), answer.Target);
        Assert.Null(answer.Problem);
        Assert.All(answer.Counterfactuals, found =>
        {
            Assert.True(found.Prediction < 0.5);
            Assert.Equal(found.Prediction, Predict(Changed(found)), 1e-6);
        });
        Assert.Equal(answer.Counterfactuals.OrderBy(found => found.Distance).Select(found => found.Distance), answer.Counterfactuals.Select(found => found.Distance));

        // By the plan alone the log-odds fall from 1.5 to 0.25 or −1: only the latter is enough.
        var plan = answer.Counterfactuals.Single(found => found.Changes.Count == 1 && found.Changes[0].Input == "plan");
        Assert.Equal(("plus", "basic", 1.0), (plan.Changes[0].From!.ToString(), plan.Changes[0].To!.ToString(), plan.Distance));
    }

    [Theory]
    [InlineData(float.NaN, float.NaN, 0)]
    [InlineData(float.NaN, 3, 1)]
    [InlineData(2, 2, 0)]
    [InlineData(2, 5, 1.5)]
    public void A_number_that_is_missing_and_stays_so_has_not_moved(float from, float to, double distance) =>
        Assert.Equal(distance, new InputMoves(0, from, [], Unit: 2, IsWhole: false).Distance(to));

    [Fact]
    public async Task A_number_is_taken_no_further_than_it_must_go()
    {
        // 1.5 less 0.05 for each year: with −12.5 more from the balance at 0 the age would have to fall below 10.
        var answer = await Find("""{"row":[60,500,"basic"],"immutable":["plan","balance"],"count":1}""");
        var change = Assert.Single(Assert.Single(answer.Counterfactuals).Changes);
        Assert.Equal(("age", "49"), (change.Input, change.To!.ToString()));   // 50 gives log-odds 0, which is still positive
    }

    [Theory]
    [InlineData("""{"row":[30,500,"plus"],"immutable":["age","plan"]}""", "None was found among")]
    [InlineData("""{"row":[30,500,"plus"],"immutable":["age","balance","plan"]}""", "No input may change.")]
    [InlineData("""{"row":[30,500,"plus"],"immutable":["balance","plan"],"rules":{"age":{"direction":"up"}}}""", "None was found among")]
    [InlineData("""{"row":[30,500,"plus"],"immutable":["age","balance"],"rules":{"plan":{"values":["größer"]}}}""", "None was found among")]
    [InlineData("""{"row":[60,500,"basic"],"immutable":["balance","plan"],"rules":{"age":{"min":52}}}""", "None was found among")]
    public async Task What_may_not_change_does_not_change_and_a_search_without_a_find_says_so(string body, string problem)
    {
        var answer = await Find(body);
        Assert.Empty(answer.Counterfactuals);
        Assert.StartsWith(problem, answer.Problem, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_request_of_the_reference_is_answered_within_its_rules()
    {
        var page = await File.ReadAllTextAsync(Reference(), Cancel);
        var answer = await Find(Regex.Match(page, "```json counterfactuals\\n(.*?)```", RegexOptions.Singleline).Groups[1].Value);
        Assert.NotEmpty(answer.Counterfactuals);
        Assert.All(answer.Counterfactuals, found =>
        {
            Assert.True(found.Prediction < 0.4);
            Assert.InRange(found.Changes.Count, 1, 2);
            Assert.DoesNotContain(found.Changes, change => change.Input == "age");
            Assert.All(found.Changes.Where(change => change.Input == "balance"), change => Assert.InRange(((JsonElement)change.To!).GetDouble(), 0, 500));
        });
    }

    [Fact]
    public async Task Trees_are_searched_too_and_every_find_is_what_the_model_says()
    {
        var files = await ExplainedModels.Trained("light-gbm", ModelTask.Classification);
        using var model = InferenceModel.Load(name => files[name]);
        var row = JsonElement.Parse("""[70,50000,false,"north","shop 12"]""");
        using var read = CounterfactualOperation.RowOf(model, row);
        var answer = await CounterfactualOperation.Find(model, new(row, Immutable: ["age"]), read.Cells.ToArray(), Cancel);
        Assert.True(answer.Prediction > 0.5);
        Assert.NotEmpty(answer.Counterfactuals);
        Assert.All(answer.Counterfactuals, found => Assert.DoesNotContain(found.Changes, change => change.Input == "age"));
        Assert.InRange(answer.RowsTried, 1, CounterfactualSearch.RowsMax + 2000);
        Assert.Equal(0, model.TakeWindow().Rows);
    }

    [Theory]
    [InlineData("""{"rows":[]}""", "The body can't be read at $.rows.")]
    [InlineData("""[1]""", "The body can't be read at $.")]
    [InlineData("{}", "The body has no row.")]
    [InlineData("""{"row":5}""", "row: send an array in the schema's order, or an object by column.")]
    [InlineData("""{"row":[30,500,"gold"]}""", "Row 1, column 'plan': the model doesn't know the value \"gold\".")]
    [InlineData("""{"row":[30,500,"plus"],"immutable":["agee"]}""", "The model has no input 'agee'.")]
    [InlineData("""{"row":[30,500,"plus"],"rules":{"plan":{"min":1}}}""", "rules: 'plan' is a category")]
    [InlineData("""{"row":[30,500,"plus"],"rules":{"age":{"min":9,"max":1}}}""", "rules: of 'age', min 9 is above max 1.")]
    [InlineData("""{"row":[30,500,"plus"],"target":{"min":0.5}}""", "target: the prediction of the row as it is")]
    [InlineData("""{"row":[30,500,"plus"],"target":{"min":0.5,"below":0.2}}""", "target: nothing is at least 'min'")]
    [InlineData("""{"row":[30,500,"plus"],"count":11}""", "count: send 1 to 10, not 11.")]
    public async Task A_wrong_request_is_refused_with_what_to_send(string body, string sentence)
    {
        using var answer = await Ask(body);
        var problem = await answer.Content.ReadFromJsonAsync<JsonElement>(Cancel);
        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.StartsWith(sentence, problem.GetProperty("detail").GetString(), StringComparison.Ordinal);
    }

    private static double Predict((double Age, double? Balance, string? Plan) row) => TinyModel.Expect(row.Age, row.Balance, row.Plan);

    private static (double Age, double? Balance, string? Plan) Changed(Counterfactual found)
    {
        var row = (Age: 30.0, Balance: (double?)500, Plan: (string?)"plus");
        foreach (var change in found.Changes)
        {
            var to = (JsonElement)change.To!;
            row = change.Input switch
            {
                "age" => row with { Age = to.GetDouble() },
                "balance" => row with { Balance = to.GetDouble() },
                _ => row with { Plan = to.GetString() },
            };
        }

        return row;
    }

    private Task<HttpResponseMessage> Ask(string body) => _http.PostAsync(
        new Uri(_server.Addresses.Predict, "/counterfactuals"), new StringContent(body, Encoding.UTF8, "application/json"), Cancel);

    private async Task<CounterfactualAnswer> Find(string body)
    {
        using var answer = await Ask(body);
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync(Cancel));
        return (await answer.Content.ReadFromJsonAsync<CounterfactualAnswer>(PackageJson.Options, Cancel))!;
    }

    private static string Reference([CallerFilePath] string here = "") =>
        Path.Combine(Path.GetDirectoryName(here)!, "../../../docs/reference/explanations.md");
}
