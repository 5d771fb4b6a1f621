namespace Assay.Kernel.Outbound;

/// <summary>How long to wait before something is sent again.</summary>
public static class BackOff
{
    private const int DoublingsMax = 30;

    /// <summary>Doubled with each failure up to the longest, and shortened by up to a half at random, so that receivers are not hit by all at once.</summary>
    /// <param name="failures">Failures in a row, at least 1.</param>
    /// <param name="firstSeconds">After the first one.</param>
    /// <param name="longestSeconds">In any case.</param>
    public static TimeSpan After(int failures, double firstSeconds, double longestSeconds)
    {
        var seconds = Math.Min(longestSeconds, firstSeconds * Math.Pow(2, Math.Min(failures - 1, DoublingsMax)));
        return TimeSpan.FromSeconds(seconds * (0.5 + (Random.Shared.NextDouble() / 2)));
    }
}
