using Assay.Cli.Output;
using Spectre.Console;

namespace Assay.Cli.Quickstart;

/// <summary>The table at the end of a quickstart.</summary>
internal static class Summary
{
    public static void Show(QuickstartReport report, bool synthetic)
    {
        var table = Screen.Table("", "Stage", "Result");
        Row(table, true, "Dataset", $"{report.Dataset.Name} version {report.Dataset.Version}, {Figures.Number(report.Dataset.Rows)} rows{(synthetic ? ", synthetic" : "")}");
        Row(table, report.Checks.Failed == 0, "Checks", $"{report.Checks.Passed} passed, {report.Checks.Failed} failed");
        foreach (var candidate in report.Candidates)
            Row(table, true, "Candidate", $"{candidate.Trainer}: {candidate.Metric} {Figures.Figure(candidate.Mean)} ± {Figures.Figure(candidate.Std)}");
        Row(table, true, "Model", $"{report.Model.Name} version {report.Model.Version} ({report.Model.Format}): {Figures.Metrics(report.Model.Metrics)}");
        Row(table, report.Signature.Verified, "Signature", report.Signature.Verified ? "verified" : "does not verify");
        foreach (var rule in report.Gate.Rules)
            Row(table, rule.Passed, "Gate", $"{rule.Name}: {rule.Value} ({rule.Bound})");
        Row(table, true, "Endpoint", report.Endpoint.Url.AbsoluteUri);
        Row(table, !report.Drift.Steady.Alert, "Steady rows", $"{Alert(report.Drift.Steady.Alert)}, largest index {Figures.Figure(report.Drift.Steady.Max)}");
        Row(table, report.Drift.Shifted.Alert, "Shifted rows", $"{Alert(report.Drift.Shifted.Alert)}, largest index {Figures.Figure(report.Drift.Shifted.Max)}");
        Row(table, report.Retraining.Candidate is not null, "Retraining", Retraining(report.Retraining));
        Row(table, report.Ledger.Verified, "Ledger", $"{Figures.Number(report.Ledger.Size)} events, {(report.Ledger.Verified ? "verified" : "does not verify")}");
        Row(table, true, "Time", Figures.Seconds(report.Seconds["total"]));
        Screen.Line();
        Screen.WriteWrapped(table);
    }

    private static void Row(Table table, bool holds, string stage, string result) =>
        table.AddRow(holds ? "[green]✓[/]" : "[red]✗[/]", stage, Markup.Escape(result));

    private static string Alert(bool raised) => raised ? "alert" : "no alert";

    private static string Retraining(RetrainingReport report) => report.Candidate is { } version
        ? $"version {version} {(report.Promoted ? "promoted" : "not promoted")}: {report.Reason}"
        : report.Reason;
}
