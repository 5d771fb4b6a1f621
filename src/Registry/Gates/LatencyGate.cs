using System.Globalization;
using System.Text.RegularExpressions;
using Assay.Inference.Models;

namespace Assay.Registry.Gates;

/// <summary>
/// <c>latency: p99 &lt;= 20 ms</c>: how long a request of one row takes in this process, read and predicted, on rows drawn
/// from the package's own baseline. Warm, one request at a time, and for at most a few seconds.
/// </summary>
internal sealed partial class LatencyGate(ReferenceLoad load) : IGate
{
    private const string Requests = "requests";
    private const int RequestsDefault = 1000;
    private const int RequestsMax = 10_000;
    private static readonly string[] FilesOfTables = [PackageFiles.Schema, PackageFiles.Baseline, PackageFiles.Model];

    public string Kind => "latency";

    public IReadOnlyList<string> Settings { get; } = [Requests];

    public void Check(GateRule rule)
    {
        if (Read(rule.Subject) is null)
            throw rule.Invalid($"'{Kind}' is written 'p99 <= 20 ms', with p50, p90, p95 or p99; not '{rule.Subject}'.");
        if (rule.Number(Requests) is { } requests && (requests is < 100 or > RequestsMax || requests != Math.Floor(requests)))
            throw rule.Invalid($"'{Requests}' must be a whole number from 100 to {RequestsMax}.");
    }

    public async Task<GateRuleResult> Judge(GateRule rule, GateCandidate candidate, CancellationToken cancel)
    {
        var (percentile, limit) = Read(rule.Subject)!.Value;
        var measured = await load.Run(
            async () => InferenceModel.Load((await candidate.Open(FilesOfTables, cancel)).File), (int)(rule.Number(Requests) ?? RequestsDefault), cancel);
        var found = measured[Math.Max(0, (int)Math.Ceiling(measured.Count * percentile / 100.0) - 1)];
        return new(
            $"{Kind} p{percentile}",
            found <= limit,
            $"{Metric.Show(found, limit)} ms over {measured.Count} requests of one row",
            $"at most {Metric.Show(limit)} ms");
    }

    private static (int Percentile, double Milliseconds)? Read(string subject)
    {
        var match = Form().Match(subject);
        return match.Success && double.Parse(match.Groups[2].Value, CultureInfo.InvariantCulture) is > 0 and var limit
            ? (int.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture), limit)
            : null;
    }

    [GeneratedRegex(@"^p(50|90|95|99) ?(?:<=|≤) ?([0-9]{1,6}(?:\.[0-9]{1,6})?) ?ms\z")]
    private static partial Regex Form();
}
