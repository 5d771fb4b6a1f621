using System.Text.Json;
using Assay.EndToEnd.Processes;

namespace Assay.EndToEnd;

/// <summary>Labels are counted with their predictions each once, whatever moment of it a kill hits.</summary>
public sealed class LabelKillTests(ITestOutputHelper output)
{
    private const int Calls = 400;
    private const int RowsPerCall = 10;
    private const int Kills = 5;
    private const string Performance = "/api/v1/endpoints/killed/performance";
    private static readonly (string, string)[] Quick = [("ASSAY_Monitoring__JoinSeconds", "0.1")];
    private static readonly (string, string)[] Never = [("ASSAY_Monitoring__JoinSeconds", "80000")];

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Labels_and_their_corrections_are_counted_once_though_the_server_is_killed_while_it_joins_them()
    {
        var random = new Random(Environment.TickCount);
        using var folder = new TemporaryFolder();
        await HomeServer.Make(folder);
        var (ids, positive) = await Predict(folder.Home, random);

        await KillWhileJoining(folder.Home, random, ids, "yes");
        await using (var server = await HomeServer.Start(folder.Home, Quick))
        {
            await Settled(server);
            var total = await Total(server);
            output.WriteLine(total.GetRawText()[..200]);
            Assert.Equal((Calls * RowsPerCall, Calls * RowsPerCall), (total.GetProperty("predictions").GetInt32(), total.GetProperty("labelled").GetInt32()));
            Assert.Equal(positive / (double)(Calls * RowsPerCall), Accuracy(total), 9);
        }

        await KillWhileJoining(folder.Home, random, ids, "no");
        await using var last = await HomeServer.Start(folder.Home, Quick);
        await HomeServer.Until(async () => (await Labels(last, "changed")) == 0, TimeSpan.FromMinutes(2), "every correction is counted");
        var corrected = await Total(last);
        Assert.Equal(Calls * RowsPerCall, corrected.GetProperty("labelled").GetInt32());
        Assert.Equal(1 - (positive / (double)(Calls * RowsPerCall)), Accuracy(corrected), 9);
    }

    private static async Task<(List<string> Ids, int Positive)> Predict(string home, Random random)
    {
        await using var server = await HomeServer.Start(home, Never);
        var (ids, positive) = (new List<string>(), 0);
        await server.Send(HttpMethod.Put, "/api/v1/endpoints/killed", new { model = "small", version = "1" });   // nothing was predicted there before
        await HomeServer.Until(async () => (await server.Get("/api/v1/endpoints/killed")).GetProperty("endpoint").GetProperty("state").GetString() == "ready", TimeSpan.FromMinutes(1), "the model is loaded");
        for (var call = 0; call < Calls; call++)
        {
            var id = $"kill-{call}";
            using var request = new HttpRequestMessage(HttpMethod.Post, "/endpoints/killed/predict")
            {
                Content = new StringContent(JsonSerializer.Serialize(Enumerable.Range(0, RowsPerCall).Select(_ => new object[] { random.Next(18, 78), random.Next(20, 80), "Graz" })), System.Text.Encoding.UTF8, "application/json"),
            };
            request.Headers.Add("Assay-Request-Id", id);
            using var answer = await server.Client.SendAsync(request, Cancel);
            answer.EnsureSuccessStatusCode();
            var predictions = JsonDocument.Parse(await answer.Content.ReadAsStringAsync(Cancel)).RootElement.GetProperty("predictions");
            positive += predictions.EnumerateArray().Count(prediction => prediction.GetDouble() >= 0.5);
            ids.Add(id);
        }

        await Task.Delay(TimeSpan.FromSeconds(2), Cancel);   // the log may lose its last fifth of a second, which is not what is looked at here
        return (ids, positive);
    }

    private async Task KillWhileJoining(string home, Random random, List<string> ids, string label)
    {
        await using (var server = await HomeServer.Start(home, Never))
        {
            foreach (var some in ids.Chunk(100))
                await server.Send(HttpMethod.Post, "/api/v1/endpoints/killed/labels", some.SelectMany(id => Enumerable.Range(1, RowsPerCall).Select(row => new { id, row, label })).ToList());
            await server.Kill();
        }

        for (var kill = 0; kill < Kills; kill++)
        {
            await using var server = await HomeServer.Start(home, Quick);
            var moment = TimeSpan.FromMilliseconds(random.Next(1200));
            await Task.Delay(moment, Cancel);
            await server.Kill();
            output.WriteLine($"killed {moment.TotalMilliseconds:0} ms after the start");
        }
    }

    private static Task Settled(HomeServer server) => HomeServer.Until(
        async () => (await server.Get(Performance)) is var report && report.GetProperty("waitingLabels").GetInt64() == 0
            && report.GetProperty("totals").EnumerateArray().Sum(total => total.GetProperty("predictions").GetInt64()) >= Calls * RowsPerCall,
        TimeSpan.FromMinutes(3), "every prediction and label is counted");

    private static async Task<int> Labels(HomeServer server, string state) =>
        (await server.Get($"/api/v1/endpoints/killed/labels?state={state}&limit=1")).GetProperty("items").GetArrayLength();

    private static async Task<JsonElement> Total(HomeServer server) => (await server.Get(Performance)).GetProperty("totals").EnumerateArray().Single();

    private static double Accuracy(JsonElement total) =>
        total.GetProperty("realised").EnumerateArray().Single(measure => measure.GetProperty("name").GetString() == "accuracy").GetProperty("value").GetDouble();
}
