using System.Globalization;
using System.Text;
using System.Text.Json;
using Assay.Governance;

namespace Assay.Tracking.Search;

/// <summary>Puts a statement together: its text and the values of its parameters. Values never stand in the text.</summary>
internal sealed class SearchSql(bool isPostgres)
{
    private readonly List<object?> _values = [];

    public bool IsPostgres => isPostgres;

    public StringBuilder From { get; } = new();

    public StringBuilder Where { get; } = new();

    public List<string> Order { get; } = [];

    public object?[] Values => [.. _values];

    /// <summary>The name of a new parameter with this value.</summary>
    public string Value(object? value)
    {
        _values.Add(value);
        return string.Create(CultureInfo.InvariantCulture, $"@p{_values.Count - 1}");
    }

    public void And(string condition) => Where.Append(Where.Length == 0 ? "" : " AND ").Append(condition);

    /// <summary>A comparison of a column with the value that stands in a filter.</summary>
    public string Compare(string column, Comparison comparison) => comparison.Operator switch
    {
        "IN" or "NOT IN" => $"{column} {comparison.Operator} ({string.Join(", ", ((IReadOnlyList<string>)comparison.Value!).Select(Value))})",
        "LIKE" => Like(column, comparison),
        "ILIKE" => isPostgres ? $"{column} ILIKE {Value(comparison.Value)} ESCAPE ''" : $"lower({column}) LIKE lower({Value(comparison.Value)})",
        "RLIKE" => $"{column} {(isPostgres ? "~" : "REGEXP")} {Value(comparison.Value)}",
        "!=" => $"{column} <> {Value(comparison.Value)}",
        _ => $"{column} {comparison.Operator} {Value(comparison.Value)}",
    };

    /// <summary>Keeps the search to the resources that are in reach.</summary>
    /// <param name="reach">Where the caller holds the permission.</param>
    /// <param name="column">The one with the resource's name.</param>
    public void Limit(ResourceReach reach, string column)
    {
        if (reach.IsEverything)
            return;
        var not = reach.IsAll ? "NOT " : "";
        And(isPostgres
            ? $"{not}{column} = ANY({Value(reach.Names.ToArray())})"
            : $"{column} {not}IN (SELECT value FROM json_each({Value(JsonSerializer.Serialize(reach.Names))}))");
    }

    /// <summary>A text to order by: by its characters, not as a language does.</summary>
    public string Text(string column) => isPostgres ? $"{column} COLLATE \"C\"" : column;

    // Without an escape character, on both databases.
    private string Like(string column, Comparison comparison) => $"{column} LIKE {Value(comparison.Value)}{(isPostgres ? " ESCAPE ''" : "")}";
}
