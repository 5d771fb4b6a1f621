using System.Buffers.Binary;
using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json;
using Assay.Serve;

namespace Assay.Tests.Inference.Dialects;

/// <summary>Reasons beside predictions, in every protocol.</summary>
public sealed class ExplainDialectTests : IAsyncLifetime
{
    private const string Rows = """[[30,500,"plus"],[64,null,null]]""";
    private const string Tensors = "\"inputs\":" + """[{"name":"age","datatype":"INT64","shape":[2],"data":[30,64]},{"name":"balance","datatype":"FP32","shape":[2],"data":[500,null]},{"name":"plan","datatype":"BYTES","shape":[2],"data":["plus",null]}]""";

    private readonly HttpClient _http = new();
    private readonly string _folder = TinyModel.WriteTo(Directory.CreateTempSubdirectory("assay-reasons-").FullName);
    private RunningServe _server = null!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _server = await ServeHost.Start(new ServeOptions(_folder, 0, Name: "tiny"), Cancel);

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        _http.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    [Theory]
    [InlineData("/predict?explain=true", Rows)]
    [InlineData("/predict?explain=kernelShap&coalitions=100", Rows)]
    [InlineData("/invocations", """{"dataframe_split":{"columns":["age","balance","plan"],"data":[[30,500,"plus"],[64,null,null]]},"params":{"explain":true}}""")]
    [InlineData("/invocations", """{"params":{"explain":"linear"},"inputs":{"age":[30,64],"balance":[500,null],"plan":["plus",null]}}""")]
    [InlineData("/invocations?explain=true", "age,balance,plan\n30,500,plus\n64,,\n", "text/csv")]
    [InlineData("/v1/models/tiny:predict?explain=true", """{"instances":[[30,500,"plus"],[64,null,null]]}""")]
    public async Task Predictions_and_reasons_stand_beside_each_other(string path, string body, string type = "application/json")
    {
        var answer = await Json(path, body, type);
        var plain = (await Json("/predict", Rows)).GetProperty("predictions").GetRawText();
        Assert.Equal(plain, answer.GetProperty("predictions").GetRawText());
        AssertAddsUp(answer.GetProperty("explanation"));
    }

    [Theory]
    [InlineData("/explain", Rows)]
    [InlineData("/v1/models/tiny:explain", """{"instances":[[30,500,"plus"],[64,null,null]]}""")]
    [InlineData("/v1/models/tiny:explain?method=kernelShap", """{"instances":[{"age":30,"balance":500,"plan":"plus"},{"age":64,"balance":null,"plan":null}]}""")]
    public async Task A_route_of_its_own_answers_the_reasons_alone(string path, string body) => AssertAddsUp(await Json(path, body));

    [Theory]
    [InlineData("/v2/models/tiny/infer", "\"parameters\":{\"explain\":true},")]
    [InlineData("/v2/models/tiny/infer?explain=true", "")]
    public async Task Open_inference_answers_them_as_tensors(string path, string parameters)
    {
        var answer = await Json(path, "{\"id\":\"9\"," + parameters + Tensors + "}");
        Assert.Equal(("9", "linear", "logOdds"), (
            answer.GetProperty("id").GetString(), answer.GetProperty("parameters").GetProperty("explanation_method").GetString(), answer.GetProperty("parameters").GetProperty("explanation_space").GetString()));
        Assert.Equal(["probability FP32 [2,1]", "attributions FP64 [2,3]", "base FP64 [1]", "additivity_error FP64 [2]"], answer.GetProperty("outputs").EnumerateArray().Select(Head));
        Assert.Equal((await Json("/predict", Rows)).GetProperty("predictions").GetRawText(), Output(answer, 0).GetRawText());
        var attributions = Output(answer, 1).EnumerateArray().Select(number => number.GetDouble()).ToArray();
        Assert.Equal(1.5, Output(answer, 2)[0].GetDouble() + attributions.Take(3).Sum(), 1e-6);
        Assert.All(Output(answer, 3).EnumerateArray(), error => Assert.InRange(error.GetDouble(), 0, 1e-6));
    }

    [Fact]
    public async Task And_as_bytes_when_bytes_are_wanted()
    {
        using var answer = await Post("/v2/models/tiny/infer", "{\"parameters\":{\"explain\":true,\"binary_data_output\":true}," + Tensors + "}");
        var bytes = await answer.Content.ReadAsByteArrayAsync(Cancel);
        var head = int.Parse(answer.Headers.GetValues("Inference-Header-Content-Length").Single(), CultureInfo.InvariantCulture);
        Assert.Equal(head + 2 * sizeof(float) + (6 + 1 + 2) * sizeof(double), bytes.Length);
        Assert.Equal(1.5, Enumerable.Range(0, 4).Select(i => BinaryPrimitives.ReadDoubleLittleEndian(bytes.AsSpan(head + 8 + (i == 3 ? 6 : i) * 8))).Sum(), 1e-6);
    }

    [Theory]
    [InlineData("/v1/models/tiny:explain", """{"instances":[["old",500,"plus"]]}""", "error", "Row 1, column 'age': expected a number")]
    [InlineData("/v2/models/tiny/infer", """{"parameters":{"explain":7},"inputs":[]}""", "error", "explain: send true, false or the name of a method.")]
    [InlineData("/invocations", """{"inputs":[[30,500,"plus"]],"params":{"explain":"guess"}}""", "message", "explain: send true, false, auto, linear, treeShap")]
    [InlineData("/invocations", """{"inputs":[[30,500,"plus"]],"params":{"temperature":1}}""", "message", "The model takes no params but 'explain'.")]
    public async Task What_is_wrong_is_said_in_the_protocols_own_form(string path, string body, string property, string sentence)
    {
        using var answer = await Post(path, body);
        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.StartsWith(sentence, JsonElement.Parse(await answer.Content.ReadAsStringAsync(Cancel)).GetProperty(property).GetString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/predict?explain=false", Rows)]
    [InlineData("/invocations", """{"inputs":[[30,500,"plus"]],"params":{"explain":false}}""")]
    public async Task No_wish_is_no_reason(string path, string body) => Assert.False((await Json(path, body)).TryGetProperty("explanation", out _));

    private static void AssertAddsUp(JsonElement explanation)
    {
        var rows = explanation.GetProperty("explanations").EnumerateArray().ToArray();
        Assert.Equal(2, rows.Length);
        foreach (var row in rows)
        {
            var sum = explanation.GetProperty("base").GetDouble() + row.GetProperty("attributions").EnumerateArray().Sum(each => each.GetProperty("attribution").GetDouble());
            Assert.Equal(row.GetProperty("output").GetDouble(), sum, 1e-6);
            Assert.InRange(row.GetProperty("additivityError").GetDouble(), 0, 1e-6);
        }
    }

    private static string Head(JsonElement output) => $"{output.GetProperty("name").GetString()} {output.GetProperty("datatype").GetString()} {output.GetProperty("shape").GetRawText()}";

    private static JsonElement Output(JsonElement answer, int at) => answer.GetProperty("outputs")[at].GetProperty("data");

    private Task<HttpResponseMessage> Post(string path, string body, string type = "application/json") =>
        _http.PostAsync(new Uri(_server.Addresses.Predict, path), new StringContent(body, Encoding.UTF8, type), Cancel);

    private async Task<JsonElement> Json(string path, string body, string type = "application/json")
    {
        using var answer = await Post(path, body, type);
        var text = await answer.Content.ReadAsStringAsync(Cancel);
        Assert.True(answer.IsSuccessStatusCode, text);
        return JsonElement.Parse(text);
    }
}
