using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using Assay.Inference.Models;
using Assay.Inference.Requests;
using Assay.Serve;

namespace Assay.Tests.Inference;

public sealed class ServeTests : IAsyncLifetime
{
    private readonly string _folder = Directory.CreateTempSubdirectory("assay-serve-").FullName;
    private readonly HttpClient _http = new();
    private RunningServe _server = null!;

    public async ValueTask InitializeAsync()
    {
        TinyModel.WriteTo(_folder);
        _server = await ServeHost.Start(new ServeOptions(_folder, 0, MetricsPort: 0, Name: "tiny"), TestContext.Current.CancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        _http.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task A_row_is_answered_with_its_prediction()
    {
        using var answer = await Post("""[[30,500,"plus"],[64,null,null]]""");
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal("application/json", answer.Content.Headers.ContentType!.ToString());
        var predictions = (await Json(answer)).GetProperty("predictions").EnumerateArray().Select(value => value.GetDouble()).ToArray();
        Assert.Equal(TinyModel.Expect(30, 500, "plus"), predictions[0], 1e-6);
        Assert.Equal(TinyModel.Expect(64, null, null), predictions[1], 1e-6);
    }

    [Fact]
    public async Task A_wrong_value_is_answered_400_with_row_column_and_remedy()
    {
        using var answer = await Post("""[[30,500,"plus"],["old",1,"plus"]]""");
        var problem = await Json(answer);
        Assert.Equal((HttpStatusCode.BadRequest, "application/problem+json"), (answer.StatusCode, answer.Content.Headers.ContentType!.MediaType));
        Assert.Equal((2, "age"), (problem.GetProperty("row").GetInt32(), problem.GetProperty("column").GetString()));
        Assert.Equal(
            "Row 2, column 'age': expected a number, got the text \"old\". Write numbers without quotes.",
            problem.GetProperty("detail").GetString());
    }

    [Theory]
    [InlineData("text/csv", HttpStatusCode.UnsupportedMediaType)]
    [InlineData(null, HttpStatusCode.UnsupportedMediaType)]
    [InlineData("application/json; charset=iso-8859-1", HttpStatusCode.UnsupportedMediaType)]
    [InlineData("application/json; charset=\"UTF-8\"", HttpStatusCode.OK)]
    [InlineData("application/vnd.api+json", HttpStatusCode.OK)]
    public async Task Only_json_in_utf8_is_taken(string? contentType, HttpStatusCode status)
    {
        using var content = new ByteArrayContent(Encoding.UTF8.GetBytes("""[[30,500,"größer"]]"""));
        content.Headers.ContentType = contentType is null ? null : MediaTypeHeaderValue.Parse(contentType);
        using var answer = await _http.PostAsync(_server.Addresses.Predict, content, TestContext.Current.CancellationToken);
        Assert.Equal(status, answer.StatusCode);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_large_body_is_read_whole_whether_its_length_is_announced_or_not(bool announced)
    {
        var rows = Enumerable.Range(0, 90_000).Select(i => $"[{18 + i % 60},{i},\"plus\"]").ToArray();
        using var content = new StringContent($"[{string.Join(',', rows)}]", Encoding.UTF8, "application/json");
        using var request = new HttpRequestMessage(HttpMethod.Post, _server.Addresses.Predict) { Content = content };
        request.Headers.TransferEncodingChunked = !announced;
        using var answer = await _http.SendAsync(request, TestContext.Current.CancellationToken);
        Assert.Equal(90_000, (await Json(answer)).GetProperty("predictions").GetArrayLength());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_body_over_the_limit_is_refused(bool announced)
    {
        using var content = new ByteArrayContent(new byte[InputLimits.BodyBytesMax + 1]);
        content.Headers.ContentType = new("application/json");
        using var request = new HttpRequestMessage(HttpMethod.Post, _server.Addresses.Predict) { Content = content };
        request.Headers.TransferEncodingChunked = !announced;
        request.Headers.ExpectContinue = true;
        using var answer = await _http.SendAsync(request, TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, answer.StatusCode);
        Assert.Equal("The body is larger than 16 MiB. Send the rows in several requests.", (await Json(answer)).GetProperty("detail").GetString());
    }

    [Fact]
    public async Task Prometheus_is_shown_requests_and_latency_under_their_agreed_names()
    {
        (await Post("""[[30,500,"plus"],[31,500,"plus"]]""")).Dispose();
        (await Post("nonsense")).Dispose();
        var metrics = await PrometheusText.Once(_http, _server.Addresses.Metrics, 2, "inference_latency_seconds_count{", "endpoint=\"tiny\"");

        string[] wanted =
        [
            "# TYPE inference_requests_total counter",
            "# TYPE inference_latency_seconds histogram",
            "# TYPE inference_rows_total counter",
            "# TYPE inference_models gauge",
        ];
        Assert.All(wanted, line => Assert.Contains(line, metrics, StringComparison.Ordinal));
        Assert.True(PrometheusText.Value(metrics, "inference_requests_total{", "endpoint=\"tiny\"", "outcome=\"ok\"") >= 1);
        Assert.True(PrometheusText.Value(metrics, "inference_requests_total{", "endpoint=\"tiny\"", "outcome=\"invalid\"") >= 1);
        Assert.True(PrometheusText.Value(metrics, "inference_rows_total{", "endpoint=\"tiny\"") >= 2);
        Assert.True(PrometheusText.Value(metrics, "inference_latency_seconds_count{", "endpoint=\"tiny\"") >= 2);
        Assert.True(PrometheusText.Value(metrics, "inference_latency_seconds_bucket{", "endpoint=\"tiny\"", "le=\"0.0005\"") >= 0);
        Assert.True(PrometheusText.Value(metrics, "inference_latency_seconds_bucket{", "endpoint=\"tiny\"", "le=\"2.5\"") >= 2);
    }

    [Fact]
    public async Task Metrics_and_predictions_each_have_their_port_and_nothing_else_on_it()
    {
        async Task<HttpStatusCode> Get(Uri origin, string path) =>
            (await _http.GetAsync(new Uri(origin, path), TestContext.Current.CancellationToken)).StatusCode;
        Assert.Equal(HttpStatusCode.NotFound, await Get(_server.Addresses.Predict, "/metrics"));
        Assert.Equal(HttpStatusCode.NotFound, await Get(_server.Addresses.Metrics!, "/schema"));
        Assert.Equal(HttpStatusCode.OK, await Get(_server.Addresses.Predict, "/health/ready"));
        var schema = await _http.GetFromJsonAsync<ModelSchema>(
            new Uri(_server.Addresses.Predict, "/schema"), PackageJson.Options, TestContext.Current.CancellationToken);
        Assert.Equal(["age", "balance", "plan"], schema!.Inputs.Select(input => input.Name));
    }

    [Theory]
    [InlineData("GET", "/predict", HttpStatusCode.MethodNotAllowed, "method-not-allowed", "/predict is not for GET, but for POST.")]
    [InlineData("POST", "/nothing", HttpStatusCode.NotFound, "not-found", "There is nothing at /nothing: predictions are at /predict.")]
    [InlineData("GET", "/endpoints/other/schema", HttpStatusCode.NotFound, "not-found", "There is no model 'other'")]
    public async Task What_no_route_is_for_is_refused_with_problem_details(string method, string path, HttpStatusCode status, string code, string detail)
    {
        using var answer = await _http.SendAsync(new(new(method), new Uri(_server.Addresses.Predict, path)), TestContext.Current.CancellationToken);
        Assert.Equal((status, "application/problem+json"), (answer.StatusCode, answer.Content.Headers.ContentType?.MediaType));
        var problem = await Json(answer);
        Assert.Equal(code, problem.GetProperty("code").GetString());
        Assert.StartsWith(detail, problem.GetProperty("detail").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_port_in_use_is_refused_in_a_sentence()
    {
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        var port = ((IPEndPoint)taken.LocalEndpoint).Port;
        var problem = await Assert.ThrowsAsync<ServeRefusedException>(
            () => ServeHost.Run(new ServeOptions(_folder, port), cancel: TestContext.Current.CancellationToken));
        Assert.Contains($"port {port.ToString(CultureInfo.InvariantCulture)}: it is in use", problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_address_of_another_machine_is_refused_in_a_sentence()
    {
        var problem = await Assert.ThrowsAsync<ServeRefusedException>(
            () => ServeHost.Run(new ServeOptions(_folder, 0, Address: "192.0.2.1"), cancel: TestContext.Current.CancellationToken));
        Assert.StartsWith("The server can't listen on 192.0.2.1, port 0: ", problem.Message, StringComparison.Ordinal);
        Assert.EndsWith("Choose another address or port.", problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_folder_that_is_no_package_is_refused_by_the_missing_file()
    {
        File.Delete(Path.Combine(_folder, PackageFiles.Schema));
        var problem = await Assert.ThrowsAsync<InvalidModelException>(
            () => ServeHost.Run(new ServeOptions(_folder, 0), cancel: TestContext.Current.CancellationToken));
        Assert.Equal("The package has no file schema.json.", problem.Message);
    }

    private Task<HttpResponseMessage> Post(string body) => _http.PostAsync(
        _server.Addresses.Predict, new StringContent(body, Encoding.UTF8, "application/json"), TestContext.Current.CancellationToken);

    private static async Task<JsonElement> Json(HttpResponseMessage answer) =>
        await answer.Content.ReadFromJsonAsync<JsonElement>(TestContext.Current.CancellationToken);
}
