using System.CommandLine;
using Assay.Cli.CommandLine;
using Assay.Cli.Connections;
using Assay.Cli.Output;
using Assay.Cli.Verbs.Experiments;
using Assay.Tracking.Traces;
using Spectre.Console;

namespace Assay.Cli.Verbs.Traces;

/// <summary><c>assay traces list</c>.</summary>
internal static class ListTraces
{
    private const int PageSize = 500;
    private const int PreviewLength = 60;

    private static readonly Option<string> Experiment = new("--experiment", "-e") { Description = "Experiment, by its name or id", HelpName = "NAME|ID", DefaultValueFactory = _ => "0" };

    private static readonly Option<string?> Filter = new("--filter") { Description = "Only traces for which this holds, in MLflow's grammar", HelpName = "TEXT" };

    private static readonly Option<string?> OrderBy = new("--order-by") { Description = "What to order by, with DESC after it for the greatest first. Default: the newest first", HelpName = "KEY" };

    private static readonly Option<int> Limit = new("--limit") { Description = "Traces to list, at most 100,000", HelpName = "N", DefaultValueFactory = _ => 100 };

    public static Command Create()
    {
        var verb = new Verb(
            "list",
            "Lists the traces of an experiment, the newest first",
            "assay traces list --experiment assistant --filter \"status = 'ERROR' AND execution_time_ms > 2000\"",
            "assay traces list --experiment assistant --order-by \"execution_time_ms DESC\" --limit 20 --json").Connected();
        verb.Add(Experiment);
        verb.Add(Filter);
        verb.Add(OrderBy);
        verb.Add(Limit);
        verb.SetAction(Session.Running(Handle));
        return verb;
    }

    private static async Task<int> Handle(Session session, CancellationToken cancel)
    {
        var parsed = session.Parsed;
        var limit = parsed.GetValue(Limit) is > 0 and <= 100_000 and var said ? said : throw new CommandException("--limit is a number from 1 to 100,000.");
        var experiment = await ExperimentVerbs.Find(session, parsed.GetRequiredValue(Experiment), cancel);
        var request = new ListTracesRequest { Filter = parsed.GetValue(Filter), OrderBy = parsed.GetValue(OrderBy) };
        var (traces, cursor) = (new List<TraceSummary>(), (string?)null);
        do
        {
            var page = await session.Client.Traces.List(experiment.Id, request, cursor, Math.Min(PageSize, limit - traces.Count), cancel);
            traces.AddRange(page.Items);
            cursor = page.NextCursor;
        }
        while (cursor is not null && traces.Count < limit);
        session.Write(traces, rows => Show(rows, cursor is not null));
        return 0;
    }

    private static void Show(List<TraceSummary> traces, bool areMore)
    {
        var table = Screen.Table("Trace", "Name", "State", "Began", "Took", "Asked", "Said");
        foreach (var trace in traces)
        {
            table.AddRow(
                trace.Id, Markup.Escape(trace.Name), TraceVerbs.Word(trace.State), Figures.Time(trace.StartedAt),
                trace.DurationMilliseconds is { } took ? Figures.Seconds(took / 1000.0) : "",
                Markup.Escape(Short(trace.RequestPreview)), Markup.Escape(string.Join(", ", trace.Assessments.Select(one => $"{one.Name}: {Short(one.Value)}"))));
        }

        Screen.Write(table, "No trace is like that.");
        if (areMore)
            Screen.Line("There are more; --limit shows them.");
    }

    private static string Short(string? text) => text is null ? "" : text.Length <= PreviewLength ? text : text[..PreviewLength] + "…";
}
