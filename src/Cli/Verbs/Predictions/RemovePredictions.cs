using System.CommandLine;
using Assay.Cli.CommandLine;
using Assay.Cli.Connections;
using Assay.Cli.Output;
using Assay.Cli.Verbs.Audit;
using Spectre.Console;

namespace Assay.Cli.Verbs.Predictions;

/// <summary><c>assay predictions remove</c>.</summary>
internal static class RemovePredictions
{
    private static readonly Option<string> Before = new("--before") { Description = "Time: 2026-03-01, 2026-03-01T08:00:00Z, or an age such as 30m, 24h, 7d", HelpName = "TIME", Required = true };

    public static Command Create()
    {
        var verb = new Verb(
            "remove",
            "Deletes the files of an endpoint's log whose calls all began before a time, before their days are over",
            "assay predictions remove churn --before 7d").Connected();
        verb.Add(PredictionVerbs.Name);
        verb.Add(Before);
        verb.SetAction(Session.Running(Handle));
        return verb;
    }

    private static async Task<int> Handle(Session session, CancellationToken cancel)
    {
        var before = SearchOptions.Time(session.Parsed.GetRequiredValue(Before), "--before")!.Value;
        var removed = await session.Client.Predictions.Remove(session.Parsed.GetRequiredValue(PredictionVerbs.Name), before, cancel);
        session.Write(removed, static removed =>
        {
            Screen.Out.MarkupLine($"[green]✓[/] {Figures.Number(removed.Calls)} {(removed.Calls == 1 ? "call" : "calls")} deleted");
            if (removed.PendingCalls > 0)
                Screen.Line($"{Figures.Number(removed.PendingCalls)} calls are in no file yet, since one could not be made in half a minute: run this again, or they stay.");
        });
        return removed.PendingCalls > 0 ? 1 : 0;
    }
}
