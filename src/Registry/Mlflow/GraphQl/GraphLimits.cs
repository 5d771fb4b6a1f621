using GraphQLParser.AST;

namespace Assay.Registry.Mlflow.GraphQl;

/// <summary>How much one query may ask, looked at before it is compared with the schema.</summary>
internal static class GraphLimits
{
    private const int DepthMax = 10;
    private const int SelectionsMax = 1000;
    private const int RootFieldsMax = 10;
    private const int AliasesMax = 10;

    /// <summary>What is too much, in the words that MLflow's clients know; null when nothing is.</summary>
    public static string? Broken(GraphQLDocument document)
    {
        var (selections, roots, aliases) = (0, 0, 0);
        var open = new Stack<(GraphQLSelectionSet Set, int Depth, bool IsRoot)>();
        foreach (var definition in document.Definitions)
        {
            if (definition is IHasSelectionSetNode { SelectionSet: { } whole })
                open.Push((whole, 1, IsRoot(definition)));
            while (open.TryPop(out var next))
            {
                if (next.Depth > DepthMax)
                    return $"Query exceeds maximum depth of {DepthMax}";
                selections += next.Set.Selections.Count;
                if (selections > SelectionsMax)
                    return $"Query exceeds maximum total selections of {SelectionsMax}";
                if (next.IsRoot)
                    roots += next.Set.Selections.Count(selection => selection is GraphQLField);
                aliases = Math.Max(aliases, next.Set.Selections.Count(selection => selection is GraphQLField { Alias: not null }));
                foreach (var selection in next.Set.Selections)
                {
                    if (selection is GraphQLField { SelectionSet: { } below })
                        open.Push((below, next.Depth + 1, false));
                    else if (selection is GraphQLInlineFragment fragment)
                        open.Push((fragment.SelectionSet, next.Depth, next.IsRoot));
                }
            }
        }

        return roots > RootFieldsMax ? TooMany(RootFieldsMax, "root fields", roots) : aliases > AliasesMax ? TooMany(AliasesMax, "aliases", aliases) : null;
    }

    private static bool IsRoot(ASTNode definition) => definition is not GraphQLFragmentDefinition fragment
        || fragment.TypeCondition.Type.Name.StringValue is "Query" or "Mutation";

    private static string TooMany(int most, string what, int count) =>
        $"GraphQL queries should have at most {most} {what}, got {count} {what}. Ask in several requests.";
}
