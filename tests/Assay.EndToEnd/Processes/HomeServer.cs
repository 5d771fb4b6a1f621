using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Assay.EndToEnd.Processes;

/// <summary>The platform on a home that quickstart made, asked by its administrator; killed and started again as a test wants.</summary>
internal sealed class HomeServer : IAsyncDisposable
{
    private static readonly TimeSpan StartMax = TimeSpan.FromMinutes(3);
    private readonly AssayProcess _process;

    private HomeServer(AssayProcess process, HttpClient client, string link) => (_process, Client, SignInLink) = (process, client, link);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public HttpClient Client { get; }

    /// <summary>Signs a browser in, once.</summary>
    public string SignInLink { get; }

    /// <summary>Makes the home: a model of two classes named <c>small</c> at an endpoint of that name.</summary>
    public static async Task Make(TemporaryFolder folder)
    {
        var done = await AssayProcess.Run(
            "quickstart", "--home", folder.Home, "--data", folder.WriteSmallTable(rows: 300), "--label", "bought", "--port", "0", "--metrics-port", "0", "--exit", "--json");
        Assert.True(done.ExitCode == 0, done.ToString());
    }

    /// <summary>Starts it, with settings as the environment has them, and waits until the endpoint answers.</summary>
    public static async Task<HomeServer> Start(string home, params (string Name, string Value)[] settings)
    {
        var process = AssayProcess.StartWith(settings, "up", "--home", home, "--port", "0", "--metrics-port", "0", "--json");
        var client = new HttpClient { BaseAddress = new(await Said(process, "address")) };
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", (await File.ReadAllTextAsync(Path.Combine(home, "admin-token"), Cancel)).Trim());
        return new(process, client, await Said(process, "console"));
    }

    private static async Task<string> Said(AssayProcess process, string name)
    {
        var line = await process.WaitForLine($"\"{name}\"", StartMax);
        return (string)JsonNode.Parse(line.Contains('{', StringComparison.Ordinal) ? line : $"{{{line.TrimEnd(',')}}}")![name]!;
    }

    public async Task<JsonElement> Get(string path) => await Client.GetFromJsonAsync<JsonElement>(path, Cancel);

    public async Task<JsonElement> Send(HttpMethod method, string path, object? body)
    {
        using var request = new HttpRequestMessage(method, path) { Content = JsonContent.Create(body) };
        using var answer = await Client.SendAsync(request, Cancel);
        var text = await answer.Content.ReadAsStringAsync(Cancel);
        Assert.True(answer.IsSuccessStatusCode, $"{path}: {text}");
        return text.Length == 0 ? default : JsonElement.Parse(text);
    }

    /// <summary>Asks until it holds.</summary>
    public static async Task Until(Func<Task<bool>> holds, TimeSpan limit, string what)
    {
        var last = TimeProvider.System.GetUtcNow() + limit;
        while (!await holds())
        {
            Assert.True(TimeProvider.System.GetUtcNow() < last, $"Not within {limit}: {what}");
            await Task.Delay(250, Cancel);
        }
    }

    public Task Kill() => _process.KillNow();

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await _process.DisposeAsync();
    }
}
