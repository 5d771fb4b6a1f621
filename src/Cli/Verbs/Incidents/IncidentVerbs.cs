using System.CommandLine;
using Assay.Cli.CommandLine;
using Assay.Cli.Connections;
using Assay.Cli.Output;
using Assay.Monitoring.Alerts;
using Assay.Monitoring.Incidents;
using Spectre.Console;

namespace Assay.Cli.Verbs.Incidents;

/// <summary><c>assay incidents</c>.</summary>
internal static class IncidentVerbs
{
    private const string Example = "019ab33c2f0a7d0b8a5d2c3e4f5a6b7c";

    private static readonly Argument<string> Id = new("incident") { Description = "Id of the incident", HelpName = "INCIDENT" };

    private static readonly Argument<string> Text = new("text") { Description = "What the others should know; it stands in the ledger", HelpName = "TEXT" };

    private static readonly Argument<string> Title = new("title") { Description = "What happened, in a few words; it stands in the ledger", HelpName = "TITLE" };

    private static readonly Option<string> Endpoint = new("--endpoint") { Description = "The endpoint that it is about", HelpName = "ENDPOINT", Required = true };

    private static readonly Option<AlertSeverity?> Severity = new("--severity") { Description = "info, warning or critical", HelpName = "SEVERITY" };

    private static readonly Option<string?> Owner = new("--owner") { Description = "Account of who sees to it", HelpName = "ACCOUNT" };

    private static readonly Option<string?> Action = new("--action") { Description = "What is done so that it does not come again", HelpName = "TEXT" };

    private static readonly Option<DateTimeOffset?> Due = new("--due") { Description = "Until when that must be done", HelpName = "TIME" };

    private static readonly Option<string> Cause = new("--cause") { Description = "Why it happened", HelpName = "TEXT", Required = true };

    private static readonly Option<string?> State = new("--state") { Description = "open, overdue or closed; all without it", HelpName = "STATE" };

    public static Command Create() => new("incidents", "Incidents: what went wrong, who sees to it, and why it happened")
    {
        List(),
        About("show", "Shows an incident with its timeline", $"assay incidents show {Example}", [Id], Find),
        About("open", "Opens an incident", "assay incidents open 'Scores too low since noon' --endpoint churn --severity critical", [Title, Endpoint, Severity, Owner, Due], Open),
        About("note", "Writes into the timeline", $"assay incidents note {Example} 'the feed was late'", [Id, Text], (session, cancel) =>
            session.Client.Incidents.Note(session.Parsed.GetRequiredValue(Id), session.Parsed.GetRequiredValue(Text), cancel)),
        About("change", "Changes owner, severity, corrective action or deadline", $"assay incidents change {Example} --action 'alert on late feeds' --due 2027-01-31", [Id, Severity, Owner, Action, Due], Change),
        About("close", "Closes an incident, for which its cause must be known", $"assay incidents close {Example} --cause 'the billing feed changed its units'", [Id, Cause, Action], (session, cancel) =>
            session.Client.Incidents.Close(session.Parsed.GetRequiredValue(Id), new(session.Parsed.GetRequiredValue(Cause), session.Parsed.GetValue(Action)), cancel)),
    };

    private static Verb List()
    {
        var verb = new Verb("list", "Lists incidents, newest first", "assay incidents list --state overdue", "assay incidents list --json").Connected();
        verb.Add(State);
        verb.SetAction(Session.Running(async (session, cancel) =>
        {
            session.Write(await Pages.All((cursor, cancel) => session.Client.Incidents.List(session.Parsed.GetValue(State), cursor, 1000, cancel), cancel), Show);
            return 0;
        }));
        return verb;
    }

    private static Verb About(
        string name, string description, string example, IReadOnlyList<Symbol> symbols, Func<Session, CancellationToken, Task<IncidentDetail>> work)
    {
        var verb = new Verb(name, description, example, $"{example} --json").Connected();
        foreach (var argument in symbols.OfType<Argument>())
            verb.Add(argument);
        foreach (var option in symbols.OfType<Option>())
            verb.Add(option);
        verb.SetAction(Session.Running(async (session, cancel) =>
        {
            session.Write(await work(session, cancel), Show);
            return 0;
        }));
        return verb;
    }

    private static Task<IncidentDetail> Open(Session session, CancellationToken cancel)
    {
        var parsed = session.Parsed;
        return session.Client.Incidents.Open(
            new(parsed.GetRequiredValue(Title), parsed.GetRequiredValue(Endpoint), parsed.GetValue(Severity) ?? AlertSeverity.Warning, parsed.GetValue(Owner), parsed.GetValue(Due)), cancel);
    }

    private static async Task<IncidentDetail> Find(Session session, CancellationToken cancel)
    {
        var id = session.Parsed.GetRequiredValue(Id);
        return await session.Client.Incidents.Find(id, cancel) ?? throw new CommandException($"There is no incident '{id}' in this project: 'assay incidents list' shows them.");
    }

    // What is not said stays as it is.
    private static async Task<IncidentDetail> Change(Session session, CancellationToken cancel)
    {
        var (now, parsed) = ((await Find(session, cancel)).Incident, session.Parsed);
        return await session.Client.Incidents.Change(
            now.Id,
            new(now.Title, parsed.GetValue(Severity) ?? now.Severity, parsed.GetValue(Owner) ?? now.Owner, parsed.GetValue(Action) ?? now.CorrectiveAction, parsed.GetValue(Due) ?? now.DueAt),
            cancel);
    }

    private static void Show(List<IncidentSummary> incidents)
    {
        var table = Screen.Table("Id", "State", "Severity", "Endpoint", "Opened", "Owner", "Due", "Title");
        foreach (var row in incidents)
        {
            table.AddRow(
                row.Id, Word(row), row.Severity.ToString().ToLowerInvariant(), Markup.Escape(row.Endpoint), Figures.Time(row.OpenedAt), Markup.Escape(row.Owner ?? ""),
                row.DueAt is { } due ? Figures.Time(due) : "", Markup.Escape(row.Title));
        }

        Screen.Write(table, "There is no such incident.");
    }

    private static void Show(IncidentDetail detail)
    {
        var incident = detail.Incident;
        Screen.Out.MarkupLine($"{Word(incident)} {incident.Severity.ToString().ToLowerInvariant()}: {Markup.Escape(incident.Title)} [dim]{incident.Id}[/]");
        Screen.Line($"Endpoint {incident.Endpoint}, owner {incident.Owner ?? "nobody yet"}, due {(incident.DueAt is { } due ? Figures.Time(due) : "never")}");
        if (incident.CorrectiveAction is { } action)
            Screen.Line($"Corrective action: {action}");
        if (incident.Cause is { } cause)
            Screen.Line($"Cause: {cause}");
        foreach (var entry in detail.Timeline)
            Screen.Line($"  {Figures.Time(entry.At)} {entry.What}");
    }

    private static string Word(IncidentSummary incident) => incident switch
    {
        { IsOverdue: true } => "[red]overdue[/]",
        { IsOpen: true } => "[yellow]open[/]",
        _ => "[green]closed[/]",
    };
}
