namespace Assay.ServingBench;

/// <summary>Prints what was measured beside its bar, and remembers whether all bars were reached.</summary>
internal sealed class Report
{
    private const double OpenLoopP999Max = 20;

    public bool Good { get; private set; } = true;

    /// <param name="what">What was compared.</param>
    /// <param name="pair">The two servers.</param>
    /// <param name="bar">At least so many times the other's requests a second.</param>
    /// <param name="p99Max">At most so many times the other's 99th percentile; null for no bar.</param>
    public void Compare(string what, Pair pair, double bar, double? p99Max)
    {
        var p99 = pair.Ours.P99 / pair.Theirs.P99;
        Line(what, $"{pair.Ours.PerSecond,8:N0}/s of {pair.Theirs.PerSecond,8:N0}/s: ratio {pair.Ratio:0.00}", pair.Ratio >= bar, $"bar {bar:0.00}");
        Line("", $"{pair.Ours.Processor:0.0} µs of processor time for a request, the other {pair.Theirs.Processor:0.0} µs", true, "no bar");
        Line("", $"p50 {pair.Ours.P50:0.00} ms of {pair.Theirs.P50:0.00}, p99 {pair.Ours.P99:0.00} ms of {pair.Theirs.P99:0.00}: ratio {p99:0.00}", p99 <= (p99Max ?? p99), p99Max is { } max ? $"at most {max:0.0}" : "no bar");
    }

    public void OpenLoop((double Peak, Measured At70) measured) => Line(
        "trees, 1 row, arrivals at 70 % of the peak",
        $"{measured.At70.PerSecond,8:N0}/s of {measured.Peak,8:N0}/s: p50 {measured.At70.P50:0.00} ms, p99 {measured.At70.P99:0.00} ms, p99.9 {measured.At70.P999:0.00} ms",
        measured.At70.P999 <= OpenLoopP999Max,
        $"at most {OpenLoopP999Max:0} ms");

    private void Line(string what, string measured, bool reached, string bar)
    {
        Good &= reached;
        Console.WriteLine($"{what,-42} {measured}  ({bar}) {(reached ? "" : "SHORT")}");
    }
}
