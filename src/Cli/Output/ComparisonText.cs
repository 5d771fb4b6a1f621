using Assay.Monitoring.Reports;
using Assay.Statistics.Intervals;
using Spectre.Console;

namespace Assay.Cli.Output;

/// <summary>A comparison of two tables as text.</summary>
internal static class ComparisonText
{
    private const int TestsInOneTable = 4;

    public static void Show(TableComparison comparison)
    {
        Screen.Out.MarkupLine(
            $"[bold]{Markup.Escape(comparison.Current)}[/] ({Figures.Number(comparison.CurrentRows)} rows) against [bold]{Markup.Escape(comparison.Reference)}[/] ({Figures.Number(comparison.ReferenceRows)} rows)");
        Columns(comparison);
        if (comparison.Columns.Count == 1 || comparison.Settings.Tests is { Count: <= TestsInOneTable })
        {
            foreach (var column in comparison.Columns)
                Tests(column);
        }

        foreach (var finding in comparison.Quality)
            Screen.Out.MarkupLine($"{(finding.Severity == "critical" ? "[red]✗[/]" : "[yellow]![/]")} {Markup.Escape(finding.Column)}: {Markup.Escape(finding.Summary)}");
        Together(comparison);
        Screen.Line(comparison.Verdict switch
        {
            ComparisonVerdict.Drift when comparison.DriftedColumns.Count > 0 => $"Drift: {string.Join(", ", comparison.DriftedColumns)}.",
            ComparisonVerdict.Drift => "Drift of how the columns go together.",
            ComparisonVerdict.Calm => "No drift.",
            _ => "Nothing could be compared.",
        });
    }

    private static void Columns(TableComparison comparison)
    {
        var table = Screen.Table("", "Column", "Type", "Missing", "Index", "95 %", "Corrected p", "Verdict");
        foreach (var column in comparison.Columns)
        {
            var index = column.Tests.FirstOrDefault(test => test.Test == "psi");
            var pooled = column.Tests.FirstOrDefault(test => test.Test == "chi-square-pooled");
            table.AddRow(
                Mark(column.Verdict), Markup.Escape(column.Name), column.Type, $"{Share(column.Reference)} → {Share(column.Current)}",
                Figures.Figure(index?.Statistic), Between(index?.Interval), Figures.Figure(pooled?.CorrectedPValue), Markup.Escape(column.Because));
        }

        Screen.Write(table, "The files have no column in common.");
    }

    private static void Tests(ColumnComparison column)
    {
        var table = Screen.Table("Test of " + column.Name, "Statistic", "95 %", "p", "Corrected p", "Note");
        foreach (var test in column.Tests)
        {
            table.AddRow(
                test.Test, Figures.Figure(test.Statistic), Between(test.Interval), Figures.Figure(test.PValue), Figures.Figure(test.CorrectedPValue),
                Markup.Escape(test.Note ?? ""));
        }

        Screen.Write(table, $"No test fits {column.Name}.");
    }

    private static void Together(TableComparison comparison)
    {
        foreach (var figure in comparison.Multivariate)
            Screen.Out.MarkupLine($"{Mark(figure.Verdict)} {Markup.Escape(figure.Test)}: {Markup.Escape(figure.Because)}{(figure.PValue is null ? "" : $" (corrected p {Figures.Figure(figure.PValue)})")}");
        foreach (var figure in comparison.Performance)
        {
            var mark = figure.Worse switch { true => "[red]✗[/]", false => "[green]✓[/]", _ => "[yellow]?[/]" };
            Screen.Out.MarkupLine(
                $"{mark} {Markup.Escape(figure.Metric)}: {Figures.Figure(figure.Reference)} {Between(figure.ReferenceInterval)} → {Figures.Figure(figure.Current)} {Between(figure.CurrentInterval)} {Markup.Escape(figure.Note ?? "")}");
        }
    }

    private static string Mark(ComparisonVerdict verdict) => verdict switch
    {
        ComparisonVerdict.Drift => "[red]✗[/]",
        ComparisonVerdict.Calm => "[green]✓[/]",
        _ => "[yellow]?[/]",
    };

    private static string Share(ColumnSide side) => side.Rows == 0 ? "–" : $"{100.0 * side.Missing / side.Rows:0.#} %";

    private static string Between(Interval? interval) => interval is null ? "" : $"{Figures.Figure(interval.Low)} to {Figures.Figure(interval.High)}";
}
