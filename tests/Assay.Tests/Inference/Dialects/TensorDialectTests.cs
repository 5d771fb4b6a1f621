using System.Net;
using System.Net.Http.Json;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using Assay.Serve;
using Assay.Tests.Inference.Onnx;

namespace Assay.Tests.Inference.Dialects;

/// <summary>Models that are no tables, asked in every protocol of the slim server.</summary>
public sealed class TensorDialectTests : IAsyncLifetime
{
    private readonly HttpClient _http = new();
    private readonly string _folder = Directory.CreateTempSubdirectory("assay-tensors-").FullName;
    private RunningServe _server = null!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        await File.WriteAllBytesAsync(Path.Combine(_folder, "model.onnx"), OperatorModels.All["greatest three"].Graph, Cancel);
        _server = await ServeHost.Start(new ServeOptions(_folder, 0, Name: "top"), Cancel);
    }

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        _http.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task Open_inference_answers_named_tensors()
    {
        var answer = await Json("/v2/models/top/infer", """{"id":"7","inputs":[{"name":"x","shape":[1,4],"datatype":"FP32","data":[1,9,5,7]}]}""");
        Assert.Equal("7", answer.GetProperty("id").GetString());
        Assert.Equal(
            """[{"name":"values","datatype":"FP32","shape":[1,3],"data":[9,7,5]},{"name":"places","datatype":"INT64","shape":[1,3],"data":[1,3,2]}]""",
            answer.GetProperty("outputs").GetRawText());
        var shown = await _http.GetFromJsonAsync<JsonElement>(Address("/v2/models/top"), Cancel);
        Assert.Equal("""[{"name":"values","datatype":"FP32","shape":[-1,3]},{"name":"places","datatype":"INT64","shape":[-1,3]}]""", shown.GetProperty("outputs").GetRawText());
    }

    [Fact]
    public async Task Open_inference_takes_and_gives_bytes_behind_the_json()
    {
        var head = """{"inputs":[{"name":"x","shape":[1,4],"datatype":"FP32","parameters":{"binary_data_size":16}}],"outputs":[{"name":"places","parameters":{"binary_data":true}},{"name":"values"}]}""";
        float[] x = [1, 9, 5, 7];
        using var content = new ByteArrayContent([.. Encoding.UTF8.GetBytes(head), .. MemoryMarshal.AsBytes(x.AsSpan())]);
        content.Headers.ContentType = new("application/octet-stream");
        using var request = new HttpRequestMessage(HttpMethod.Post, Address("/v2/models/top/infer")) { Content = content };
        request.Headers.Add("Inference-Header-Content-Length", $"{head.Length}");
        using var answer = await _http.SendAsync(request, Cancel);
        var bytes = await answer.Content.ReadAsByteArrayAsync(Cancel);
        Assert.True(answer.IsSuccessStatusCode, Encoding.UTF8.GetString(bytes));
        var length = int.Parse(answer.Headers.GetValues("Inference-Header-Content-Length").Single(), System.Globalization.CultureInfo.InvariantCulture);
        var outputs = JsonDocument.Parse(bytes.AsMemory(0, length)).RootElement.GetProperty("outputs");
        Assert.Equal(["places", "values"], outputs.EnumerateArray().Select(output => output.GetProperty("name").GetString()));
        Assert.Equal([1L, 3, 2], MemoryMarshal.Cast<byte, long>(bytes.AsSpan(length)).ToArray());
    }

    [Theory]
    [InlineData("/invocations", """{"inputs":{"x":[[1,9,5,7]]}}""")]
    [InlineData("/invocations", """{"instances":[[1,9,5,7]]}""")]
    [InlineData("/v1/models/top:predict", """{"instances":[{"x":[1,9,5,7]}]}""")]
    [InlineData("/v1/models/top:predict", """{"signature_name":"serving_default","instances":[[1,9,5,7]]}""")]
    [InlineData("/v1/models/top/versions/1:predict", """{"instances":[[1,9,5,7]]}""")]
    [InlineData("/predict", "\uFEFF[[1,9,5,7]]")]
    [InlineData("/predict", "[[1,9,5,7]]")]
    public async Task Other_protocols_reach_the_same_model(string path, string body) =>
        Assert.Equal("""{"values":[[9,7,5]],"places":[[1,3,2]]}""", (await Json(path, body)).GetProperty("predictions").GetRawText());

    [Theory]
    [InlineData("""{"inputs":[{"name":"x","shape":[1,-4],"datatype":"FP32","data":[1]}]}""", "Input 'x': the shape [1,-4] has a negative dimension.")]
    [InlineData("""{"inputs":[{"name":"x","shape":[4611686018427387904,4],"datatype":"FP32","data":[1]}]}""", "more than 67,108,864 elements")]
    [InlineData("""{"inputs":[{"name":"x","shape":[1,4],"datatype":"FP32","data":[1]}]}""", "Input 'x': the data has 1 elements, and the shape [1,4] has 4.")]
    [InlineData("""{"inputs":[{"name":"x","shape":[1,4],"datatype":"FP99","data":[1]}]}""", "Input 'x': its datatype is none of the protocol's")]
    [InlineData("""{"inputs":[{"name":"x","shape":[1,4],"datatype":"INT64","data":[1,2,3,4]}]}""", "Input 'x' is INT64, and the model takes FP32 there.")]
    [InlineData("""{"inputs":[{"name":"x","shape":[1,4],"datatype":"FP32","parameters":{"binary_data_size":99}}]}""", "its binary_data_size is not a number of bytes")]
    [InlineData("""{"inputs":[{"name":"x","shape":[1,4],"datatype":"FP16","data":[70000,2,3,4]}]}""", "Row 1, input 'x': 70000 is too large for FP16. Send a number between -65504 and 65504.")]
    [InlineData("""{"inputs":[{"name":"x","shape":[2,2],"datatype":"BF16","data":[1,2,3,3.4e38]}]}""", "Row 2, input 'x': 3.4e38 is too large for BF16.")]
    [InlineData("""{"inputs":[{"name":"x","shape":[1,2],"datatype":"UINT8","data":[1,300]}]}""", "Row 1, input 'x': 300 does not fit UINT8, which is 0 to 255.")]
    [InlineData("""{"inputs":[],"outputs":[{"name":"z"}]}""", "Input 'x' is missing.")]
    [InlineData("""{"inputs":""", "not valid JSON")]
    [InlineData("""{"instances":[[1,9,5,7]]}""", """The body has no 'inputs'. Send {"inputs":[{"name":"x","datatype":"FP32","shape":[-1,-1],"data":[…]}]}, with a size for each -1.""")]
    public async Task What_lies_about_its_shape_is_a_400_in_the_protocols_own_form(string body, string problem)
    {
        using var answer = await Post("/v2/models/top/infer", body);
        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Contains(problem, (await answer.Content.ReadFromJsonAsync<JsonElement>(Cancel)).GetProperty("error").GetString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("text/csv", "a,b,c,d\n1,9,5,7\n0,,2,nan\n")]
    [InlineData("application/json", """{"dataframe_split":{"columns":["a","b","c","d"],"data":[[1,9,5,7],[0,null,2,null]]}}""")]
    [InlineData("application/json", """{"dataframe_records":[{"a":1,"b":9,"c":5,"d":7},{"a":0,"b":null,"c":2,"d":null}],"params":null}""")]
    public async Task The_columns_of_a_table_stand_side_by_side(string type, string body)
    {
        using var answer = await Post("/invocations", body, type);
        var text = await answer.Content.ReadAsStringAsync(Cancel);
        Assert.True(answer.IsSuccessStatusCode, text);
        Assert.StartsWith("[[9,7,5],[", JsonDocument.Parse(text).RootElement.GetProperty("predictions").GetProperty("values").GetRawText(), StringComparison.Ordinal);
    }

    public static TheoryData<string, string, string, string> Faults
    {
        get
        {
            var all = new TheoryData<string, string, string, string>();
            foreach (var (value, fault) in new[] { ("NaN", "NaN is not JSON. Send null, which is NaN here."), ("1e400", "1e400 is too large for FP32. Send a number between -3.4e38 and 3.4e38."), ("\"a\"", "expected a number, got the text \"a\". Write numbers without quotes.") })
            {
                foreach (var (path, body, place) in new[]
                {
                    ("/predict", $"[[1,9,5,7],[1,9,{value},7]]", "input 'x'"),
                    ("/predict", $"{{\"inputs\":{{\"x\":[[1,9,5,7],[1,9,{value},7]]}}}}", "input 'x'"),
                    ("/invocations", $"{{\"instances\":[[1,9,5,7],[1,9,{value},7]]}}", "input 'x'"),
                    ("/v1/models/top:predict", $"{{\"instances\":[{{\"x\":[1,9,5,7]}},{{\"x\":[1,9,{value},7]}}]}}", "input 'x'"),
                    ("/invocations", $"{{\"dataframe_split\":{{\"columns\":[\"a\",\"b\",\"c\",\"d\"],\"data\":[[1,9,5,7],[1,9,{value},7]]}}}}", "column 'c'"),
                    ("/invocations", $"{{\"dataframe_records\":[{{\"a\":1,\"b\":9}},{{\"a\":1,\"b\":{value}}}]}}", "column 'b'"),
                    ("/v2/models/top/infer", $"{{\"inputs\":[{{\"name\":\"x\",\"shape\":[2,4],\"datatype\":\"FP32\",\"data\":[1,9,5,7,1,9,{value},7]}}]}}", "input 'x'"),
                    ("/v2/models/top/infer", $"{{\"inputs\":[{{\"name\":\"x\",\"shape\":[2,4],\"datatype\":\"FP32\",\"data\":[[1,9,5,7],[1,9,{value},7]]}}]}}", "input 'x'"),
                })
                {
                    all.Add(path, body, $"Row 2, {place}: {fault}", place.Split('\'')[1]);
                }
            }

            return all;
        }
    }

    [Theory]
    [MemberData(nameof(Faults))]
    public async Task The_same_fault_gets_the_same_sentence_in_every_form(string path, string body, string sentence, string column)
    {
        using var answer = await Post(path, body);
        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        var said = await answer.Content.ReadFromJsonAsync<JsonElement>(Cancel);
        var property = path switch { "/predict" => "detail", "/invocations" => "message", _ => "error" };
        Assert.Equal((sentence, 2, column), (said.GetProperty(property).GetString(), said.GetProperty("row").GetInt32(), said.GetProperty("column").GetString()));
    }

    [Theory]
    [InlineData("GET", "/v2/models/top/infer")]
    [InlineData("GET", "/v1/models/top:predict")]
    [InlineData("PUT", "/v1/models/top/versions/1:explain")]
    public async Task A_question_by_another_method_is_refused_in_the_protocols_form(string method, string path)
    {
        using var request = new HttpRequestMessage(new(method), Address(path));
        using var answer = await _http.SendAsync(request, Cancel);
        Assert.Equal((HttpStatusCode.MethodNotAllowed, "POST"), (answer.StatusCode, answer.Content.Headers.Allow.Single()));
        Assert.Equal($"Ask {path} with POST.", (await answer.Content.ReadFromJsonAsync<JsonElement>(Cancel)).GetProperty("error").GetString());
    }

    [Fact]
    public async Task Versions_are_shown_as_the_model_is_and_others_are_a_404_in_the_protocols_form()
    {
        Assert.Equal("top", (await _http.GetFromJsonAsync<JsonElement>(Address("/v1/models/top/versions/1"), Cancel)).GetProperty("name").GetString());
        using var other = await _http.GetAsync(Address("/v1/models/top/versions/7"), Cancel);
        Assert.Equal(HttpStatusCode.NotFound, other.StatusCode);
        Assert.StartsWith("'top' has no version '7' here", (await other.Content.ReadFromJsonAsync<JsonElement>(Cancel)).GetProperty("error").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_model_that_was_unloaded_says_so_and_how_it_comes_back()
    {
        using (var unloaded = await Post("/v2/repository/models/top/unload", "{}"))
            unloaded.EnsureSuccessStatusCode();
        using var answer = await Post("/predict", "[[1,9,5,7]]");
        Assert.Equal((HttpStatusCode.ServiceUnavailable, null), (answer.StatusCode, answer.Headers.RetryAfter));
        Assert.Equal("The model was unloaded. POST /v2/repository/models/top/load loads it again.", (await answer.Content.ReadFromJsonAsync<JsonElement>(Cancel)).GetProperty("detail").GetString());
    }

    [Fact]
    public async Task A_table_in_another_charset_is_told_that_it_must_be_utf_8()
    {
        using var content = new ByteArrayContent("a\n1\n"u8.ToArray());
        content.Headers.ContentType = new("text/csv", "iso-8859-1");
        using var answer = await _http.PostAsync(Address("/invocations"), content, Cancel);
        Assert.Equal(HttpStatusCode.UnsupportedMediaType, answer.StatusCode);
        Assert.Equal("The charset is 'iso-8859-1'. Send text/csv in UTF-8.", (await answer.Content.ReadFromJsonAsync<JsonElement>(Cancel)).GetProperty("message").GetString());
    }

    [Theory]
    [InlineData("a,b\n1\n", "Row 1 has 1 values, and the first line names 2 columns. Send one value per column.")]
    [InlineData("a,b\n1,x\n", "Row 1, column 'b': expected a number, got the text \"x\".")]
    [InlineData("a,b\n1,2\n1,1e400\n", "Row 2, column 'b': 1e400 is too large for FP32. Send a number between -3.4e38 and 3.4e38.")]
    [InlineData("", "The body is empty.")]
    public async Task A_table_that_is_none_is_refused_at_its_place(string body, string problem)
    {
        using var answer = await Post("/invocations", body, "text/csv");
        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.StartsWith(problem, (await answer.Content.ReadFromJsonAsync<JsonElement>(Cancel)).GetProperty("message").GetString(), StringComparison.Ordinal);
    }

    private Uri Address(string path) => new(_server.Addresses.Predict, path);

    private Task<HttpResponseMessage> Post(string path, string body, string type = "application/json") =>
        _http.PostAsync(Address(path), new StringContent(body, Encoding.UTF8, type), Cancel);

    private async Task<JsonElement> Json(string path, string body)
    {
        using var answer = await Post(path, body);
        var text = await answer.Content.ReadAsStringAsync(Cancel);
        Assert.True(answer.IsSuccessStatusCode, text);
        return JsonDocument.Parse(text).RootElement;
    }
}
