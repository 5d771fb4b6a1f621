namespace Assay.Data.Lineage;

/// <summary>
/// Where nodes stand from left to right: each as near to the thing that was asked for as its edges allow. A run may read a
/// model that it has logged, so there may be circles: the edge that would close one does not count.
/// </summary>
internal static class LineageColumns
{
    public static Dictionary<LineageKey, int> Of(
        LineageKey root, IEnumerable<LineageKey> keys, IReadOnlyList<(LineageKey From, LineageKey To)> edges)
    {
        var (after, before) = (edges.ToLookup(edge => edge.From, edge => edge.To), edges.ToLookup(edge => edge.To, edge => edge.From));
        var (right, left) = (Distances(root, after), Distances(root, before));

        // Whatever hangs on neither side alone, because two walks met there, stays where the first one saw it.
        return keys.ToDictionary(key => key, key => left.TryGetValue(key, out var steps) ? -steps : right.GetValueOrDefault(key, 1));
    }

    /// <summary>The longest way to each thing from the root, without going round in circles.</summary>
    private static Dictionary<LineageKey, int> Distances(LineageKey root, ILookup<LineageKey, LineageKey> next)
    {
        var distances = new Dictionary<LineageKey, int> { [root] = 0 };
        foreach (var key in Order(root, next))
        {
            foreach (var to in next[key].Where(to => to != root))
                distances[to] = Math.Max(distances.GetValueOrDefault(to), distances[key] + 1);
        }

        return distances;
    }

    /// <summary>The root and what can be reached from it, each after all that lead to it; a circle is cut where it is noticed.</summary>
    private static List<LineageKey> Order(LineageKey root, ILookup<LineageKey, LineageKey> next)
    {
        var (done, seen) = (new List<LineageKey>(), new HashSet<LineageKey> { root });
        var open = new Stack<(LineageKey Key, IEnumerator<LineageKey> Ahead)>();
        open.Push((root, next[root].GetEnumerator()));
        while (open.TryPeek(out var top))
        {
            if (top.Ahead.MoveNext())
            {
                if (seen.Add(top.Ahead.Current))
                    open.Push((top.Ahead.Current, next[top.Ahead.Current].GetEnumerator()));
                continue;
            }

            done.Add(top.Key);
            open.Pop();
        }

        done.Reverse();
        return done;
    }
}
