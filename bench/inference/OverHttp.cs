using System.Net.Http.Headers;
using Assay.Inference.Models;
using Assay.Serve;
using Assay.ServingBench;

namespace Assay.InferenceBench;

/// <summary>
/// The slim server against the least that any server does: both in this process, asked by the same client, which takes
/// its share of the machine from both alike. So a ratio here is too kind, and one of an outside load generator is stricter.
/// </summary>
internal static class OverHttp
{
    private const int Connections = 16;

    public static async Task Measure(string what, WideModel wide, int rows)
    {
        var folder = Directory.CreateTempSubdirectory("assay-bench-").FullName;
        using var end = new CancellationTokenSource();
        try
        {
            foreach (var name in new[] { PackageFiles.Model, PackageFiles.Schema, PackageFiles.Baseline })
                await File.WriteAllBytesAsync(Path.Combine(folder, name), wide.File(name));
            var started = new TaskCompletionSource<Uri>();
            var serving = ServeHost.Run(new ServeOptions(folder, 0), addresses => started.SetResult(addresses.Predict), end.Token);
            await using var bare = await BareServer.Start();
            var body = wide.Body(rows, seed: 1);
            var predict = await started.Task;
            var bareAddress = new Uri(new Uri(bare.Urls.First()), "/predict");
            var (served, limit) = await Rate.Compare(cancel => Ask(predict, body, cancel), cancel => Ask(bareAddress, body, cancel));
            await Console.Out.WriteLineAsync($"  {what}, {rows,3} rows: {served,9:N0} requests/s of {limit,9:N0} requests/s bare: ratio {served / limit:0.00}");
            await end.CancelAsync();
            await serving;
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static async Task<long> Ask(Uri address, byte[] body, CancellationToken cancel)
    {
        using var client = new HttpClient(new SocketsHttpHandler { MaxConnectionsPerServer = Connections });
        var counts = await Task.WhenAll(Enumerable.Range(0, Connections).Select(_ => Task.Run(() => AskUntil(client, address, body, cancel), CancellationToken.None)));
        return counts.Sum();
    }

    private static async Task<long> AskUntil(HttpClient client, Uri address, byte[] body, CancellationToken cancel)
    {
        var asked = 0L;
        while (!cancel.IsCancellationRequested)
        {
            using var content = new ByteArrayContent(body);
            content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
            using var answer = await client.PostAsync(address, content, CancellationToken.None);
            answer.EnsureSuccessStatusCode();
            await answer.Content.ReadAsByteArrayAsync(CancellationToken.None);
            asked++;
        }

        return asked;
    }
}
