using Assay.Cli.Output;
using Assay.Data;
using Spectre.Console;

namespace Assay.Cli.Verbs.Data;

/// <summary>A dataset version as text.</summary>
internal static class DatasetText
{
    private const int RowsMax = 200;

    public static void Show(DatasetVersionDetail detail)
    {
        var version = detail.Version;
        var synthetic = version.Synthetic ? " [yellow]synthetic[/]" : "";
        Screen.Out.MarkupLine($"[bold]{Markup.Escape(version.Dataset)}[/] version {version.Version}{synthetic}");
        Screen.Out.MarkupLine($"{Figures.Number(version.Rows)} rows, {Figures.Number(version.Columns)} columns, {version.Format}, {Figures.Bytes(version.SizeBytes)}");
        Screen.Out.MarkupLine($"[grey]{version.Digest}[/]");
        Screen.Out.Write(Profile(detail.Profile));
        if (detail.Profile.Count > RowsMax)
            Screen.Out.MarkupLine($"[grey]{detail.Profile.Count - RowsMax} more columns; --json has all of them.[/]");
        Screen.Out.MarkupLine($"Checks: [green]{version.ChecksPassed} passed[/], {(version.ChecksFailed == 0 ? "0 failed" : $"[red]{version.ChecksFailed} failed[/]")}");
        foreach (var check in detail.Checks.Where(check => !check.Passed))
            Screen.Out.MarkupLine($"[red]✗[/] {Markup.Escape($"{check.Rule} {check.Column}: {check.Observed}, must be {check.Bound}")}");
    }

    private static Table Profile(IReadOnlyList<ColumnProfile> profile)
    {
        var table = Screen.Table("Column", "Kind", "Values", "Missing", "Distinct", "Mean", "Min", "Max");
        foreach (var column in profile.Take(RowsMax))
        {
            table.AddRow(
                Markup.Escape(column.Name), column.Kind.ToString().ToLowerInvariant(), Figures.Number(column.Count), Figures.Number(column.Missing),
                Figures.Number(column.Distinct), Figures.Figure(column.Mean), Figures.Figure(column.Min), Figures.Figure(column.Max));
        }

        return table;
    }
}
