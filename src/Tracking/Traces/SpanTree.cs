namespace Assay.Tracking.Traces;

/// <summary>Spans in the order of a tree, for whoever shows them.</summary>
public static class SpanTree
{
    /// <summary>Each span after the one that it is part of, with how deep it lies; those whose whole is not there count as roots.</summary>
    /// <param name="spans">Of one trace, in the order in which they began.</param>
    public static IReadOnlyList<(TraceSpan Span, int Depth)> Of(IReadOnlyList<TraceSpan> spans)
    {
        var known = spans.Select(span => span.Id).ToHashSet(StringComparer.Ordinal);
        var parts = spans.ToLookup(span => span.ParentId is { } parent && parent != span.Id && known.Contains(parent) ? parent : "", StringComparer.Ordinal);
        var (placed, seen) = (new List<(TraceSpan, int)>(spans.Count), new HashSet<string>(StringComparer.Ordinal));
        var waiting = new Stack<(TraceSpan Span, int Depth)>(parts[""].Reverse().Select(span => (span, 0)));
        while (waiting.TryPop(out var next))
        {
            if (!seen.Add(next.Span.Id))
                continue;
            placed.Add(next);
            foreach (var part in parts[next.Span.Id].Reverse())
                waiting.Push((part, next.Depth + 1));
        }

        // Spans that are parts of one another in a circle have no root.
        placed.AddRange(spans.Where(span => !seen.Contains(span.Id)).Select(span => (span, 0)));
        return placed;
    }
}
