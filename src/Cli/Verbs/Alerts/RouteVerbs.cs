using System.CommandLine;
using Assay.Cli.CommandLine;
using Assay.Cli.Connections;
using Assay.Cli.Output;
using Assay.Client;
using Assay.Monitoring.Routes;
using Spectre.Console;

namespace Assay.Cli.Verbs.Alerts;

/// <summary><c>assay alerts routes</c>.</summary>
internal static class RouteVerbs
{
    private static readonly Argument<string> Name = new("name") { Description = "Name or id of the route", HelpName = "NAME" };

    public static Command Create() => new("routes", "Routes: who is told about which alerts, and how") { AddRoute.Create(), List(), Show(), Test(), Remove() };

    private static Verb List()
    {
        var verb = new Verb("list", "Lists the project's routes and how each stands", "assay alerts routes list", "assay alerts routes list --json").Connected();
        verb.SetAction(Session.Running(async (session, cancel) =>
        {
            session.Write(await All(session.Client, cancel), static routes =>
            {
                var table = Screen.Table("Name", "Kind", "To", "From severity", "Endpoint", "Sources", "On call", "State");
                foreach (var route in routes)
                {
                    table.AddRow(
                        Markup.Escape(route.Name), route.Kind.ToString().ToLowerInvariant(), Markup.Escape(route.Target), route.MinimumSeverity.ToString().ToLowerInvariant(),
                        Markup.Escape(route.Endpoint), Markup.Escape(route.Sources.Count == 0 ? "all" : string.Join(' ', route.Sources)), Markup.Escape(route.OnCallNow ?? ""), Markup.Escape(State(route)));
                }

                Screen.Write(table, "Nobody is told about alerts. Make a route with 'assay alerts routes add NAME'.");
            });
            return 0;
        }));
        return verb;
    }

    private static Verb Show()
    {
        var verb = new Verb("show", "Shows a route with its newest deliveries", "assay alerts routes show on-call").Connected();
        verb.Add(Name);
        verb.SetAction(Session.Running(async (session, cancel) =>
        {
            var found = await Find(session.Client, session.Parsed.GetRequiredValue(Name), cancel);
            var detail = await session.Client.AlertRoutes.Find(found.Id, cancel) ?? throw new CommandException($"The route '{found.Name}' is gone.");
            session.Write(detail, static detail =>
            {
                Screen.Line($"{detail.Summary.Name} tells {detail.Summary.Target}: {State(detail.Summary)}");
                var table = Screen.Table("When", "What", "Endpoint", "Alert", "Attempts", "Outcome");
                foreach (var row in detail.Deliveries)
                {
                    table.AddRow(
                        Figures.Time(row.CreatedAt), row.Kind.ToString().ToLowerInvariant(), Markup.Escape(row.Endpoint), row.Alert, Figures.Number(row.Attempts),
                        Markup.Escape(row.SentAt is { } sent ? $"taken {Figures.Time(sent)}" : row.Problem ?? $"due {Figures.Time(row.DueAt)}"));
                }

                Screen.Write(table, "Nothing was told yet.");
            });
            return 0;
        }));
        return verb;
    }

    private static Verb Test()
    {
        var verb = new Verb("test", "Sends a made-up alert at once and says whether it was taken", "assay alerts routes test on-call").Connected();
        verb.Add(Name);
        verb.SetAction(Session.Running(async (session, cancel) =>
        {
            var found = await Find(session.Client, session.Parsed.GetRequiredValue(Name), cancel);
            var result = await session.Client.AlertRoutes.Test(found.Id, cancel);
            session.Write(result, result => Screen.Line(result.Problem ?? $"{found.Target} took it after {result.Milliseconds} ms."));
            return result.Problem is null ? 0 : 1;
        }));
        return verb;
    }

    private static Verb Remove()
    {
        var verb = new Verb("remove", "Deletes a route with what it has to tell", "assay alerts routes remove on-call").Connected();
        verb.Add(Name);
        verb.SetAction(Session.Running(async (session, cancel) =>
        {
            var found = await Find(session.Client, session.Parsed.GetRequiredValue(Name), cancel);
            await session.Client.AlertRoutes.Delete(found.Id, cancel);
            session.Write(new { removed = found.Id }, _ => Screen.Line($"The route '{found.Name}' is gone."));
            return 0;
        }));
        return verb;
    }

    private static Task<List<AlertRouteSummary>> All(AssayClient client, CancellationToken cancel) =>
        Pages.All((cursor, cancel) => client.AlertRoutes.List(cursor, 1000, cancel), cancel);

    private static async Task<AlertRouteSummary> Find(AssayClient client, string name, CancellationToken cancel)
    {
        var routes = await All(client, cancel);
        return routes.Find(route => route.Name == name) ?? routes.Find(route => route.Id == name)
            ?? throw new CommandException($"There is no route '{name}' in this project: 'assay alerts routes list' shows them.");
    }

    private static string State(AlertRouteSummary route) => route switch
    {
        { Active: false } => "paused",
        { Problem: { } problem } => problem,
        { Waiting: > 0 } => $"{route.Waiting} wait",
        _ => "tells",
    };
}
