using System.Net;
using System.Text;
using System.Text.Json;
using Assay.Serve;

namespace Assay.Tests.Inference;

/// <summary>What callers of the slim server may take.</summary>
public sealed class ServeLimitTests : IDisposable
{
    private const string Row = """[[30,500,"plus"]]""";
    private static readonly string Many = JsonSerializer.Serialize(Enumerable.Repeat(new object[] { 30, 500, "plus" }, 50_000));

    private readonly string _folder = TinyModel.WriteTo(Directory.CreateTempSubdirectory("assay-serve-").FullName);
    private readonly HttpClient _http = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        _http.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task Calls_past_turns_and_queue_get_503_and_when_to_come_again()
    {
        await using var server = await Start(new(Concurrency: 1));
        var answers = await Task.WhenAll(Enumerable.Range(0, 24).Select(_ => Ask(server, Many)));
        Assert.Equal([HttpStatusCode.OK, HttpStatusCode.ServiceUnavailable], answers.Select(answer => answer.StatusCode).Distinct().Order());
        Assert.All(answers.Where(answer => answer.StatusCode != HttpStatusCode.OK), answer => Assert.Equal(1, answer.Headers.RetryAfter!.Delta!.Value.TotalSeconds));
        using var next = await Ask(server, Row);
        Assert.Equal(HttpStatusCode.OK, next.StatusCode);
        foreach (var answer in answers)
            answer.Dispose();
    }

    [Fact]
    public async Task A_call_past_its_time_is_answered_504()
    {
        await using var server = await Start(new(Timeout: TimeSpan.FromMilliseconds(1)));
        using var late = await Ask(server, Many);
        Assert.Equal(HttpStatusCode.GatewayTimeout, late.StatusCode);
        Assert.Contains("longer than the 1 ms", await late.Content.ReadAsStringAsync(Cancel), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_connection_too_many_is_closed_at_once_and_those_before_it_go_on()
    {
        await using var server = await Start(new(ConnectionsMax: 1));
        using var first = await Ask(server, Row);
        using var other = new HttpClient();
        await Assert.ThrowsAsync<HttpRequestException>(() => other.PostAsync(server.Addresses.Predict, Json(Row), Cancel));
        using var again = await Ask(server, Row);
        Assert.Equal(HttpStatusCode.OK, again.StatusCode);
    }

    private Task<RunningServe> Start(ServeLimits limits) => ServeHost.Start(new ServeOptions(_folder, 0, Name: "tiny") { Limits = limits }, Cancel);

    private Task<HttpResponseMessage> Ask(RunningServe server, string body) => _http.PostAsync(server.Addresses.Predict, Json(body), Cancel);

    private static StringContent Json(string body) => new(body, Encoding.UTF8, "application/json");
}
