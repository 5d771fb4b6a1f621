using Assay.Cli.Output;
using Assay.Data.Lineage;
using Spectre.Console;

namespace Assay.Cli.Verbs.Lineage;

/// <summary>A lineage as a tree to either side: whatever stands in it twice is written out once.</summary>
internal sealed class LineageTree
{
    private readonly Dictionary<string, LineageNode> _nodes;
    private readonly ILookup<string, LineageEdge> _edges;
    private readonly Func<LineageEdge, string> _next;
    private readonly HashSet<string> _written = [];

    private LineageTree(LineageGraph graph, Func<LineageEdge, string> here, Func<LineageEdge, string> next)
    {
        _nodes = graph.Nodes.ToDictionary(node => node.Id);
        _edges = graph.Edges.ToLookup(here);
        _next = next;
    }

    public static void Show(LineageGraph graph)
    {
        Screen.Out.MarkupLine(Line(graph.Nodes[0]));
        Side(graph, "comes from", new(graph, edge => edge.To, edge => edge.From));
        Side(graph, "went into", new(graph, edge => edge.From, edge => edge.To));
        if (graph.Edges.Count == 0)
            Screen.Line("Nothing is recorded of where it comes from or what came of it.");
        if (graph.IsCut)
            Screen.Line("There is more; --depth and --nodes show it.");
    }

    private static void Side(LineageGraph graph, string title, LineageTree side)
    {
        if (!side._edges[graph.Of].Any())
            return;
        var tree = new Tree(title);
        side.Write(tree, graph.Of);
        Screen.Out.Write(tree);
    }

    private void Write(IHasTreeNodes branch, string id)
    {
        foreach (var edge in _edges[id])
        {
            var node = _nodes[_next(edge)];
            var isNew = _written.Add(node.Id);
            var line = branch.AddNode($"{Line(node)} [grey]{Markup.Escape(edge.Label)}[/]{(isNew || !_edges[node.Id].Any() ? "" : " [grey](see above)[/]")}");
            if (isNew)
                Write(line, node.Id);
        }
    }

    private static string Line(LineageNode node)
    {
        var kind = Word(node.Kind);
        var facts = string.Join(", ", new[] { node.Detail, node.Digest is { } digest && digest.Length > 19 ? digest[..19] : node.Digest }.Where(fact => fact is not null));
        return node.State switch
        {
            LineageState.Hidden => $"[grey]{kind} that you may not read[/]",
            LineageState.Gone => $"{kind} {Markup.Escape(node.Name)} [yellow]not here any more[/]",
            _ => $"{kind} [bold]{Markup.Escape(node.Name)}[/] {Markup.Escape(node.Id)}{(facts.Length > 0 ? $" [grey]({Markup.Escape(facts)})[/]" : "")}",
        };
    }

    private static string Word(LineageKind kind) => kind switch
    {
        LineageKind.LoggedModel => "logged model",
        LineageKind.ModelVersion => "model",
        LineageKind.Input => "data",
        _ => kind.ToString().ToLowerInvariant(),
    };
}
