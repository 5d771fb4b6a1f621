using System.CommandLine;
using Assay.Cli.CommandLine;
using Assay.Cli.Connections;
using Assay.Cli.Output;
using Assay.Monitoring.Alerts;
using Assay.Monitoring.Feedback;
using Spectre.Console;

namespace Assay.Cli.Verbs.Monitors;

/// <summary><c>assay monitor retrain</c> and <c>assay monitor retrainings</c>.</summary>
internal static class RetrainVerbs
{
    private static readonly Argument<string?> Id = new("retraining") { Description = "Tell the whole story of this one", HelpName = "ID", Arity = ArgumentArity.ZeroOrOne };

    public static Command Start()
    {
        var verb = new Verb(
            "retrain", "Trains an endpoint's model again now, with the newest rows, unless the guards of its monitor hold it back", "assay monitor retrain churn").Connected();
        verb.Add(MonitorVerbs.Endpoint);
        verb.SetAction(Session.Running(async (session, cancel) =>
        {
            var started = await session.Client.Monitors.Retrain(session.Parsed.GetRequiredValue(MonitorVerbs.Endpoint), cancel);
            session.Write(started, run => Screen.Out.MarkupLine(
                $"[green]✓[/] Training {run.Training} of {Markup.Escape(run.Model)} with version {run.DatasetVersion} of {Markup.Escape(run.Dataset)}. 'assay monitor retrainings {Markup.Escape(run.Endpoint)} {run.Id}' tells how it goes."));
            return 0;
        }));
        return verb;
    }

    public static Command Show()
    {
        var verb = new Verb(
            "retrainings",
            "Shows what the feedback loop has trained, why, and what came of it",
            "assay monitor retrainings churn",
            "assay monitor retrainings churn 019ae2c4 --json").Connected();
        verb.Add(MonitorVerbs.Endpoint);
        verb.Add(Id);
        verb.SetAction(Session.Running(Handle));
        return verb;
    }

    /// <summary>When the model is trained again, in one phrase.</summary>
    public static string Words(RetrainSettings settings)
    {
        List<string> when = [];
        if (settings.OnAlert)
            when.Add("at an alert");
        if (settings.OnNewVersion)
            when.Add("at each new version");
        if (settings.EveryHours is { } hours)
            when.Add($"every {hours} h");
        if (settings.NewLabels is { } labels)
            when.Add($"every {Figures.Number(labels)} labels");
        var made = settings.FromLabels ? ", made of labels," : "";
        return $"trained again with {settings.Dataset}{made} {(when.Count == 0 ? "when somebody asks" : string.Join(", ", when))}";
    }

    private static async Task<int> Handle(Session session, CancellationToken cancel)
    {
        var endpoint = session.Parsed.GetRequiredValue(MonitorVerbs.Endpoint);
        var list = await session.Client.Monitors.Retrainings(endpoint, cancel) ?? throw new CommandException($"There is no endpoint '{endpoint}'.");
        if (session.Parsed.GetValue(Id) is not { } id)
        {
            session.Write(list, Write);
            return 0;
        }

        var run = list.Items.FirstOrDefault(each => each.Id.StartsWith(id, StringComparison.Ordinal))
            ?? throw new CommandException($"There is no retraining '{id}' of '{endpoint}': 'assay monitor retrainings {endpoint}' shows them.");
        session.Write(await session.Client.Monitors.Retraining(endpoint, run.Id, cancel) ?? throw new CommandException($"Retraining {run.Id} is not there any more."), Write);
        return 0;
    }

    private static void Write(RetrainingList list)
    {
        var table = Screen.Table("", "Started", "Id", "By", "Rows of", "Candidate", "Outcome");
        foreach (var run in list.Items)
        {
            table.AddRow(
                Mark(run), Figures.Time(run.StartedAt), run.Id, Trigger(run), Markup.Escape($"{run.Dataset} v{run.DatasetVersion}"),
                run.Candidate is { } version ? $"v{version}" : "", Markup.Escape(run.Reason ?? (run.Candidate is null ? "at work" : "rolling out")));
        }

        Screen.Write(table, "Nothing was trained again yet.");
        if (list.Held is { } held)
            Screen.Out.MarkupLine($"[yellow]None can start now:[/] {Markup.Escape(held)}");
    }

    private static void Write(RetrainingStory story)
    {
        var run = story.Retraining;
        Screen.Out.MarkupLine($"{Mark(run)} [bold]{Markup.Escape(run.Model)}[/] at {Markup.Escape(run.Endpoint)}: {Markup.Escape(run.Because)}");
        var table = Screen.Table("When", "", "What");
        foreach (var step in story.Steps)
            table.AddRow(Figures.Time(step.At), step.Kind, Markup.Escape(step.What));
        Screen.Write(table, "Nothing is known about it yet.");
    }

    private static string Mark(RetrainingSummary run) => run.State switch
    {
        RetrainingState.Running => "[blue]…[/]",
        RetrainingState.Failed => "[red]✗[/]",
        _ => run.Promoted == true ? "[green]✓[/]" : "[yellow]–[/]",
    };

    private static string Trigger(RetrainingSummary run) => run.Trigger switch
    {
        RetrainingTrigger.Alert => "alert",
        RetrainingTrigger.Schedule => "schedule",
        RetrainingTrigger.NewVersion => "new rows",
        RetrainingTrigger.NewLabels => "new labels",
        _ => "somebody",
    };
}
