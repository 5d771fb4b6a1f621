using System.Globalization;
using System.Text;
using static Assay.Monitoring.Reports.HtmlReport;

namespace Assay.Monitoring.Reports;

/// <summary>One column of the report: its verdict, both distributions and every number; open where something is to be seen.</summary>
internal static class ColumnCard
{
    public static void Write(StringBuilder html, ColumnComparison column, ComparisonSettings settings)
    {
        html.Append(CultureInfo.InvariantCulture, $"""
            <details class="card"{(column.Verdict == ComparisonVerdict.Drift ? " open" : "")}>
            <summary>{Badge(column.Verdict)} <strong>{Text(column.Name)}</strong> <span>{column.Type} · {Text(column.Because)}</span></summary>
            <div class="pair"><div>

            """);
        ReportCharts.Distributions(html, column.Bins, Text(column.Name));
        Sides(html, column);
        html.Append("</div><div class=\"scroll\">\n");
        Tests(html, column, settings);
        html.Append("</div></div></details>\n");
    }

    private static void Sides(StringBuilder html, ColumnComparison column)
    {
        html.Append("<table><thead><tr><th></th><th class=\"n\">Reference</th><th class=\"n\">Current</th></tr></thead><tbody>\n");
        Row("Rows", side => side.Rows.ToString("N0", CultureInfo.InvariantCulture));
        Row("Missing", side => side.Rows == 0 ? "–" : $"{100.0 * side.Missing / side.Rows:0.##} % <small>{100 * (side.MissingInterval?.Low ?? 0):0.##} to {100 * (side.MissingInterval?.High ?? 1):0.##}</small>");
        if (column.Reference.Infinite + column.Current.Infinite > 0)
            Row("Infinite", side => side.Infinite.ToString("N0", CultureInfo.InvariantCulture));
        Row("Different values", side => side.Distinct.ToString("N0", CultureInfo.InvariantCulture));
        if (column.Type == "number")
        {
            Row("Mean", side => Figure(side.Mean));
            Row("Standard deviation", side => Figure(side.StandardDeviation));
            Row("Range", side => $"{Figure(side.Min)} to {Figure(side.Max)}");
        }

        html.Append("</tbody></table>\n");
        if (column.LeastShift is { } shift)
            html.Append(CultureInfo.InvariantCulture, $"<p><small>So many rows show a shift of the mean by {Figure(shift)} standard deviations in 8 of 10 cases, and smaller ones less often.</small></p>\n");

        void Row(string name, Func<ColumnSide, string> value) =>
            html.Append(CultureInfo.InvariantCulture, $"<tr><th>{name}</th><td class=\"n\">{value(column.Reference)}</td><td class=\"n\">{value(column.Current)}</td></tr>\n");
    }

    private static void Tests(StringBuilder html, ColumnComparison column, ComparisonSettings settings)
    {
        html.Append(CultureInfo.InvariantCulture, $"<table><thead><tr><th>Test</th><th class=\"n\">Statistic</th><th class=\"n\">{100 * settings.Confidence:0.#} %</th><th class=\"n\">p</th><th class=\"n\">Corrected</th></tr></thead><tbody>\n");
        foreach (var test in column.Tests)
        {
            var note = test.Note is null ? "" : $"<br><small>{Text(test.Note)}</small>";
            html.Append(CultureInfo.InvariantCulture, $"<tr><th>{test.Test}{note}</th><td class=\"n\">{Figure(test.Statistic)}</td><td class=\"n\">{Between(test.Interval)}</td><td class=\"n\">{Figure(test.PValue)}</td><td class=\"n\">{Figure(test.CorrectedPValue)}</td></tr>\n");
        }

        html.Append("</tbody></table>\n");
    }
}
