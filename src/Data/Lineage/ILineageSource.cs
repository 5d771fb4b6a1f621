using System.Globalization;

namespace Assay.Data.Lineage;

/// <summary>A recorded step from one thing to another.</summary>
/// <param name="From">What came first.</param>
/// <param name="To">What came of it.</param>
/// <param name="Label">How, in a few words.</param>
public sealed record LineageLink(LineageKey From, LineageKey To, string Label);

/// <summary>
/// Contributed by each module that has recorded steps of a lineage. It says what stands in its tables, in the project of the
/// request, and concludes nothing from names that happen to be alike.
/// </summary>
public interface ILineageSource
{
    /// <summary>The kinds whose things this source knows; of each kind one source is asked.</summary>
    IReadOnlyCollection<LineageKind> Kinds { get; }

    /// <summary>
    /// The thing of one of its kinds that somebody asks for, by its proper key: an alias is settled. Null when there is none.
    /// </summary>
    /// <exception cref="Kernel.Refusals.Refusal">403: the caller may not read it; 400: its version is no version.</exception>
    Task<LineageKey?> Find(LineageKey asked, CancellationToken cancel);

    /// <summary>Those of these things of its kinds that there are, each hidden where the caller may not read it.</summary>
    Task<IReadOnlyDictionary<LineageKey, LineageNode>> Describe(IReadOnlyList<LineageKey> keys, CancellationToken cancel);

    /// <summary>Steps that lead to these things, of whichever kinds; the caller may read all of them.</summary>
    /// <param name="keys">At most as many as an answer has nodes.</param>
    /// <param name="max">No more steps than this are needed.</param>
    /// <param name="cancel">Stops it.</param>
    Task<IReadOnlyList<LineageLink>> Before(IReadOnlyList<LineageKey> keys, int max, CancellationToken cancel);

    /// <summary>Steps that lead on from these things.</summary>
    /// <param name="keys">At most as many as an answer has nodes.</param>
    /// <param name="max">No more steps than this are needed.</param>
    /// <param name="cancel">Stops it.</param>
    Task<IReadOnlyList<LineageLink>> After(IReadOnlyList<LineageKey> keys, int max, CancellationToken cancel);
}

/// <summary>What sources do alike.</summary>
public static class LineageKeys
{
    /// <summary>Names of those keys that are of a kind.</summary>
    public static List<string> Names(this IEnumerable<LineageKey> keys, LineageKind kind) =>
        [.. keys.Where(key => key.Kind == kind).Select(key => key.Name).Distinct(StringComparer.Ordinal)];

    /// <summary>Versions of those keys that are of a kind.</summary>
    public static List<int> Versions(this IEnumerable<LineageKey> keys, LineageKind kind) =>
        [.. keys.Where(key => key.Kind == kind).Select(key => int.TryParse(key.Part, NumberStyles.None, CultureInfo.InvariantCulture, out var version) ? version : 0).Distinct()];

    /// <summary>The key of a version of a dataset or a model.</summary>
    public static LineageKey Version(LineageKind kind, string name, int version) => new(kind, name, version.ToString(CultureInfo.InvariantCulture));

    /// <summary>A node of a key, hidden where the caller may not read it.</summary>
    public static LineageNode Node(this LineageKey key, bool mayRead, string name, string? detail = null, string? digest = null, DateTimeOffset? at = null) => mayRead
        ? new(key.Reference, key.Kind, name, LineageState.Shown) { Detail = detail, Digest = digest, At = at }
        : new("", key.Kind, "", LineageState.Hidden);
}
