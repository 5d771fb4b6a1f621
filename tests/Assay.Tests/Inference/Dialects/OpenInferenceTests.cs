using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Assay.Serve;

namespace Assay.Tests.Inference.Dialects;

public sealed class OpenInferenceTests : IAsyncLifetime
{
    private const string Good = """
        {"id":"call \"7\"","inputs":[{"name":"age","datatype":"INT32","shape":[2],"data":[30,64]},
         {"data":[500,null],"shape":[2,1],"datatype":"FP32","name":"balance"},
         {"name":"plan","shape":[2],"datatype":"BYTES","parameters":{"content_type":"str"},"data":["plus",""]}],
         "outputs":[{"name":"probability","parameters":{"binary_data":false}}]}
        """;

    private readonly string _folder = TinyModel.WriteTo(Directory.CreateTempSubdirectory("assay-oip-").FullName);
    private readonly HttpClient _http = new();
    private RunningServe _server = null!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _server = await ServeHost.Start(new ServeOptions(_folder, 0, Name: "tiny", Version: "7"), Cancel);

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        _http.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task An_answer_has_name_version_and_id_and_the_output_as_a_tensor()
    {
        using var answer = await Infer(Good);
        var body = await Json(answer);
        Assert.Equal(("tiny", "7", "call \"7\""), (body.GetProperty("model_name").GetString(), body.GetProperty("model_version").GetString(), body.GetProperty("id").GetString()));
        var output = body.GetProperty("outputs")[0];
        Assert.Equal("""["probability","FP32",[2,1]]""", $"[\"{output.GetProperty("name")}\",\"{output.GetProperty("datatype")}\",{output.GetProperty("shape")}]");
        Assert.Equal(TinyModel.Expect(30, 500, "plus"), output.GetProperty("data")[0].GetDouble(), 1e-6);
        Assert.Equal(TinyModel.Expect(64, null, null), output.GetProperty("data")[1].GetDouble(), 1e-6);
    }

    [Theory]
    [InlineData("""{"inputs":[{"name":"age","datatype":"INT32","shape":[1],"data":[1.5]}]}""", "Row 1, column 'age': 1.5 is no INT32. Name the datatype that the values have.")]
    [InlineData("""{"inputs":[{"name":"age","datatype":"FP99","shape":[1],"data":[1]}]}""", "Column 'age': there is no datatype 'FP99'. Send FP32, FP64, FP16, INT8 to INT64, UINT8 to UINT64 or BOOL for numbers, or BYTES for texts.")]
    [InlineData("""{"inputs":[{"name":"age","datatype":"BYTES","shape":[1],"data":["1"]}]}""", "Column 'age' came as BYTES, and the model takes a number (FP32, FP64, FP16, INT8 to INT64, UINT8 to UINT64 or BOOL) there.")]
    [InlineData("""{"inputs":[{"name":"age","datatype":"FP32","shape":[2],"data":[1]}]}""", "Column 'age' has 1 values instead of the 2 of its shape.")]
    [InlineData("""{"inputs":[{"name":"age","datatype":"FP32","shape":[1],"data":[1,2]}]}""", "Column 'age' has more values than the 1 of its shape.")]
    [InlineData("""{"inputs":[{"name":"age","datatype":"FP32","shape":[-1],"data":[1]}]}""", "Column 'age': the shape has a negative dimension. Send how many rows there are.")]
    [InlineData("""{"inputs":[{"name":"age","datatype":"FP32","shape":[90000],"data":[1]}]}""", "Column 'age': the shape says 90000 rows, for which the body is too short. Send as many values as the shape says.")]
    [InlineData("""{"inputs":[{"name":"age","datatype":"FP32","shape":[2,2],"data":[1]}]}""", "Column 'age' has the shape [2,2]. Send [rows] or [rows,1], or all 3 columns, when all are numbers, as one input of the shape [rows,3].")]
    [InlineData("""{"inputs":[{"name":"age","datatype":"FP32","shape":[2,1],"data":[[1],2]}]}""", "Column 'age': the arrays are nested unlike the shape. Send the values flat, or nested just as the shape says.")]
    [InlineData("""{"inputs":[{"name":"agee","datatype":"FP32","shape":[1],"data":[1]}]}""", "The model has no column 'agee'. Leave it out; the columns are 'age', 'balance', 'plan'.")]
    [InlineData("""{"inputs":[{"name":"age","datatype":"FP32","shape":[1],"data":[1]}]}""", "Column 'balance' is missing. Send null where its value is not known.")]
    [InlineData("""{"inputs":[{"name":"age","shape":[1],"data":[1]}]}""", "Column 'age' has no datatype. Send name, datatype, shape and data with each input.")]
    [InlineData("""{"inputs":[{"name":"age","datatype":"FP32","shape":[1],"data":[NaN]}]}""", "Row 1, column 'age': NaN is not JSON. Send a number: there is no null here, because the training data had no missing value.")]
    [InlineData("""{"inputs":[{"name":"age","datatype":"FP16","shape":[2],"data":[30,70000]}]}""", "Row 2, column 'age': 70000 is no FP16. Name the datatype that the values have.")]
    [InlineData("""{"inputs":[{"name":"age","datatype":"BF16","shape":[1],"data":[3.4e38]}]}""", "Row 1, column 'age': 3.4e38 is no BF16. Name the datatype that the values have.")]
    [InlineData("""{"inputs":[{"name":"x","datatype":"FP32","shape":[1,3],"data":[1,2,3]}]}""", "Input 'x' holds all columns, but column 'plan' takes texts. Send each column as an input of its own.")]
    [InlineData("""{"instances":[[1]]}""", "The body has no 'inputs'. Send {\"inputs\":[{\"name\":…,\"datatype\":…,\"shape\":[rows],\"data\":[…]},…]}, an input for each column.")]
    public async Task What_is_wrong_is_said_in_a_sentence_under_error(string body, string sentence)
    {
        using var answer = await Infer(body);
        Assert.Equal((HttpStatusCode.BadRequest, sentence), (answer.StatusCode, (await Json(answer)).GetProperty("error").GetString()));
    }

