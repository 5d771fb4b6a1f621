using System.Globalization;
using Assay.Tracking.Mlflow;
using Assay.Tracking.Search;
using Assay.Tracking.Store;

namespace Assay.Registry.Mlflow.Search;

/// <summary>A table that is searched, called r in the statement.</summary>
/// <param name="Name">The table.</param>
/// <param name="Columns">What is read of its rows.</param>
/// <param name="Model">The column with the name of the model.</param>
/// <param name="Tags">The tags of a row, called t: a table and a condition.</param>
/// <param name="Compared">Which attributes a filter may compare.</param>
/// <param name="LastOrder">What decides among those that the asked order leaves alike.</param>
internal sealed record SearchedTable(string Name, string Columns, string Model, string Tags, IReadOnlySet<string> Compared, Func<SearchSql, string> LastOrder);

/// <summary>Turns a search of models or versions into one statement.</summary>
internal static class RegistrySearch
{
    /// <summary>Marks a prompt, which MLflow keeps as a model with this tag.</summary>
    public const string PromptTag = "mlflow.prompt.is_prompt";

    public static readonly IReadOnlyDictionary<string, SearchEntity> Tags = new Dictionary<string, SearchEntity>
    {
        ["attribute"] = SearchEntity.Attribute,
        ["attributes"] = SearchEntity.Attribute,
        ["attr"] = SearchEntity.Attribute,
        ["tag"] = SearchEntity.Tag,
        ["tags"] = SearchEntity.Tag,
    };

    public static bool IsAboutPrompts(Comparison comparison) => comparison is { Entity: SearchEntity.Tag, Key: PromptTag };

    /// <summary>The rows that are sought, in order; one more than the query's size says that there are others.</summary>
    public static Rows Find(Session session, SearchedTable table, RegistryQuery query)
    {
        var sql = new SearchSql(session.IsPostgres);
        sql.And($"r.project = {sql.Value(query.Project)} AND r.withdrawn_at IS NULL");
        sql.Limit(query.Reach, table.Model);
        sql.And($"{(query.AsksForPrompts ? "" : "NOT ")}EXISTS (SELECT 1 FROM {table.Tags} AND t.key = {sql.Value(PromptTag)} AND t.value = 'true')");
        foreach (var comparison in query.Filter.Where(one => !IsAboutPrompts(one)))
            Where(sql, table, comparison);
        var order = query.Order.Select(one => $"{OrderOf(sql, table, one.Key)} {(one.Descending ? "DESC" : "ASC")}").Append(table.LastOrder(sql));
        sql.From.Append(
            CultureInfo.InvariantCulture,
            $"SELECT {table.Columns} FROM {table.Name} r WHERE {sql.Where} ORDER BY {string.Join(", ", order)} LIMIT {sql.Value((long)query.Size + 1)} OFFSET {sql.Value((long)query.Offset)}");
        return session.Read(sql);
    }

    private static void Where(SearchSql sql, SearchedTable table, Comparison comparison)
    {
        if (comparison.Entity == SearchEntity.Attribute)
        {
            if (!table.Compared.Contains(comparison.Key))
                throw MlflowError.Invalid($"Invalid attribute name: {comparison.Key}");
            sql.And(sql.Compare(ColumnOf(table, comparison.Key), comparison));
            return;
        }

        var tag = $"EXISTS (SELECT 1 FROM {table.Tags} AND t.key = {sql.Value(comparison.Key)}";
        sql.And(comparison.Operator switch
        {
            "IS NULL" => $"NOT {tag})",
            "IS NOT NULL" => $"{tag})",
            _ => $"{tag} AND {sql.Compare("t.value", comparison)})",
        });
    }

    private static string OrderOf(SearchSql sql, SearchedTable table, string attribute) =>
        attribute == "name" ? sql.Text(table.Model) : ColumnOf(table, attribute);

    private static string ColumnOf(SearchedTable table, string attribute) => attribute == "name" ? table.Model : $"r.{attribute}";
}
