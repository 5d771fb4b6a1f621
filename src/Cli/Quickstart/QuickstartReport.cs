using System.Text.Json;
using Assay.Registry;

namespace Assay.Cli.Quickstart;

/// <summary>What came of every stage: the document of <c>--json</c>. The names of its members are promised.</summary>
internal sealed record QuickstartReport(
    DatasetReport Dataset,
    ChecksReport Checks,
    IReadOnlyList<CandidateReport> Candidates,
    ModelReport Model,
    SignatureReported Signature,
    GateReport Gate,
    EndpointReport Endpoint,
    PredictionReport Prediction,
    DriftReport Drift,
    RetrainingReport Retraining,
    LedgerReport Ledger,
    IReadOnlyDictionary<string, double> Seconds,
    string Home)
{
    /// <summary>What did not come out as it should, in one sentence; null when every stage held.</summary>
    public string? Failing() => this switch
    {
        { Signature.Verified: false } => "the signature does not verify",
        { Gate.Passed: false } => "the gate did not pass",
        { Drift.Steady.Alert: true } => "the held-out rows raised a drift alert, although they are like the training data",
        { Drift.Shifted.Alert: false } => "the shifted rows raised no drift alert",
        { Retraining.Candidate: null } => $"the retraining made no candidate: {Retraining.Reason}",
        { Ledger.Verified: false } => "the ledger does not verify",
        _ => null,
    };
}

internal sealed record DatasetReport(string Name, int Version, string Digest, long Rows, int Columns);

internal sealed record ChecksReport(int Passed, int Failed);

internal sealed record CandidateReport(string Trainer, string Metric, double Mean, double Std);

internal sealed record ModelReport(string Name, int Version, string Digest, string Format, IReadOnlyDictionary<string, double> Metrics);

internal sealed record SignatureReported(string Bundle, string PublicKey, bool Verified);

internal sealed record GateReport(bool Passed, IReadOnlyList<GateRuleResult> Rules);

internal sealed record EndpointReport(string Name, Uri Url);

internal sealed record PredictionReport(JsonElement Request, JsonElement Response);

internal sealed record DriftReport(SteadyReport Steady, ShiftedReport Shifted);

internal sealed record SteadyReport(bool Alert, double Max);

internal sealed record ShiftedReport(bool Alert, double Max, IReadOnlyList<string> Features);

internal sealed record RetrainingReport(int? Candidate, bool Promoted, string Reason);

internal sealed record LedgerReport(long Size, string Root, bool Verified);
