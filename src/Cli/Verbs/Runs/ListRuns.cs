using System.CommandLine;
using Assay.Cli.CommandLine;
using Assay.Cli.Connections;
using Assay.Cli.Output;
using Assay.Cli.Verbs.Experiments;
using Assay.Tracking;
using Assay.Tracking.Runs;
using Spectre.Console;

namespace Assay.Cli.Verbs.Runs;

/// <summary><c>assay runs list</c>.</summary>
internal static class ListRuns
{
    private const int MetricsShown = 5;
    private const int ParamsShown = 3;
    private const int WindowSize = 1000;

    private static readonly Option<string> Experiment = new("--experiment", "-e") { Description = "Experiment, by its name or id", HelpName = "NAME|ID", DefaultValueFactory = _ => "0" };

    private static readonly Option<string?> Filter = new("--filter") { Description = "Only runs for which this holds, in MLflow's grammar", HelpName = "TEXT" };

    private static readonly Option<string[]> OrderBy = new("--order-by") { Description = "What to order by, with DESC after it for the greatest first; again for what decides next", HelpName = "KEY" };

    private static readonly Option<string[]> Columns = new("--column") { Description = "A column of the table, such as metrics.auc or params.depth; again for others. Default: the names that most runs have", HelpName = "KEY" };

    private static readonly Option<int> Limit = new("--limit") { Description = "Runs to list, at most 100,000", HelpName = "N", DefaultValueFactory = _ => 100 };

    private static readonly Option<bool> Deleted = new("--deleted") { Description = "Those that are deleted and can be restored" };

    public static Command Create()
    {
        var verb = new Verb(
            "list",
            "Lists runs of an experiment, the newest first unless another order is asked for",
            "assay runs list --experiment churn",
            "assay runs list -e churn --filter \"metrics.auc > 0.8 AND params.trainer = 'light-gbm'\" --order-by 'metrics.auc DESC'",
            "assay runs list -e churn --column metrics.auc --column params.seed --limit 1000 --json").Connected();
        verb.Add(Experiment);
        verb.Add(Filter);
        verb.Add(OrderBy);
        verb.Add(Columns);
        verb.Add(Limit);
        verb.Add(Deleted);
        verb.SetAction(Session.Running(Handle));
        return verb;
    }

    private static async Task<int> Handle(Session session, CancellationToken cancel)
    {
        var parsed = session.Parsed;
        var limit = parsed.GetValue(Limit);
        if (limit is < 1 or > 100_000)
            throw new CommandException("--limit is from 1 to 100,000.");
        var experiment = await ExperimentVerbs.Find(session, parsed.GetValue(Experiment)!, cancel);
        var columns = parsed.GetValue(Columns) ?? [];
        var asked = new FindRunsRequest
        {
            Filter = parsed.GetValue(Filter),
            OrderBy = parsed.GetValue(OrderBy) ?? [],
            Shown = parsed.GetValue(Deleted) ? Shown.Deleted : Shown.Active,
            Columns = columns.Length > 0 ? columns : null,
        };
        var (runs, total) = await Read(session, experiment.Id, asked, limit, cancel);
        session.Write(runs, rows => Show(rows, total, columns));
        return 0;
    }

    private static async Task<(List<RunSummary> Runs, int Total)> Read(Session session, string experiment, FindRunsRequest asked, int limit, CancellationToken cancel)
    {
        var (runs, total) = (new List<RunSummary>(), 0);
        for (var more = true; more && runs.Count < limit;)
        {
            var window = await session.Client.Experiments.FindRuns(
                experiment, asked with { Offset = runs.Count, Limit = Math.Min(WindowSize, limit - runs.Count), Count = runs.Count == 0 }, cancel);
            runs.AddRange(window.Items);
            (total, more) = (window.Total ?? total, window.HasMore);
        }

        return (runs, total);
    }

    private static void Show(List<RunSummary> runs, int total, string[] asked)
    {
        var metrics = Names(runs, run => run.Metrics.Keys, asked.Length > 0 ? int.MaxValue : MetricsShown);
        var @params = Names(runs, run => run.Params.Keys, asked.Length > 0 ? int.MaxValue : ParamsShown);
        var tags = asked.Length > 0 ? Names(runs, run => run.Tags.Keys, int.MaxValue) : [];
        var table = Screen.Table(["Run", "Id", "Status", "Started", .. metrics, .. @params, .. tags]);
        foreach (var run in runs)
        {
            table.AddRow([
                Markup.Escape(run.Name), run.Id, run.Status.ToString().ToLowerInvariant(), Figures.Time(run.StartedAt),
                .. metrics.Select(key => run.Metrics.TryGetValue(key, out var value) ? Figures.Figure(value) : ""),
                .. @params.Select(key => Markup.Escape(run.Params.GetValueOrDefault(key, ""))),
                .. tags.Select(key => Markup.Escape(run.Tags.GetValueOrDefault(key, ""))),
            ]);
        }

        Screen.Write(table, "No run is like that.");
        if (total > runs.Count)
            Screen.Line($"{Figures.Number(runs.Count)} of {Figures.Number(total)}{(total == 100_000 ? " and more" : "")} runs; --limit shows more.");
    }

    // Those of most runs first.
    private static List<string> Names(List<RunSummary> runs, Func<RunSummary, IEnumerable<string>> keys, int max) =>
        [.. runs.SelectMany(keys).GroupBy(key => key).OrderByDescending(group => group.Count()).ThenBy(group => group.Key, StringComparer.Ordinal).Select(group => group.Key).Take(max)];
}
