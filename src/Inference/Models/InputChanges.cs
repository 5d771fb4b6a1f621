namespace Assay.Inference.Models;

/// <summary>What callers of one model must change to be understood by another.</summary>
public static class InputChanges
{
    private const int CategoriesShown = 3;

    /// <summary>
    /// What they must do, each to be read after "callers must"; empty when every row that the one takes is taken by the other
    /// in the same sense, in every form of a request. Empty too where one of them says nothing about its inputs.
    /// </summary>
    /// <param name="served">The model that callers know.</param>
    /// <param name="next">The model that is to answer them.</param>
    public static IReadOnlyList<string> Between(ModelSchema served, ModelSchema next)
    {
        // A schema that came with a package from elsewhere may lack them altogether, or name one twice.
        if (served.Inputs is not { Count: > 0 } || next.Inputs is not { Count: > 0 })
            return [];
        var known = served.Inputs.DistinctBy(input => input.Name).ToDictionary(input => input.Name);
        var wanted = next.Inputs.Select(input => input.Name).ToHashSet(StringComparer.Ordinal);
        List<string> changes =
        [
            .. next.Inputs.Where(input => !known.ContainsKey(input.Name)).Select(input => $"send '{input.Name}' ({Word(input.Type)}) as well"),
            .. served.Inputs.Where(input => !wanted.Contains(input.Name)).Select(input => $"leave out '{input.Name}'"),
            .. next.Inputs.Where(input => known.ContainsKey(input.Name)).SelectMany(input => Narrower(known[input.Name], input)),
        ];
        var sameNames = known.Count == wanted.Count && known.Keys.All(wanted.Contains);
        if (sameNames && !served.Inputs.Select(input => input.Name).SequenceEqual(next.Inputs.Select(input => input.Name)))
            changes.Add($"send values without names in the order {string.Join(", ", next.Inputs.Select(input => input.Name))}");
        return changes;
    }

    private static IEnumerable<string> Narrower(ModelInput served, ModelInput next)
    {
        if (served.Type != next.Type)
        {
            yield return $"send '{next.Name}' as a {Word(next.Type)}, no longer as a {Word(served.Type)}";
            yield break;
        }

        if (served.Nullable && !next.Nullable)
            yield return $"send no null as '{next.Name}'";
        var gone = (served.Categories ?? []).Except(next.Categories ?? [], StringComparer.Ordinal).ToList();
        if (gone.Count > 0)
        {
            var more = gone.Count > CategoriesShown ? $" and {gone.Count - CategoriesShown} other values" : "";
            yield return $"send no {string.Join(", ", gone.Take(CategoriesShown).Select(value => $"\"{value}\""))}{more} as '{next.Name}'";
        }
    }

    private static string Word(InputType type) => type.ToString().ToLowerInvariant();
}
