using System.CommandLine;
using Assay.Cli.CommandLine;
using Assay.Cli.Connections;
using Assay.Cli.Output;
using Assay.Serving;
using Spectre.Console;

namespace Assay.Cli.Verbs.Serving;

/// <summary><c>assay endpoint</c>.</summary>
internal static class EndpointVerbs
{
    private static readonly Argument<string> Endpoint = new("endpoint") { Description = "Name of the endpoint", HelpName = "ENDPOINT" };

    public static Command Create() => new("endpoint", "Endpoints: names under which versions of models answer") { List(), Show(), Delete() };

    private static Verb List()
    {
        var verb = new Verb("list", "Lists endpoints and what answers there", "assay endpoint list", "assay endpoint list --json").Connected();
        verb.SetAction(Session.Running(static async (session, cancel) =>
        {
            var endpoints = await Pages.All((cursor, stop) => session.Client.Endpoints.List(cursor, 1000, stop), cancel);
            session.Write(endpoints, static rows =>
            {
                var table = Screen.Table("", "Endpoint", "Model", "Wanted", "Answers", "Changed", "");
                foreach (var row in rows)
                {
                    table.AddRow(
                        EndpointText.Mark(row.State), Markup.Escape(row.Name), Markup.Escape(row.Model), Markup.Escape(row.Target), EndpointText.Answers(row), Figures.Time(row.UpdatedAt),
                        Markup.Escape(row.Problem ?? ""));
                }

                Screen.Write(table, "No endpoints yet: make one with 'assay deploy MODEL VERSION --endpoint NAME'.");
            });
            return 0;
        }));
        return verb;
    }

    private static Verb Show()
    {
        var verb = new Verb(
            "show", "Shows what an endpoint answers with, what a row holds, and its traffic of the last minutes", "assay endpoint show churn", "assay endpoint show churn --json").Connected();
        verb.Add(Endpoint);
        verb.SetAction(Session.Running(static async (session, cancel) =>
        {
            session.Write(await Find(session, cancel), EndpointText.Show);
            return 0;
        }));
        return verb;
    }

    private static async Task<EndpointDetail> Find(Session session, CancellationToken cancel)
    {
        var name = session.Parsed.GetRequiredValue(Endpoint);
        return await session.Client.Endpoints.Find(name, cancel)
            ?? throw new CommandException($"There is no endpoint '{name}': 'assay endpoint list' shows those that there are.");
    }

    private static Verb Delete()
    {
        var verb = new Verb("delete", "Ends an endpoint: callers are answered 404 from now on", "assay endpoint delete churn-trial", "assay endpoint delete churn-trial --json").Connected();
        verb.Add(Endpoint);
        verb.SetAction(Session.Running(static async (session, cancel) =>
        {
            var found = await Find(session, cancel);
            await session.Client.Endpoints.Delete(found.Endpoint.Name, cancel);
            session.Write(found.Endpoint, static row => Screen.Out.MarkupLine($"[green]✓[/] {Markup.Escape(row.Name)} has ended."));
            return 0;
        }));
        return verb;
    }
}
