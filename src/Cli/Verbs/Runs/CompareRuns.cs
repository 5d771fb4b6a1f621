using System.CommandLine;
using Assay.Cli.CommandLine;
using Assay.Cli.Connections;
using Assay.Cli.Output;
using Assay.Tracking.Runs;
using Spectre.Console;

namespace Assay.Cli.Verbs.Runs;

/// <summary><c>assay runs compare</c>.</summary>
internal static class CompareRuns
{
    private const int RunsMax = 20;

    private static readonly Argument<string[]> Runs = new("runs") { Description = "2 to 20 runs, by their ids", HelpName = "RUN RUN …", Arity = new(2, RunsMax) };

    public static Command Create()
    {
        var verb = new Verb(
            "compare",
            "Compares runs side by side: what differs first, then what they have in common",
            "assay runs compare 8f14e45fceea4b5d9e2f0c1a7b3d6e90 45c48cce2e2d4fbdaa1afc51c7c6ad26",
            "assay runs compare 8f14e45fceea4b5d9e2f0c1a7b3d6e90 45c48cce2e2d4fbdaa1afc51c7c6ad26 --json").Connected();
        verb.Add(Runs);
        verb.SetAction(Session.Running(Handle));
        return verb;
    }

    private static async Task<int> Handle(Session session, CancellationToken cancel)
    {
        var runs = new List<RunDetail>();
        foreach (var id in session.Parsed.GetRequiredValue(Runs).Distinct(StringComparer.Ordinal))
            runs.Add(await RunVerbs.Find(session, id, cancel));
        if (runs.Count < 2)
            throw new CommandException("Name two runs that are not the same.");
        List<Row> rows =
        [
            .. Rows("metric", runs, run => run.Metrics.ToDictionary(metric => metric.Key, metric => (object)metric.Value)),
            .. Rows("param", runs, run => run.Params.ToDictionary(param => param.Key, param => (object)param.Value)),
        ];
        var document = new Comparison([.. runs.Select(run => new Compared(run.Id, run.Name))], [.. rows.OrderBy(row => !row.Differs)]);
        session.Write(document, Show);
        return 0;
    }

    private static IEnumerable<Row> Rows(string kind, List<RunDetail> runs, Func<RunDetail, Dictionary<string, object>> parts)
    {
        var values = runs.ConvertAll(run => parts(run));
        return from key in values.SelectMany(run => run.Keys).Distinct().Order(StringComparer.Ordinal)
               let own = values.ConvertAll(run => run.GetValueOrDefault(key))
               select new Row(kind, key, own.Distinct().Count() > 1, own);
    }

    private static void Show(Comparison comparison)
    {
        var table = Screen.Table(["", "Name", .. comparison.Runs.Select(run => $"{run.Name} ({run.Id[..8]})")]);
        foreach (var row in comparison.Rows)
        {
            var cells = row.Values.Select(value => value is double number ? Figures.Figure(number) : Markup.Escape(value as string ?? "-"));
            table.AddRow([row.Kind, Markup.Escape(row.Key), .. cells.Select(cell => row.Differs ? $"[yellow]{cell}[/]" : cell)]);
        }

        Screen.Write(table, "These runs have neither metrics nor parameters.");
    }

    private sealed record Comparison(IReadOnlyList<Compared> Runs, IReadOnlyList<Row> Rows);

    private sealed record Compared(string Id, string Name);

    private sealed record Row(string Kind, string Key, bool Differs, IReadOnlyList<object?> Values);
}
