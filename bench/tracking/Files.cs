using System.Diagnostics;
using System.Net.Http.Headers;

namespace Assay.TrackingBench;

/// <summary>One file of 100 MB up and down, each time with other bytes.</summary>
internal static class Files
{
    /// <summary>What the measurements' names begin with.</summary>
    public const string Name = "100 MB";

    private const int Bytes = 100_000_000;
    private const int Rounds = 5;

    public static async Task<IReadOnlyList<(string Name, double Bar, double MegabytesPerSecond)>> Measure(Uri address, string token)
    {
        using var client = new HttpClient { BaseAddress = address };
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
        var (bytes, random, up, down) = (new byte[Bytes], new Random(1), TimeSpan.MaxValue, TimeSpan.MaxValue);
        var sink = new byte[1 << 20];
        for (var round = 0; round < Rounds; round++)
        {
            random.NextBytes(bytes);
            var path = $"/api/2.0/mlflow-artifacts/artifacts/0/bench/{round}.bin";
            var started = Stopwatch.GetTimestamp();
            using (var content = new ByteArrayContent(bytes))
            using (var answer = await client.PutAsync(path, content))
                answer.EnsureSuccessStatusCode();
            up = Shorter(up, started);

            started = Stopwatch.GetTimestamp();
            await using var stream = await client.GetStreamAsync(path);
            while (await stream.ReadAsync(sink) > 0)
            {
                // What comes is thrown away.
            }

            down = Shorter(down, started);
        }

        return [($"{Name} up", 1.5 * 300, Bytes / 1e6 / up.TotalSeconds), ($"{Name} down", 640, Bytes / 1e6 / down.TotalSeconds)];
    }

    private static TimeSpan Shorter(TimeSpan best, long started) => Stopwatch.GetElapsedTime(started) is var time && time < best ? time : best;
}
