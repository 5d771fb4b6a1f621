using System.CommandLine;
using Assay.Cli.CommandLine;
using Assay.Cli.Connections;
using Assay.Client;
using Assay.Monitoring.Alerts;

namespace Assay.Cli.Verbs.Alerts;

/// <summary><c>assay alerts</c>.</summary>
internal static class AlertVerbs
{
    /// <summary>The alert that a verb is about.</summary>
    public static readonly Argument<string> Id = new("alert") { Description = "Id of the alert, or the first letters of it", HelpName = "ALERT" };

    public static Command Create() => new("alerts", "Alerts: what monitors have found, and who has taken it on")
    {
        ListAlerts.Create(),
        ShowAlert.Create(),
        AcknowledgeAlert.Create(),
        RuleVerbs.Create(),
        SilenceVerbs.Create(),
        RouteVerbs.Create(),
    };

    /// <summary>The id in full of an alert that may be named by its beginning.</summary>
    public static async Task<string> Find(AssayClient client, string id, CancellationToken cancel)
    {
        const int wholeLength = 32;
        if (id.Length >= wholeLength)
            return id;
        var fitting = (await Pages.All((cursor, cancel) => client.Alerts.List(cursor: cursor, limit: 1000, cancel: cancel), cancel))
            .FindAll(alert => alert.Id.StartsWith(id, StringComparison.Ordinal));
        return fitting switch
        {
            [var one] => one.Id,
            [] => throw new CommandException($"There is no alert '{id}' in this project: 'assay alerts list' shows them."),
            _ => throw new CommandException($"{fitting.Count} alerts begin with '{id}': write more of it."),
        };
    }

    /// <summary>The state with its colour.</summary>
    public static string State(AlertSummary alert) => alert.State switch
    {
        AlertState.Open => "[red]open[/]",
        AlertState.Acknowledged => "[yellow]acknowledged[/]",
        _ => "[green]closed[/]",
    };
}
