using Assay.Governance;
using Assay.Tracking.Mlflow;
using Assay.Tracking.Search;

namespace Assay.Registry.Mlflow.Search;

/// <summary>What is sought among the models or the versions of a project, within the caller's reach.</summary>
internal sealed record RegistryQuery(
    string Project, ResourceReach Reach, IReadOnlyList<Comparison> Filter, IReadOnlyList<Ordering> Order, int Size, int Offset)
{
    /// <param name="call">A search.</param>
    /// <param name="grammar">What may be written in it.</param>
    /// <param name="sizeDefault">Size of a page when none is asked for.</param>
    /// <param name="sizeMax">The greatest size of a page.</param>
    /// <exception cref="Kernel.Refusals.Refusal">400.</exception>
    public static RegistryQuery Of(MlflowCall call, SearchGrammar grammar, int sizeDefault, int sizeMax)
    {
        var size = PageSize(call.Fields, sizeDefault, sizeMax);
        var filter = FilterParser.Parse(call.Fields.Text("filter"), grammar);
        var orders = Orders(call.Fields, grammar);
        var offset = PageToken.Read(call.Fields.Text("page_token"));
        return new(call.Project, call.Get<IAccess>().Reach(RegistryPermissions.Read), filter, orders, size, offset);
    }

    /// <summary>Whether prompts are sought, and not models: a search finds either.</summary>
    public bool AsksForPrompts => Filter.FirstOrDefault(RegistrySearch.IsAboutPrompts) is { Value: string value } about
        && ((about.Operator == "=" && value.Equals("true", StringComparison.OrdinalIgnoreCase)) || (about.Operator == "!=" && value.Equals("false", StringComparison.OrdinalIgnoreCase)));

    private static int PageSize(MlflowFields fields, int standard, int max)
    {
        var size = fields.Integer("max_results") ?? standard;
        if (size < 1)
            throw MlflowError.Value("max_results", fields.Shown("max_results"), $"Invalid value for max_results. It must be a positive integer, but got {size}");
        return size <= max ? (int)size : throw MlflowError.Invalid($"Invalid value for request parameter max_results. It must be at most {max}, but got value {size}");
    }

    private static List<Ordering> Orders(MlflowFields fields, SearchGrammar grammar)
    {
        var orders = FilterParser.ParseOrders(fields.Texts("order_by"), grammar);
        return orders.Exists(order => order.Entity != SearchEntity.Attribute)
            ? throw MlflowError.Invalid("Invalid order_by: models and versions are ordered by their attributes, not by tags.")
            : orders;
    }
}
