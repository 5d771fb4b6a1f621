using System.Diagnostics;
using System.Text.Json;

namespace Assay.TrackingBench;

/// <summary>
/// Very many clients that log for a long time, each to runs of its own, as trainings do: a point, then a moment of work. At
/// the end every acknowledged point is read back.
/// </summary>
internal static class Soak
{
    private const int Clients = 500;
    private const int PointsOfRun = 2_000;
    private const double GrowthMax = 1.25;
    private static readonly TimeSpan Work = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan Look = TimeSpan.FromSeconds(10);

    /// <returns>Whether nothing was lost and memory stayed flat.</returns>
    public static async Task<bool> Run(Uri address, string token, TimeSpan length)
    {
        var started = Stopwatch.GetTimestamp();
        var acknowledged = new Dictionary<string, int>[Clients];
        var clients = Enumerable.Range(0, Clients).Select(number => Task.Run(async () =>
            acknowledged[number] = await Log(address, token, () => Stopwatch.GetElapsedTime(started) < length, number))).ToList();
        var memory = new List<long>();
        while (Stopwatch.GetElapsedTime(started) < length)
        {
            await Task.Delay(Look);
            using var process = Process.GetCurrentProcess();
            memory.Add(process.WorkingSet64 >> 20);
        }

        await Task.WhenAll(clients);
        var runs = acknowledged.SelectMany(client => client).ToList();
        var points = runs.Sum(run => (long)run.Value);
        var lost = await ReadBack(address, token, runs);
        var (early, late) = (memory[..Math.Max(1, memory.Count / 3)].Max(), memory[^Math.Max(1, memory.Count / 3)..].Max());
        var good = lost == 0 && late < early * GrowthMax;
        await Console.Out.WriteLineAsync(
            $"{Clients} clients for {length.TotalSeconds:0} s: {points:N0} points of {runs.Count:N0} runs acknowledged ({points / length.TotalSeconds:N0}/s), {lost:N0} lost; "
            + $"memory of server and clients at most {early:N0} MB in the first third, {late:N0} MB in the last  {(good ? "" : "SHORT")}");
        return good;
    }

    private static async Task<Dictionary<string, int>> Log(Uri address, string token, Func<bool> isTime, int number)
    {
        using var client = new Connection(address, token);
        var counts = new Dictionary<string, int>();
        await Task.Delay(Random.Shared.Next((int)Work.TotalMilliseconds));
        while (isTime())
        {
            var id = await Filled.Run(client, "0");
            counts[id] = 0;
            for (var step = 0; step < PointsOfRun && isTime(); step++)
            {
                await Filled.Post(client, "/runs/log-metric", $$"""{"run_id": "{{id}}", "key": "loss", "value": {{number}}.5, "timestamp": 1700000000000, "step": {{step}}}""");
                counts[id]++;
                await Task.Delay(Work);
            }

            await Filled.Post(client, "/runs/update", $$"""{"run_id": "{{id}}", "status": "FINISHED", "end_time": 1700000000001}""");
        }

        return counts;
    }

    private static async Task<long> ReadBack(Uri address, string token, List<KeyValuePair<string, int>> runs)
    {
        using var client = new HttpClient { BaseAddress = address };
        client.DefaultRequestHeaders.Authorization = new("Bearer", token);
        var lost = 0L;
        foreach (var (id, count) in runs)
        {
            using var body = JsonDocument.Parse(await client.GetStringAsync($"/api/2.0/mlflow/metrics/get-history?run_id={id}&metric_key=loss&max_results=25000"));
            var steps = body.RootElement.TryGetProperty("metrics", out var metrics) ? metrics.EnumerateArray().Select(point => point.GetProperty("step").GetInt32()).ToHashSet() : [];
            lost += Enumerable.Range(0, count).Count(step => !steps.Contains(step));
        }

        return lost;
    }
}
