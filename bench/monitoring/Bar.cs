namespace Assay.MonitoringBench;

/// <summary>Prints a measured value beside its bar.</summary>
internal static class Bar
{
    /// <summary>Returns whether the bar is reached.</summary>
    public static bool Print(string what, string measured, string bar, bool reached)
    {
        Console.WriteLine($"  {what,-58} {measured,-34} {(reached ? "within" : "MISSES")} {bar}");
        return reached;
    }
}
