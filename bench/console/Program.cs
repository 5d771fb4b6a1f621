using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Headers;
using Assay.ConsoleBench;
using Assay.Server.Hosting;

// How long a page of the console takes on a home with 200 models, each with a version in Production and an endpoint that is
// watched, one of them with 500 features and 100 windows, against the limit of 300 ms that the console promises, and against
// a route of the same host that answers without looking anything up.
CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
const int Models = 200;
const int Rounds = 15;
const double LimitMs = 300;

var home = Directory.CreateTempSubdirectory("assay-bench-").FullName;
try
{
    await using var server = await AssayServer.Start(new ServerOptions { Home = home, Port = 0, MetricsPort = 0 });
    await FilledHome.Fill(server.Services, Models);
    using var client = new HttpClient { BaseAddress = server.Address };
    var token = (await File.ReadAllTextAsync(Path.Combine(home, "admin-token"))).Trim();
    client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);

    await FilledHome.Watch(client, Models);

    await Console.Out.WriteLineAsync($"{Models} models, one reader; median of {Rounds} loads after a first one");
    var bare = await Median("/health/live");
    var slow = 0;
    foreach (var page in new[] { "/", "/models", "/models/model-100", "/models/model-100/1", "/data", "/experiments", "/trainings", "/endpoints", "/monitoring", "/monitoring/model-100", "/monitoring/wide", "/monitoring/wide/performance", "/endpoints/wide", "/ledger", "/ledger/5", "/docs" })
    {
        var median = await Median(page);
        slow += median > LimitMs ? 1 : 0;
        await Console.Out.WriteLineAsync($"  {page,-28} {median,7:0.0} ms: {median / LimitMs:0.00} of the limit, {median / bare:0} times a route that looks nothing up ({bare:0.00} ms)");
    }

    return slow == 0 ? 0 : 1;

    async Task<double> Median(string path)
    {
        var times = new List<double>();
        for (var round = 0; round <= Rounds; round++)
        {
            var watch = Stopwatch.StartNew();
            using var answer = await client.GetAsync(path);
            answer.EnsureSuccessStatusCode();
            await answer.Content.ReadAsByteArrayAsync();
            if (round > 0)
                times.Add(watch.Elapsed.TotalMilliseconds);
        }

        return times.Order().ElementAt(Rounds / 2);
    }
}
finally
{
    Directory.Delete(home, recursive: true);
}
