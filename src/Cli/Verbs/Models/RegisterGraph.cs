using System.CommandLine;
using Assay.Cli.CommandLine;
using Assay.Cli.Connections;
using Assay.Cli.Output;
using Spectre.Console;

namespace Assay.Cli.Verbs.Models;

/// <summary><c>assay model graph</c>.</summary>
internal static class RegisterGraph
{
    private static readonly Argument<string> Model = new("model") { Description = "Name of the model whose next version the graph becomes", HelpName = "MODEL" };

    private static readonly Argument<FileInfo> Graph = new("file") { Description = "YAML file with the graph", HelpName = "FILE" };

    public static Command Create()
    {
        var verb = new Verb(
            "graph",
            "Registers a graph of models (sequence, ensemble, switch, splitter) as a version, which is deployed like any other",
            "assay model graph churn-ensemble graph.yaml",
            "assay model graph churn-ensemble graph.yaml --json").Connected();
        verb.Add(Model);
        verb.Add(Graph);
        verb.SetAction(Session.Running(Handle));
        return verb;
    }

    private static async Task<int> Handle(Session session, CancellationToken cancel)
    {
        var file = session.Parsed.GetRequiredValue(Graph);
        if (!file.Exists)
            throw new CommandException($"There is no file {file.FullName}.");
        var made = await session.Client.Models.RegisterGraph(
            session.Parsed.GetRequiredValue(Model), await File.ReadAllTextAsync(file.FullName, cancel), cancel);
        session.Write(made, static version => Screen.Out.MarkupLine(
            $"[green]✓[/] {Markup.Escape(version.Version.Model)} version {version.Version.Version} is the graph. [grey]{version.Version.Digest}[/]"));
        return 0;
    }
}
