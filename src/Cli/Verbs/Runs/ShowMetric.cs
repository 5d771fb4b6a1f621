using System.CommandLine;
using Assay.Cli.CommandLine;
using Assay.Cli.Connections;
using Assay.Cli.Output;
using Assay.Tracking.Metrics;
using Spectre.Console;

namespace Assay.Cli.Verbs.Runs;

/// <summary><c>assay runs metric</c>.</summary>
internal static class ShowMetric
{
    private static readonly Argument<string> Run = RunVerbs.Named("Run, by its id");

    private static readonly Argument<string> Key = new("metric") { Description = "Name of the metric", HelpName = "KEY" };

    private static readonly Option<int> Points = new("--points") { Description = "Evenly spaced steps to show of a longer history, at most 2,500", HelpName = "N", DefaultValueFactory = _ => 100 };

    private static readonly Option<bool> All = new("--all") { Description = "Every point, however many" };

    public static Command Create()
    {
        var verb = new Verb(
            "metric",
            "Shows the history of one metric of a run",
            "assay runs metric 8f14e45fceea4b5d9e2f0c1a7b3d6e90 loss",
            "assay runs metric 8f14e45fceea4b5d9e2f0c1a7b3d6e90 loss --all --json").Connected();
        verb.Add(Run);
        verb.Add(Key);
        verb.Add(Points);
        verb.Add(All);
        verb.SetAction(Session.Running(Handle));
        return verb;
    }

    private static async Task<int> Handle(Session session, CancellationToken cancel)
    {
        var parsed = session.Parsed;
        var (id, key) = (parsed.GetRequiredValue(Run), parsed.GetRequiredValue(Key));
        var run = await RunVerbs.Find(session, id, cancel);
        IReadOnlyList<MetricSample> points = parsed.GetValue(All)
            ? await Every(session, run.Id, key, cancel)
            : await session.Client.Runs.Sample([run.Id], key, parsed.GetValue(Points), cancel) is [var own] ? own.Points : [];
        if (points.Count == 0)
            throw new CommandException($"The run has no metric '{key}'; it has {(run.Metrics.Count == 0 ? "none" : string.Join(", ", run.Metrics.Keys.Order(StringComparer.Ordinal)))}.");
        session.Write(points, static rows =>
        {
            var table = Screen.Table("Step", "Value", "Logged");
            foreach (var row in rows)
                table.AddRow(Figures.Number(row.Step), row.Value is { } value ? Figures.Figure(value) : "NaN", Time(row.AtMilliseconds));
            Screen.Out.Write(table);
        });
        return 0;
    }

    private static async Task<List<MetricSample>> Every(Session session, string id, string key, CancellationToken cancel)
    {
        var points = new List<MetricSample>();
        string? cursor = null;
        do
        {
            var page = await session.Client.Runs.Points(id, key, cursor, 1000, cancel);
            points.AddRange(page.Items);
            cursor = page.NextCursor;
        }
        while (cursor is not null);
        return points;
    }

    // A client may say any number.
    private static string Time(long milliseconds) =>
        milliseconds < 253_402_300_800_000 ? Figures.Time(DateTimeOffset.FromUnixTimeMilliseconds(milliseconds)) : $"{milliseconds} ms";
}
