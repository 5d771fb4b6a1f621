namespace Assay.ServingBench;

/// <summary>Arrivals at 70 % of what the server can do, which don't wait for each other.</summary>
internal static class OpenLoop
{
    private const double Share = 0.7;

    public static async Task<(double Peak, Measured At70)> Measure(Load load)
    {
        var peak = (await load.Closed(TimeSpan.FromSeconds(3))).PerSecond;
        return (peak, await load.Open(peak * Share, TimeSpan.FromSeconds(10)));
    }
}
