using System.CommandLine;
using Assay.Cli.CommandLine;
using Assay.Cli.Connections;
using Assay.Cli.Output;
using Assay.Registry.Retention;
using Spectre.Console;

namespace Assay.Cli.Verbs.Models;

/// <summary><c>assay model retention</c>.</summary>
internal static class ShowRetention
{
    private static readonly Argument<string> Model = ModelVerbs.Version("Version to look at");

    public static Command Create()
    {
        var verb = new Verb(
            "retention",
            "Shows until when a version is kept, and what else keeps it from being deleted",
            "assay model retention models:/churn/3",
            "assay model retention models:/churn/3 --json").Connected();
        verb.Add(Model);
        verb.SetAction(Session.Running(Handle));
        return verb;
    }

    private static async Task<int> Handle(Session session, CancellationToken cancel)
    {
        var reference = ModelReference.Parse(session.Parsed.GetRequiredValue(Model));
        var found = await session.Client.Retention.Of(reference.Name, reference.Version, cancel)
            ?? throw new CommandException($"There is no model version {reference}.");
        session.Write(found, Show);
        return 0;
    }

    private static void Show(VersionRetentionDetail version)
    {
        Screen.Out.MarkupLine($"[bold]models:/{Markup.Escape(version.Model)}/{version.Version}[/] is kept until {Figures.Time(version.KeepUntil)} [grey]({version.Days} days, furthest stage {version.Reached})[/]");
        foreach (var obstacle in version.Obstacles)
            Screen.Out.MarkupLine($"[yellow]{Markup.Escape(obstacle.Kind)}[/] {Markup.Escape(obstacle.Message)}");
        if (version.Obstacles.Count == 0)
            Screen.Line("Nothing stands in the way of its deletion.");
    }
}
