namespace Assay.Data.Lineage;

/// <summary>What a walk has found so far.</summary>
/// <param name="nodesMax">Nodes that it may find.</param>
internal sealed class LineageFound(int nodesMax)
{
    private readonly Dictionary<LineageKey, LineageNode> _nodes = [];
    private readonly Dictionary<(LineageKey From, LineageKey To), string> _edges = [];
    private int _hidden;

    public int Room => nodesMax - _nodes.Count;

    /// <summary>Steps that are worth reading: a few for each node that there is room for.</summary>
    public int LinksMax => nodesMax * 4;

    /// <summary>Whether something was left out for want of room or depth.</summary>
    public bool IsCut { get; set; }

    public bool Has(LineageKey key) => _nodes.ContainsKey(key);

    public bool IsShown(LineageKey key) => _nodes[key].State == LineageState.Shown;

    /// <param name="key">What was found.</param>
    /// <param name="described">What its source says of it; null when there is none.</param>
    public void Add(LineageKey key, LineageNode? described) => _nodes.Add(key, described switch
    {
        null => new(key.Reference, key.Kind, key.Part is null ? key.Name : $"{key.Name} {key.Part}", LineageState.Gone),
        { State: LineageState.Hidden } => described with { Id = $"hidden:{++_hidden}" },
        _ => described,
    });

    /// <summary>Keeps the steps between things that were found.</summary>
    public void Connect(IEnumerable<LineageLink> links)
    {
        foreach (var link in links.Where(link => link.From != link.To && Has(link.From) && Has(link.To)))
            _edges.TryAdd((link.From, link.To), link.Label);
    }

    public LineageGraph ToGraph(LineageKey root)
    {
        var next = _edges.Keys.ToLookup(edge => edge.From, edge => edge.To);
        var edges = _edges.Where(edge => !next[edge.Key.From].Any(middle => IsWay(middle, edge.Key.To))).ToList();
        var columns = LineageColumns.Of(root, _nodes.Keys, [.. edges.Select(edge => edge.Key)]);
        return new(
            _nodes[root].Id,
            [.. _nodes.Select(node => node.Value with { Column = columns[node.Key] })],
            [.. edges.Select(edge => new LineageEdge(_nodes[edge.Key.From].Id, _nodes[edge.Key.To].Id, edge.Value))],
            IsCut);
    }

    // A package names its datasets, and so does the run that made it: the way through the run says more.
    private bool IsWay(LineageKey middle, LineageKey to) => middle.Kind == LineageKind.Run && IsShown(middle) && _edges.ContainsKey((middle, to));
}