    [Fact]
    public async Task A_byte_order_mark_before_the_body_is_passed_over()
    {
        using var answer = await Infer($"\uFEFF{Good}");
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
    }

    [Fact]
    public async Task Sentences_are_written_as_they_are_read()
    {
        using var answer = await Infer("""{"inputs":[{"name":"years <é>","datatype":"FP32","shape":[1],"data":[1]}]}""");
        Assert.Equal(
            """{"error":"The model has no column 'years <é>'. Leave it out; the columns are 'age', 'balance', 'plan'.","column":"years <é>"}""",
            await answer.Content.ReadAsStringAsync(Cancel));
    }

    [Fact]
    public async Task An_output_that_the_model_lacks_is_refused()
    {
        using var answer = await Infer(Good.Replace("probability", "label", StringComparison.Ordinal));
        Assert.Equal("The model has no output 'label'. Its output is 'probability'.", (await Json(answer)).GetProperty("error").GetString());
    }

    [Fact]
    public async Task Server_and_model_describe_themselves()
    {
        var server = await Get("/v2");
        Assert.Equal(("assay", true), (server.GetProperty("name").GetString(), server.GetProperty("extensions").EnumerateArray().Any(name => name.GetString() == "binary_tensor_data")));
        Assert.True((await Get("/v2/health/live")).GetProperty("live").GetBoolean());
        Assert.True((await Get("/v2/health/ready")).GetProperty("ready").GetBoolean());
        Assert.True((await Get("/v2/models/tiny/versions/7/ready")).GetProperty("ready").GetBoolean());
        var model = await Get("/v2/models/tiny");
        Assert.Equal(
            """[{"name":"age","datatype":"FP32","shape":[-1,1]},{"name":"balance","datatype":"FP32","shape":[-1,1]},{"name":"plan","datatype":"BYTES","shape":[-1,1]}]""",
            model.GetProperty("inputs").GetRawText());
        Assert.Equal("""["7"]""", model.GetProperty("versions").GetRawText());
    }

