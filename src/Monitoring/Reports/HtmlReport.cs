using System.Globalization;
using System.Net;
using System.Text;
using Assay.Statistics.Intervals;

namespace Assay.Monitoring.Reports;

/// <summary>
/// A comparison as one HTML file that stands alone: charts are drawn inside as SVG, nothing is loaded, and no script runs.
/// It is readable in light and dark, on paper, and without colours: every state has its word.
/// </summary>
public static class HtmlReport
{
    private const int BarsShown = 30;

    /// <summary>Writes the report.</summary>
    /// <param name="comparison">What was found.</param>
    /// <param name="madeAt">When, as the report says.</param>
    public static string Write(TableComparison comparison, DateTimeOffset madeAt)
    {
        var html = new StringBuilder();
        html.Append(CultureInfo.InvariantCulture, $$"""
            <!doctype html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
            <title>{{Text(comparison.Current)}} against {{Text(comparison.Reference)}}</title>
            <style>{{ReportStyle.Css}}</style>
            </head>
            <body>
            <header>
            <p class="eyebrow">Assay drift report · {{madeAt.ToUniversalTime():yyyy-MM-dd HH:mm}} UTC</p>
            <h1>{{Text(comparison.Current)}} <span>against {{Text(comparison.Reference)}}</span></h1>
            </header>
            <main>

            """);
        Summary(html, comparison);
        Performance(html, comparison);
        Index(html, comparison);
        Quality(html, comparison);
        Together(html, comparison);
        html.Append("<section><h2>Columns</h2>\n");
        foreach (var column in comparison.Columns.OrderBy(column => Order(column.Verdict)).ThenByDescending(column => PsiOf(column)?.Statistic ?? 0))
            ColumnCard.Write(html, column, comparison.Settings);
        html.Append("</section>\n");
        Method(html, comparison.Settings);
        return html.Append("</main>\n</body>\n</html>\n").ToString();
    }

    internal static string Text(string text) => WebUtility.HtmlEncode(text);

    internal static string Badge(ComparisonVerdict verdict) => verdict switch
    {
        ComparisonVerdict.Drift => "<b class=\"badge bad\">drift</b>",
        ComparisonVerdict.Calm => "<b class=\"badge ok\">calm</b>",
        _ => "<b class=\"badge warn\">unknown</b>",
    };

    internal static TestFigure? PsiOf(ColumnComparison column) => column.Tests.FirstOrDefault(test => test.Test == "psi");

    internal static string Figure(double? value) => value is { } number ? Text(CompareColumns.Short(number)) : "–";

    internal static string Between(Interval? interval) => interval is null ? "–" : $"{Figure(interval.Low)} to {Figure(interval.High)}";

    private static int Order(ComparisonVerdict verdict) => verdict switch { ComparisonVerdict.Drift => 0, ComparisonVerdict.Unknown => 1, _ => 2 };

    private static void Summary(StringBuilder html, TableComparison comparison)
    {
        var sentence = comparison.Verdict switch
        {
            ComparisonVerdict.Drift when comparison.DriftedColumns.Count > 0 =>
                $"{Count(comparison.DriftedColumns.Count, "column")} of {comparison.Columns.Count:N0} drifted: {string.Join(", ", comparison.DriftedColumns.Take(5))}{(comparison.DriftedColumns.Count > 5 ? ", …" : "")}.",
            ComparisonVerdict.Drift => "No column drifted by itself, and the columns go together otherwise than in the reference.",
            ComparisonVerdict.Calm => "No column drifted.",
            _ => "Nothing could be compared.",
        };
        var unknown = comparison.Columns.Count(column => column.Verdict == ComparisonVerdict.Unknown);
        html.Append(CultureInfo.InvariantCulture, $"""
            <section class="verdict {Class(comparison.Verdict)}"><h2>{Badge(comparison.Verdict)} {Text(sentence)}</h2>
            <dl class="tiles">
            <div><dt>Reference rows</dt><dd>{comparison.ReferenceRows:N0}</dd></div>
            <div><dt>Current rows</dt><dd>{comparison.CurrentRows:N0}</dd></div>
            <div><dt>Columns compared</dt><dd>{comparison.Columns.Count:N0}</dd></div>
            <div><dt>Drifted</dt><dd>{comparison.DriftedColumns.Count:N0}</dd></div>
            <div><dt>Not told</dt><dd>{unknown:N0}</dd></div>
            <div><dt>Quality findings</dt><dd>{comparison.Quality.Count:N0}</dd></div>
            </dl></section>

            """);
    }

