using Assay.Pipelines;
using Assay.Registry;
using Spectre.Console;

namespace Assay.Cli.Output;

/// <summary>A training and a gate's verdict as text.</summary>
internal static class TrainingText
{
    public static void Show(TrainingSummary training)
    {
        Screen.Out.MarkupLine($"Training [bold]{Markup.Escape(training.Model)}[/] on {Markup.Escape(Datasets(training))}: {training.Status.ToString().ToLowerInvariant()}");
        if (training.Problem is { } problem)
            Screen.Out.MarkupLine($"[red]{Markup.Escape(problem)}[/]");
        if (training.Candidates.Count > 0)
            Screen.Out.Write(Leaderboard(training));
        if (training.Version is { } version)
            Screen.Out.MarkupLine($"Registered as [bold]models:/{Markup.Escape(training.Model)}/{version}[/]{(training.Promoted == true ? ", in production" : "")}");
        if (training.Gate is { } gate)
            Show(gate);
    }

    public static void Show(GateVerdict gate)
    {
        Screen.Out.MarkupLine(gate.Passed ? "[green]The gate passed.[/]" : "[red]The gate did not pass.[/]");
        var table = Screen.Table("", "Rule", "Value", "Bound");
        foreach (var rule in gate.Rules)
            table.AddRow(rule.Passed ? "[green]✓[/]" : "[red]✗[/]", Markup.Escape(rule.Name), Markup.Escape(rule.Value), Markup.Escape(rule.Bound));
        Screen.Out.Write(table);
        if (gate.Rules.Select(rule => rule.Callers).FirstOrDefault(callers => callers is not null) is { } callers)
            Screen.Out.MarkupLine($"[yellow]To be understood by this version, callers must {Markup.Escape(string.Join("; ", callers))}.[/]");
        if (gate.RequestAt is { } page)
            Screen.Line($"Only people's approval is missing: ask for it with 'assay request', or at {page} of the console.");
    }

    private static Table Leaderboard(TrainingSummary training)
    {
        var table = Screen.Table("Trainer", "Metric", "Mean", "Deviation", "Seconds");
        foreach (var candidate in training.Candidates)
        {
            table.AddRow(
                Markup.Escape(candidate.Trainer), Markup.Escape(candidate.Metric), Figures.Figure(candidate.Mean), Figures.Figure(candidate.Std),
                Figures.Figure(candidate.Seconds));
        }

        return table;
    }

    private static string Datasets(TrainingSummary training) =>
        string.Join(", ", training.Datasets.Select(dataset => $"{dataset.Name}@{dataset.Version}"));
}
