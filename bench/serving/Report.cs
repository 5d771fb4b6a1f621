namespace Assay.ServingBench;

/// <summary>Prints what was measured beside its bar, and remembers whether all bars were reached.</summary>
internal sealed class Report
{
    private const double OpenLoopP999Max = 20;

    public bool Good { get; private set; } = true;

    /// <param name="pair">The two servers.</param>
    /// <param name="bar">At least so many times the other's requests a second.</param>
    /// <param name="p99Max">At most so many times the other's 99th percentile; null for no bar.</param>
    public void Compare(Pair pair, double bar, double? p99Max)
    {
        var p99 = pair.Ours.P99 / pair.Theirs.P99;
        Line($"{pair.Ours.PerSecond,8:N0}/s of {pair.Theirs.PerSecond,8:N0}/s: ratio {pair.Ratio:0.00}", pair.Ratio >= bar, $"bar {bar:0.00}");
        Line($"{pair.Ours.Processor:0.0} µs of processor time for a request, the other {pair.Theirs.Processor:0.0} µs", true, "no bar");
        Line($"p50 {pair.Ours.P50:0.00} ms of {pair.Theirs.P50:0.00}, p99 {pair.Ours.P99:0.00} ms of {pair.Theirs.P99:0.00}: ratio {p99:0.00}", p99 <= (p99Max ?? p99), p99Max is { } max ? $"at most {max:0.0}" : "no bar");
    }

    /// <param name="ours">The platform's rounds, the quickest p99.9 first.</param>
    /// <param name="bare">Those of bare Kestrel at 70 % of its own peak: what machine and load generator do to any server.</param>
    public void OpenLoop(Arrivals[] ours, Arrivals[] bare)
    {
        Line(Words(ours), ours[ours.Length / 2].At70.P999 <= OpenLoopP999Max, $"at most {OpenLoopP999Max:0} ms");
        Line($"bare Kestrel: {Words(bare)}", true, "no bar");
    }

    private static string Words(Arrivals[] rounds)
    {
        var (peak, median) = rounds[rounds.Length / 2];
        return $"{median.PerSecond,8:N0}/s of {peak,8:N0}/s: p50 {median.P50:0.00} ms, p99 {median.P99:0.00} ms, p99.9 {median.P999:0.00} ms, of rounds with {string.Join(", ", rounds.Select(round => $"{round.At70.P999:0}"))}";
    }

    private void Line(string measured, bool reached, string bar)
    {
        Good &= reached;
        Console.WriteLine($"  {measured}  ({bar}) {(reached ? "" : "SHORT")}");
    }
}
