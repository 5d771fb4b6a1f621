using System.CommandLine;
using Assay.Cli.CommandLine;
using Assay.Cli.Connections;
using Assay.Cli.Output;
using Assay.Data.Lineage;

namespace Assay.Cli.Verbs.Lineage;

/// <summary><c>assay lineage</c>.</summary>
internal static class ShowLineage
{
    private static readonly Argument<string> Of = new("of")
    {
        Description = "models:/NAME/VERSION, runs:/ID, datasets:/NAME/VERSION, endpoints:/NAME, models:/m-ID or inputs:/DIGEST/NAME",
        HelpName = "OF",
    };

    private static readonly Option<int?> Depth = new("--depth") { Description = "Steps to go, 1 to 20", HelpName = "N" };

    private static readonly Option<int?> Nodes = new("--nodes") { Description = "Things to show, 2 to 1,000", HelpName = "N" };

    private static readonly Option<LineageDirection> Direction = new("--direction")
    {
        Description = "before: what it comes from; after: what came of it; both",
        HelpName = "WAY",
        DefaultValueFactory = _ => LineageDirection.Both,
    };

    public static Command Create()
    {
        var verb = new Verb(
            "lineage",
            "Shows what a dataset, run, model or endpoint comes from, and what came of it",
            "assay lineage models:/churn/2",
            "assay lineage endpoints:/churn --direction before --depth 3",
            "assay lineage datasets:/telco/1 --direction after --json").Connected();
        verb.Add(Of);
        verb.Add(Depth);
        verb.Add(Nodes);
        verb.Add(Direction);
        verb.SetAction(Session.Running(Handle));
        return verb;
    }

    private static async Task<int> Handle(Session session, CancellationToken cancel)
    {
        var parsed = session.Parsed;
        var of = parsed.GetRequiredValue(Of);
        var graph = await session.Client.Lineage.Find(of, parsed.GetValue(Depth), parsed.GetValue(Nodes), parsed.GetValue(Direction), cancel)
            ?? throw new CommandException($"There is no '{of}' in this project.");
        session.Write(graph, LineageTree.Show);
        return 0;
    }
}
