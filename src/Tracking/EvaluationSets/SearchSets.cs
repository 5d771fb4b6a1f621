using System.Globalization;
using Assay.Tracking.Experiments;
using Assay.Tracking.Mlflow;
using Assay.Tracking.Search;
using Assay.Tracking.Store;

namespace Assay.Tracking.EvaluationSets;

/// <summary>Evaluation sets by name, times, people and tags, page by page; the newest first unless another order is asked for.</summary>
internal static class SearchSets
{
    private const int ResultsDefault = 50;
    private const int ResultsMax = 1000;

    private static readonly SearchGrammar Grammar = new(
        new Dictionary<string, SearchEntity>
        {
            ["attribute"] = SearchEntity.Attribute,
            ["attributes"] = SearchEntity.Attribute,
            ["attr"] = SearchEntity.Attribute,
            ["dataset"] = SearchEntity.Attribute,
            ["tag"] = SearchEntity.Tag,
            ["tags"] = SearchEntity.Tag,
        },
        new Dictionary<string, string>
        {
            ["name"] = "name",
            ["dataset_id"] = "id",
            ["created_by"] = "created_by",
            ["last_updated_by"] = "updated_by",
            ["created_time"] = "created_at",
            ["last_update_time"] = "updated_at",
        },
        new HashSet<string> { "created_at", "updated_at" });

    public static void Map(IEndpointRouteBuilder group)
    {
        group.MapOperationOnAny("POST", "/datasets/search", Handle, TrackingPermissions.Read);
        group.MapOperationOnAny("GET", "/datasets/search", Handle, TrackingPermissions.Read);
    }

    private static Task Handle(MlflowCall call)
    {
        var fields = call.Fields;
        var size = fields.Integer("max_results") ?? ResultsDefault;
        if (size is < 1 or > ResultsMax)
            throw MlflowError.Value("max_results", fields.Shown("max_results").Trim('"'), $"It must be a positive integer, and at most {ResultsMax}.");
        var filter = FilterParser.Parse(fields.Text("filter_string"), Grammar);
        var order = fields.Texts("order_by").Select(text => FilterParser.ParseOrder(text, Grammar)).ToList();
        var (scope, experiments, offset) = (call.Scope, fields.Texts("experiment_ids"), PageToken.Read(fields.Text("page_token")));
        var found = call.Get<Sessions>().Read(session =>
        {
            var sql = Sql(scope, experiments, filter, session.IsPostgres);
            return Search(session, sql, order, ((int)size, offset));
        });
        return call.Answer(json =>
        {
            if (found.Count > 0)
            {
                json.WriteStartArray("datasets"u8);
                foreach (var set in found.Take((int)size))
                {
                    json.WriteStartObject();
                    set.Write(json, withExperiments: false);
                    json.WriteEndObject();
                }

                json.WriteEndArray();
            }

            if (found.Count > size)
                json.WriteString("next_page_token"u8, PageToken.Of(offset + size));
        });
    }

    private static SearchSql Sql(ExperimentScope scope, IReadOnlyList<string> experiments, IReadOnlyList<Comparison> filter, bool isPostgres)
    {
        var sql = new SearchSql(isPostgres);
        sql.And($"r.project = {sql.Value(scope.Project)}");
        SetAccess.Limit(scope, sql);
        if (experiments.Count > 0)
            sql.And($"EXISTS (SELECT 1 FROM tracking_evaluation_experiments e WHERE e.set_key = r.key AND e.experiment_id IN ({string.Join(", ", experiments.Select(sql.Value))}))");
        foreach (var comparison in filter)
        {
            var row = $"SELECT 1 FROM tracking_evaluation_tags t WHERE t.set_key = r.key AND t.key = {(comparison.Entity == SearchEntity.Tag ? sql.Value(comparison.Key) : "''")}";
            sql.And((comparison.Entity, comparison.Operator) switch
            {
                (SearchEntity.Attribute, _) => sql.Compare($"r.{comparison.Key}", comparison),
                (_, "IS NULL") => $"NOT EXISTS ({row})",
                (_, "IS NOT NULL") => $"EXISTS ({row})",
                _ => $"EXISTS ({row} AND {sql.Compare("t.value", comparison)})",
            });
        }

        return sql;
    }

    private static List<SetRow> Search(Session session, SearchSql sql, List<Ordering> order, (int Size, int Offset) page)
    {
        if (order.Find(one => one.Entity != SearchEntity.Attribute) is { } wrong)
            throw MlflowError.Invalid($"Invalid order_by entity: {wrong.Key}. Datasets are ordered by their attributes.");
        var parts = order.Select(one => $"{(Grammar.Numeric.Contains(one.Key) ? $"r.{one.Key}" : sql.Text($"r.{one.Key}"))} {(one.Descending ? "DESC" : "ASC")}").ToList();
        if (parts.Count == 0)
            parts.Add("r.created_at DESC");
        parts.Add($"{sql.Text("r.id")} DESC");
        var text = string.Create(
            CultureInfo.InvariantCulture,
            $"SELECT {SetRow.Columns} FROM tracking_evaluation_sets r WHERE {sql.Where} ORDER BY {string.Join(", ", parts)} LIMIT {sql.Value((long)page.Size + 1)} OFFSET {sql.Value((long)page.Offset)}");
        var found = new List<SetRow>();
        using (var reader = session.With(text, sql.Values).ExecuteReader())
        {
            while (reader.Read())
                found.Add(SetRow.Read(reader));
        }

        found.ForEach(set => set.Complete(session));
        return found;
    }
}
