using System.Text;
using Assay.Tracking;

namespace Assay.Console.Pages.Experiments;

/// <summary>What a table of runs shows: all of it stands in the page's address.</summary>
/// <param name="Filter">In the grammar of filters; empty for all runs.</param>
/// <param name="Order">What to order by, such as <c>metrics.auc DESC</c>; empty for the newest first.</param>
/// <param name="Shown">Whether deleted runs are shown.</param>
/// <param name="Columns">In their order; null for the usual ones.</param>
public sealed record RunView(string Filter, string Order, Shown Shown, IReadOnlyList<RunColumn>? Columns)
{
    /// <summary>Reads the parameters of an address; what makes no sense is left out.</summary>
    public static RunView Of(string? filter, string? order, string? shown, string[]? columns) => new(
        filter ?? "",
        order ?? "",
        Enum.TryParse<Shown>(shown, ignoreCase: true, out var known) && Enum.IsDefined(known) ? known : Shown.Active,
        columns is { Length: > 0 } ? [.. columns.Select(RunColumn.Parse).OfType<RunColumn>()] : null);

    /// <summary>The query of the address, with its question mark; empty for the usual view.</summary>
    public string Query
    {
        get
        {
            var query = new StringBuilder();
            Add(query, "filter", Filter);
            Add(query, "order", Order);
            Add(query, "shown", Shown == Shown.Active ? "" : Shown.ToString().ToLowerInvariant());
            foreach (var column in Columns ?? [])
                Add(query, "column", column.Text);
            return query.ToString();
        }
    }

    /// <summary>How a key is ordered by: null, <c>ascending</c> or <c>descending</c>.</summary>
    public string? DirectionOf(string key) => Order == key ? "ascending" : Order == key + " DESC" ? "descending" : null;

    /// <summary>The next order after a click on a column's head; numbers begin with the greatest.</summary>
    public RunView OrderedBy(string key, bool greatestFirst) => this with
    {
        Order = DirectionOf(key) switch
        {
            null => greatestFirst ? key + " DESC" : key,
            "descending" => greatestFirst ? key : "",
            _ => greatestFirst ? "" : key + " DESC",
        },
    };

    private static void Add(StringBuilder query, string name, string value)
    {
        if (value.Length > 0)
            query.Append(query.Length == 0 ? '?' : '&').Append(name).Append('=').Append(Uri.EscapeDataString(value));
    }
}
