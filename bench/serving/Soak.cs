using Assay.TrackingBench;

namespace Assay.ServingBench;

/// <summary>Ten million requests, and the memory that a server holds while they come: the platform, or <c>assay serve</c>.</summary>
internal static class Soak
{
    private const double GrowthMax = 1.15;
    private static readonly TimeSpan Part = TimeSpan.FromSeconds(10);

    /// <summary>The slim server, as people start it.</summary>
    public static async Task<bool> RunServe(Child platform, string token, string root, long requests)
    {
        var (program, folder) = await StartUp.ExportFirst(platform, token, root);
        var port = BuiltProgram.FreePort();
        using var serving = await Child.Other("dotnet", [program, "serve", folder, "--port", $"{port}", "--metrics-port", "0"], new Uri($"http://127.0.0.1:{port}/health/ready"));
        return await Run(serving, "/predict", Platform.Models.Values.First().Body(1, seed: 1), "", requests);
    }

    public static Task<bool> Run(Child platform, string token, long requests) =>
        Run(platform, "/endpoints/linear/predict", Platform.Models["linear"].Body(1, seed: 1), token, requests);

    private static async Task<bool> Run(Child server, string path, byte[] row, string token, long requests)
    {
        using var load = new Load(server, path, System.Text.Encoding.UTF8.GetString(row), token);
        await load.Closed(Part);   // what is compiled and pooled while it warms up is no growth
        await Console.Out.WriteLineAsync($"{server.Memory / 1e6:N0} MB after warm-up");
        var memory = new List<long>();
        for (var sent = 0L; sent < requests;)
        {
            sent += (long)((await load.Closed(Part)).PerSecond * Part.TotalSeconds);
            memory.Add(server.Memory);
            await Console.Out.WriteLineAsync($"{sent,12:N0} requests, {server.Memory / 1e6:N0} MB");
        }

        var third = Math.Max(1, memory.Count / 3);
        var (first, last) = (memory.Take(third).Average(), memory.TakeLast(third).Average());
        await Console.Out.WriteLineAsync($"memory {first / 1e6:N0} MB in the first third, {last / 1e6:N0} MB in the last (at most {GrowthMax:0.00} times) {(last <= first * GrowthMax ? "" : "SHORT")}");
        return last <= first * GrowthMax;
    }
}