    private static void Index(StringBuilder html, TableComparison comparison)
    {
        var ranked = comparison.Columns.Where(column => PsiOf(column)?.Statistic is not null).OrderByDescending(column => PsiOf(column)!.Statistic).Take(BarsShown).ToList();
        if (ranked.Count == 0)
            return;
        html.Append("<section><h2>How far each column moved</h2>\n<p>Population stability index over the reference's quantiles, with its 95 % interval");
        html.Append(CultureInfo.InvariantCulture, $"{(comparison.Columns.Count > BarsShown ? $"; the {BarsShown} largest of {comparison.Columns.Count:N0}" : "")}. The line is the bound.</p>\n");
        ReportCharts.Indices(html, ranked, comparison.Settings.Threshold);
        html.Append("</section>\n");
    }

    private static void Quality(StringBuilder html, TableComparison comparison)
    {
        html.Append("<section><h2>Quality of the data</h2>\n");
        if (comparison.Quality.Count == 0)
        {
            html.Append("<p>Every column is there, of its type, within the range and the values of the reference, and misses no more.</p></section>\n");
            return;
        }

        html.Append("<div class=\"scroll\"><table><thead><tr><th>Severity</th><th>Column</th><th>Finding</th><th class=\"n\">Rows</th><th class=\"n\">Share, 95 %</th></tr></thead><tbody>\n");
        foreach (var finding in comparison.Quality)
        {
            var share = finding.Interval is { } interval
                ? $"{100 * finding.Share:0.##} % <small>{100 * interval.Low:0.##} to {100 * interval.High:0.##}</small>"
                : "–";
            html.Append(CultureInfo.InvariantCulture, $"<tr><td><b class=\"badge {(finding.Severity == "critical" ? "bad" : "warn")}\">{finding.Severity}</b></td><td>{Text(finding.Column)}</td><td>{Text(finding.Summary)}</td><td class=\"n\">{(finding.Rows == 0 ? "–" : finding.Rows.ToString("N0", CultureInfo.InvariantCulture))}</td><td class=\"n\">{share}</td></tr>\n");
        }

        html.Append("</tbody></table></div></section>\n");
    }

    private static void Together(StringBuilder html, TableComparison comparison)
    {
        if (comparison.Multivariate.Count == 0)
            return;
        html.Append("<section><h2>All columns together</h2>\n<div class=\"scroll\"><table><thead><tr><th>Verdict</th><th>Test</th><th>What it found</th><th class=\"n\">Measure</th><th class=\"n\">95 %</th><th class=\"n\">Corrected p</th></tr></thead><tbody>\n");
        foreach (var test in comparison.Multivariate)
            html.Append(CultureInfo.InvariantCulture, $"<tr><td>{Badge(test.Verdict)}</td><td>{test.Test}</td><td>{Text(test.Because)}</td><td class=\"n\">{Figure(test.Statistic)}</td><td class=\"n\">{Between(test.Interval)}</td><td class=\"n\">{Figure(test.PValue)}</td></tr>\n");
        html.Append("</tbody></table></div></section>\n");
    }

    private static void Performance(StringBuilder html, TableComparison comparison)
    {
        if (comparison.Performance.Count == 0)
            return;
        html.Append("<section><h2>How well predictions fit the labels</h2>\n<div class=\"pair\">\n");
        foreach (var figure in comparison.Performance)
        {
            var word = figure.Worse switch { true => "<b class=\"badge bad\">worse</b>", false => "<b class=\"badge ok\">not worse</b>", _ => "<b class=\"badge warn\">unknown</b>" };
            html.Append(CultureInfo.InvariantCulture, $"<figure class=\"card\"><figcaption>{word} {Text(figure.Metric)}</figcaption>\n");
            ReportCharts.Performance(html, figure);
            html.Append(CultureInfo.InvariantCulture, $"<p>{figure.ReferenceRows:N0} reference and {figure.CurrentRows:N0} current rows have both. {Text(figure.Note ?? "")}</p></figure>\n");
        }

        html.Append("</div></section>\n");
    }

    private static void Method(StringBuilder html, ComparisonSettings settings) => html.Append(CultureInfo.InvariantCulture, $"""
        <section class="method"><h2>How it was decided</h2>
        <p>A column has drifted when both hold: its population stability index is at least {Figure(settings.Threshold)}, so the difference is large, and chi-square over the same bins, corrected for the number of columns ({settings.Correction switch { ComparisonCorrection.Bonferroni => "Bonferroni", ComparisonCorrection.BenjaminiHochberg => "Benjamini and Hochberg", _ => "not at all" }}), gives a p-value below {Figure(settings.Significance)}, so it is not chance. With fewer than {settings.MinimumRows:N0} values on either side nothing is said. All columns together are judged on at most 1,000 drawn rows of each table.</p>
        <p>Drift says that the rows are different, not that the predictions are worse. How the label depends on the columns is not seen without labels.</p></section>

        """);

    private static string Class(ComparisonVerdict verdict) => verdict switch { ComparisonVerdict.Drift => "bad", ComparisonVerdict.Calm => "ok", _ => "warn" };

    private static string Count(int count, string noun) => count == 1 ? $"1 {noun}" : $"{count:N0} {noun}s";
}
