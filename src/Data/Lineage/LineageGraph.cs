namespace Assay.Data.Lineage;

/// <summary>How much of a node the caller gets to see.</summary>
public enum LineageState
{
    /// <summary>All of it.</summary>
    Shown,

    /// <summary>That there is one of its kind, and not which: the caller may not read it. What lies behind it is left out.</summary>
    Hidden,

    /// <summary>It is recorded and is not here: it was deleted for good, or is of another server.</summary>
    Gone,
}

/// <summary>Which way to go.</summary>
public enum LineageDirection
{
    /// <summary>To what it comes from, and to what came of it.</summary>
    Both,

    /// <summary>To what it comes from.</summary>
    Before,

    /// <summary>To what came of it.</summary>
    After,
}

/// <summary>A thing in a lineage.</summary>
/// <param name="Id">Its reference, such as <c>models:/churn/2</c>; of a hidden one a number that holds in this answer only.</param>
/// <param name="Kind">What it is.</param>
/// <param name="Name">What people call it; empty for a hidden one.</param>
/// <param name="State">How much of it is shown.</param>
public sealed record LineageNode(string Id, LineageKind Kind, string Name, LineageState State)
{
    /// <summary>A stage, a status or a version, in a word or two.</summary>
    public string? Detail { get; init; }

    /// <summary>Digest of its bytes, or what a client says is their digest.</summary>
    public string? Digest { get; init; }

    /// <summary>When it was made.</summary>
    public DateTimeOffset? At { get; init; }

    /// <summary>Where it stands from left to right: every edge leads to a greater one, but for those that close a circle. The asked one is at 0.</summary>
    public int Column { get; init; }
}

/// <summary>That one thing went into another.</summary>
/// <param name="From">Id of what came first.</param>
/// <param name="To">Id of what came of it.</param>
/// <param name="Label">How, in a few words, such as <c>read as training</c>.</param>
public sealed record LineageEdge(string From, string To, string Label);

/// <summary>What something comes from and what came of it, as far as it was recorded.</summary>
/// <param name="Of">Id of the node that was asked for.</param>
/// <param name="Nodes">That one first, then the others by their distance from it.</param>
/// <param name="Edges">Between those nodes.</param>
/// <param name="IsCut">Whether there is more than the depth or the number of nodes lets through.</param>
public sealed record LineageGraph(string Of, IReadOnlyList<LineageNode> Nodes, IReadOnlyList<LineageEdge> Edges, bool IsCut);
