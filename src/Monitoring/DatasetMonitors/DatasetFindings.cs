using System.Globalization;
using Assay.Monitoring.Alerts;
using Assay.Monitoring.Reports;

namespace Assay.Monitoring.DatasetMonitors;

/// <summary>What a comparison of versions says in alerts.</summary>
internal static class DatasetFindings
{
    // New categories and numbers a little beyond the range come with most versions: the report has them, and no alert.
    private static readonly string[] Usual = ["range", "categories"];

    /// <summary>Whether a finding is one to alert on.</summary>
    public static bool IsTrouble(QualityFinding finding) => finding.Severity == "critical" || !Usual.Contains(finding.Check);

    public static Finding Drift(string dataset, DatasetMonitorSettings settings, VersionVerdict verdict, TableComparison comparison)
    {
        List<AlertSignal> signals =
        [
            .. comparison.Columns.Where(column => column.Verdict == ComparisonVerdict.Drift)
                .Select(column => new AlertSignal(column.Name, "psi", column.Tests.FirstOrDefault(test => test.Test == "psi")?.Statistic ?? 0, settings.PsiThreshold, column.Current.Rows))
                .OrderByDescending(signal => signal.Value),
            .. comparison.Multivariate.Where(figure => figure.Verdict == ComparisonVerdict.Drift)
                .Select(figure => new AlertSignal("all columns together", $"p-value of {figure.Test}", figure.PValue ?? 0, settings.Significance)),
        ];
        var worst = signals[0];
        var others = signals.Count > 1 ? $" and {signals.Count - 1} more" : "";
        var what = worst.Measure == "psi"
            ? string.Create(CultureInfo.InvariantCulture, $"{worst.Name}{others}; stability index {worst.Value:0.###}, bound {worst.Bound:0.###}")
            : $"columns go together otherwise{others}";
        return Of(dataset, settings, AlertSources.Drift, string.Create(
            CultureInfo.InvariantCulture,
            $"Drift of dataset {dataset}, version {verdict.Version}, against {Against(verdict)}: {what}, over {comparison.CurrentRows:N0} rows.")) with
        {
            MaxPsi = verdict.MaxPsi,
            Signals = signals,
        };
    }

    public static Finding Quality(string dataset, DatasetMonitorSettings settings, VersionVerdict verdict, List<QualityFinding> broken)
    {
        var others = broken.Count > 1 ? string.Create(CultureInfo.InvariantCulture, $" And {broken.Count - 1:N0} more.") : "";
        return Of(dataset, settings, AlertSources.Quality, $"Data of dataset {dataset}, version {verdict.Version}, against {Against(verdict)}: {broken[0].Column}: {broken[0].Summary}{others}") with
        {
            Signals = [.. broken.Select(finding => new AlertSignal(finding.Column, finding.Check, finding.Share, 0, finding.Rows))],
        };
    }

    private static Finding Of(string dataset, DatasetMonitorSettings settings, string source, string summary) =>
        new(DatasetMonitorReading.Subject(dataset), source, settings.Severity, summary);

    private static string Against(VersionVerdict verdict) => verdict.References.Count == 1
        ? $"version {verdict.References[0]}"
        : $"versions {string.Join(", ", verdict.References)}";
}
