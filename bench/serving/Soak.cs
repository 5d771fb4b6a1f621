namespace Assay.ServingBench;

/// <summary>Ten million requests, and the memory that the platform holds while they come.</summary>
internal static class Soak
{
    private const double GrowthMax = 1.15;
    private static readonly TimeSpan Part = TimeSpan.FromSeconds(10);

    public static async Task<bool> Run(Child platform, string token, long requests)
    {
        var body = System.Text.Encoding.UTF8.GetString(Platform.Models["linear"].Body(1, seed: 1));
        using var load = new Load(platform, "/endpoints/linear/predict", body, token);
        var memory = new List<long>();
        for (var sent = 0L; sent < requests;)
        {
            sent += (long)((await load.Closed(Part)).PerSecond * Part.TotalSeconds);
            memory.Add(platform.Memory);
            await Console.Out.WriteLineAsync($"{sent,12:N0} requests, {platform.Memory / 1e6:N0} MB");
        }

        var third = Math.Max(1, memory.Count / 3);
        var (first, last) = (memory.Take(third).Average(), memory.TakeLast(third).Average());
        await Console.Out.WriteLineAsync($"memory {first / 1e6:N0} MB in the first third, {last / 1e6:N0} MB in the last (at most {GrowthMax:0.00} times) {(last <= first * GrowthMax ? "" : "SHORT")}");
        return last <= first * GrowthMax;
    }
}
