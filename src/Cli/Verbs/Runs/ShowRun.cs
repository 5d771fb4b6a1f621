using System.CommandLine;
using Assay.Cli.CommandLine;
using Assay.Cli.Connections;
using Assay.Cli.Output;
using Assay.Registry;
using Assay.Tracking.Runs;
using Spectre.Console;

namespace Assay.Cli.Verbs.Runs;

/// <summary><c>assay runs show</c>.</summary>
internal static class ShowRun
{
    private static readonly Argument<string> Run = RunVerbs.Named("Run to show, by its id");

    public static Command Create()
    {
        var verb = new Verb(
            "show",
            "Shows a run: metrics, parameters, tags, inputs, and the model versions that were made of it",
            "assay runs show 8f14e45fceea4b5d9e2f0c1a7b3d6e90",
            "assay runs show 8f14e45fceea4b5d9e2f0c1a7b3d6e90 --json").Connected();
        verb.Add(Run);
        verb.SetAction(Session.Running(Handle));
        return verb;
    }

    private static async Task<int> Handle(Session session, CancellationToken cancel)
    {
        var run = await RunVerbs.Find(session, session.Parsed.GetRequiredValue(Run), cancel);
        if (session.Json)
            Screen.WriteJson(run);
        else
            Show(run, await session.Client.Models.OfRun(run.Id, cancel));
        return 0;
    }

    private static void Show(RunDetail run, IReadOnlyList<ModelVersionSummary> versions)
    {
        Screen.Out.MarkupLine($"[bold]{Markup.Escape(run.Name)}[/] [grey]{run.Id}[/] {run.Status.ToString().ToLowerInvariant()}{(run.IsDeleted ? " [red]deleted[/]" : "")}");
        Screen.Line($"Experiment {run.ExperimentId}, started {Figures.Time(run.StartedAt)}{(run.EndedAt is { } end ? $", took {Figures.Seconds((end - run.StartedAt).TotalSeconds)}" : "")}");
        foreach (var version in versions)
            Screen.Line($"Model models:/{version.Model}/{version.Version}");
        foreach (var data in run.Datasets)
            Screen.Line($"Dataset {data.Name} {data.Digest}{(data.Context is null ? "" : $" ({data.Context})")}");
        Write("Metric", run.Metrics.Select(metric => (metric.Key, Figures.Figure(metric.Value))));
        Write("Parameter", run.Params.Select(item => (item.Key, item.Value)));
        Write("Tag", run.Tags.Select(item => (item.Key, item.Value)));
    }

    private static void Write(string title, IEnumerable<(string Key, string Value)> items)
    {
        var table = Screen.Table(title, "Value");
        foreach (var (key, value) in items.OrderBy(item => item.Key, StringComparer.Ordinal))
            table.AddRow(Markup.Escape(key), Markup.Escape(value));
        if (table.Rows.Count > 0)
            Screen.Out.Write(table);
    }
}