    [Theory]
    [InlineData("/v2/models/other", "There is no model 'other' here.")]
    [InlineData("/v2/models/tiny/versions/8", "'tiny' has no version '8' here; version 7 answers. Leave the version out to ask what answers.")]
    [InlineData("/v2/models/tiny/versions/8/ready", "'tiny' has no version '8' here; version 7 answers. Leave the version out to ask what answers.")]
    public async Task A_name_or_version_that_is_not_here_is_404_in_words(string path, string sentence)
    {
        using var answer = await _http.GetAsync(At(path), Cancel);
        Assert.Equal((HttpStatusCode.NotFound, sentence), (answer.StatusCode, (await Json(answer)).GetProperty("error").GetString()));
        using var infer = await _http.PostAsync(At(path.Replace("/ready", "", StringComparison.Ordinal) + "/infer"), Content(Good), Cancel);
        Assert.Equal((HttpStatusCode.NotFound, sentence), (infer.StatusCode, (await Json(infer)).GetProperty("error").GetString()));
    }

    [Fact]
    public async Task A_model_that_is_unloaded_answers_503_until_it_is_loaded_again()
    {
        await Change("unload");
        using (var answer = await Infer(Good))
            Assert.Equal(HttpStatusCode.ServiceUnavailable, answer.StatusCode);
        Assert.Equal("""[{"name":"tiny","version":"7","state":"UNAVAILABLE","reason":"The model was unloaded."}]""", (await Index("{}")).GetRawText());
        Assert.Equal("[]", (await Index("""{"ready":true}""")).GetRawText());
        await Change("load");
        using (var answer = await Infer(Good))
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal("""[{"name":"tiny","version":"7","state":"READY","reason":""}]""", (await Index("")).GetRawText());
    }

    [Fact]
    public async Task Statistics_count_what_was_answered_and_what_was_not()
    {
        (await Infer(Good)).Dispose();
        (await Infer("nonsense")).Dispose();
        var statistics = (await Get("/v2/models/tiny/stats")).GetProperty("model_stats")[0];
        Assert.Equal((2, 1), (statistics.GetProperty("inference_count").GetInt32(), statistics.GetProperty("execution_count").GetInt32()));
        var times = statistics.GetProperty("inference_stats");
        Assert.Equal((1, 1), (times.GetProperty("success").GetProperty("count").GetInt32(), times.GetProperty("fail").GetProperty("count").GetInt32()));
        Assert.True(times.GetProperty("compute_infer").GetProperty("ns").GetInt64() > 0);
        Assert.Equal(("""{"count":0,"ns":0}""", """{"count":0,"ns":0}"""), (times.GetProperty("cache_hit").GetRawText(), times.GetProperty("cache_miss").GetRawText()));
        var batch = Assert.Single(statistics.GetProperty("batch_stats").EnumerateArray().ToArray());
        Assert.Equal((2, 1), (batch.GetProperty("batch_size").GetInt32(), batch.GetProperty("compute_infer").GetProperty("count").GetInt32()));
        Assert.Equal(statistics.GetRawText(), (await Get("/v2/models/stats")).GetProperty("model_stats")[0].GetRawText());
    }

    private Uri At(string path) => new(_server.Addresses.Predict, path);

    private static StringContent Content(string body) => new(body, Encoding.UTF8, "application/json");

    private Task<HttpResponseMessage> Infer(string body) => _http.PostAsync(At("/v2/models/tiny/infer"), Content(body), Cancel);

    private async Task<JsonElement> Get(string path) => await _http.GetFromJsonAsync<JsonElement>(At(path), Cancel);

    private async Task<JsonElement> Index(string body)
    {
        using var answer = await _http.PostAsync(At("/v2/repository/index"), Content(body), Cancel);
        return await Json(answer);
    }

    private async Task Change(string verb) =>
        (await _http.PostAsync(At($"/v2/repository/models/tiny/{verb}"), Content("{}"), Cancel)).EnsureSuccessStatusCode().Dispose();

    private static async Task<JsonElement> Json(HttpResponseMessage answer) => await answer.Content.ReadFromJsonAsync<JsonElement>(Cancel);
}
