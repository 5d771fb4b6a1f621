using System.Globalization;
using System.Text.Json;
using Assay.Tracking.Experiments;
using Assay.Tracking.Mlflow;
using Assay.Tracking.Search;
using Assay.Tracking.Store;

namespace Assay.Tracking.LoggedModels;

/// <summary>Logged models of some experiments, page by page; the newest first unless another order is asked for.</summary>
internal static class SearchModels
{
    private const int ResultsDefault = 100;
    private const int ResultsMax = 10_000;
    private const int ExperimentsMax = 1000;

    private static readonly SearchGrammar Grammar = new(
        new Dictionary<string, SearchEntity>
        {
            ["metric"] = SearchEntity.Metric,
            ["metrics"] = SearchEntity.Metric,
            ["parameter"] = SearchEntity.Param,
            ["param"] = SearchEntity.Param,
            ["params"] = SearchEntity.Param,
            ["tag"] = SearchEntity.Tag,
            ["tags"] = SearchEntity.Tag,
            ["attribute"] = SearchEntity.Attribute,
            ["attributes"] = SearchEntity.Attribute,
            ["attr"] = SearchEntity.Attribute,
        },
        new Dictionary<string, string>
        {
            ["name"] = "name",
            ["model_id"] = "id",
            ["model_type"] = "model_type",
            ["status"] = "status",
            ["source_run_id"] = "source_run_id",
            ["experiment_id"] = "experiment_id",
            ["creation_timestamp"] = "created_at",
            ["creation_time"] = "created_at",
            ["last_updated_timestamp"] = "updated_at",
            ["last_updated_time"] = "updated_at",
        },
        new HashSet<string> { "created_at", "updated_at" })
    {
        NoClauseWords = "Invalid filter string",
        WrongWords = "Invalid comparison operator",
        Listed = new HashSet<string> { "name", "id", "model_type", "status", "source_run_id", "experiment_id" },
    };

    public static void Map(IEndpointRouteBuilder group) => group.MapOperationOnAny("POST", "/logged-models/search", Handle, TrackingPermissions.Read);

    private static async Task Handle(MlflowCall call)
    {
        var fields = call.Fields;
        var ids = fields.Texts("experiment_ids");
        if (ids.Count == 0)
            throw MlflowError.Missing("experiment_ids");
        if (ids.Count > ExperimentsMax)
            throw MlflowError.Invalid($"A search names at most {ExperimentsMax} experiments.");
        var size = fields.Integer("max_results") ?? ResultsDefault;
        if (size is < 1 or > ResultsMax)
            throw MlflowError.Value("max_results", fields.Shown("max_results"), $"It must be at least 1 and at most {ResultsMax}.");
        var filter = FilterParser.Parse(fields.Text("filter"), Grammar);
        var datasets = fields.List("datasets").Select(item => (
            Name: item.TextOf("dataset_name", "datasets.dataset_name") ?? throw MlflowError.Missing("datasets.dataset_name"), Digest: item.TextOf("dataset_digest", "datasets.dataset_digest"))).ToList();
        var order = fields.List("order_by").Select(ReadOrder).ToList();
        var (scope, search) = (call.Scope, SearchOf(fields, ids));
        var offset = PageToken.Read(fields.Text("page_token"), search);
        ids = [.. ids.Where(scope.Has)];
        await FolderModels.Adopt(call, ids, filter);
        var found = call.Get<Sessions>().Read(session =>
        {
            var sql = new SearchSql(session.IsPostgres);
            return Scope(session, sql, scope.Project, ids) ? Search(session, sql, filter, datasets, order, ((int)size, offset)) : [];
        });
        await call.Answer(json =>
        {
            if (found.Count > 0)
            {
                json.WriteStartArray("models"u8);
                foreach (var model in found.Take((int)size))
                {
                    json.WriteStartObject();
                    model.Write(json);
                    json.WriteEndObject();
                }

                json.WriteEndArray();
            }

            if (found.Count > size)
                json.WriteString("next_page_token"u8, PageToken.Of(offset + size, search));
        });
    }

    // A page goes on with the search that it began with.
    private static SearchMark[] SearchOf(MlflowFields fields, IReadOnlyList<string> ids) =>
    [
        new("experiment_ids", string.Join('\n', ids), "Experiment IDs in the page token do not match the ones asked for."),
        new("order_by", string.Join('\n', fields.List("order_by").Select(item => item.GetRawText())), "Order by in the page token does not match the one asked for."),
        new("filter", fields.Text("filter") ?? "", "Filter string in the page token does not match the one asked for."),
    ];

    private static ModelOrder ReadOrder(JsonElement item)
    {
        var name = item.TextOf("field_name", "order_by.field_name") ?? throw MlflowError.Missing("order_by.field_name");
        var ascending = item.Member("ascending") is not { ValueKind: JsonValueKind.False };
        return new(
            FilterParser.ParseOrder($"{name} {(ascending ? "ASC" : "DESC")}", Grammar),
            item.TextOf("dataset_name", "order_by.dataset_name"), item.TextOf("dataset_digest", "order_by.dataset_digest"));
    }

    private static bool Scope(Session session, SearchSql sql, string project, IReadOnlyList<string> ids)
    {
        var keys = new List<string>();
        foreach (var id in ids.Distinct(StringComparer.Ordinal))
        {
            if (ExperimentScope.KeyOf(session, project, id) is { } key)
                keys.Add(sql.Value(key));
        }

        sql.And($"r.experiment_key IN ({string.Join(", ", keys)}) AND r.lifecycle = 'Active'");
        return keys.Count > 0;
    }

    private static List<ModelRow> Search(
        Session session, SearchSql sql, IReadOnlyList<Comparison> filter, List<(string Name, string? Digest)> datasets, List<ModelOrder> order, (int Size, int Offset) page)
    {
        foreach (var comparison in filter)
            sql.And(Condition(sql, comparison, datasets));
        if (datasets.Count > 0 && !filter.Any(comparison => comparison.Entity == SearchEntity.Metric))
            sql.And($"EXISTS (SELECT 1 FROM tracking_model_metrics m WHERE m.model_key = r.key AND {On(sql, datasets)})");
        var orderBy = string.Join(", ", order.Select(one => OrderOf(sql, one)).Append("r.created_at DESC").Append(sql.Text("r.id")));
        var text = string.Create(
            CultureInfo.InvariantCulture,
            $"SELECT {ModelRow.Columns} FROM tracking_models r WHERE {sql.Where} ORDER BY {orderBy} LIMIT {sql.Value((long)page.Size + 1)} OFFSET {sql.Value((long)page.Offset)}");
        var found = new List<ModelRow>();
        using (var reader = session.With(text, sql.Values).ExecuteReader())
        {
            while (reader.Read())
                found.Add(ModelRow.Read(reader));
        }

        return found.ConvertAll(model => model.Complete(session));
    }

    private static string Condition(SearchSql sql, Comparison comparison, List<(string Name, string? Digest)> datasets)
    {
        if (comparison.Entity == SearchEntity.Attribute)
            return comparison.Key == "status" ? sql.Compare("r.status", Stored(comparison)) : sql.Compare($"r.{comparison.Key}", comparison);
        if (comparison.Entity == SearchEntity.Metric)
        {
            var on = datasets.Count == 0 ? "" : $" AND {On(sql, datasets)}";
            return $"EXISTS (SELECT 1 FROM tracking_model_metrics m WHERE m.model_key = r.key AND m.key = {sql.Value(comparison.Key)} AND {sql.Compare("m.value", comparison)}{on})";
        }

        var table = comparison.Entity == SearchEntity.Param ? "tracking_model_params" : "tracking_model_tags";
        var row = $"SELECT 1 FROM {table} x WHERE x.model_key = r.key AND x.key = {sql.Value(comparison.Key)}";
        return comparison.Operator switch
        {
            "IS NULL" => $"NOT EXISTS ({row})",
            "IS NOT NULL" => $"EXISTS ({row})",
            _ => $"EXISTS ({row} AND {sql.Compare("x.value", comparison)})",
        };
    }

    // A point on one of the data sets that were asked for.
    private static string On(SearchSql sql, List<(string Name, string? Digest)> datasets) =>
        $"({string.Join(" OR ", datasets.Select(one => $"(m.dataset_name = {sql.Value(one.Name)}{(one.Digest is null ? "" : $" AND m.dataset_digest = {sql.Value(one.Digest)}")})"))})";

    // Clients say LOGGED_MODEL_READY or READY.
    private static Comparison Stored(Comparison comparison) => comparison with
    {
        Value = comparison.Value switch
        {
            string text => StatusOf(text),
            IReadOnlyList<string> many => many.Select(StatusOf).ToList(),
            _ => comparison.Value,
        },
    };

    private static string StatusOf(string text)
    {
        var name = text.Replace("LOGGED_MODEL_", "", StringComparison.Ordinal).Replace("_", "", StringComparison.Ordinal);
        return Enum.TryParse<LoggedModelStatus>(name, ignoreCase: true, out var status) ? status.ToString() : text;
    }

    // The newest point of a metric counts; a model without one comes last.
    private static string OrderOf(SearchSql sql, ModelOrder order)
    {
        var (wanted, direction) = (order.By, order.By.Descending ? "DESC" : "ASC");
        if (wanted.Entity == SearchEntity.Attribute)
            return $"{(Grammar.Numeric.Contains(wanted.Key) ? $"r.{wanted.Key}" : sql.Text($"r.{wanted.Key}"))} {direction}";
        if (wanted.Entity != SearchEntity.Metric)
            throw MlflowError.Invalid($"Invalid order by field name: {wanted.Key}. Logged models are ordered by attributes and metrics.");
        var on = order.DatasetName is null ? "" : $" AND m.dataset_name = {sql.Value(order.DatasetName)}";
        if (order.DatasetDigest is not null)
            on += $" AND m.dataset_digest = {sql.Value(order.DatasetDigest)}";
        var value = $"(SELECT m.value FROM tracking_model_metrics m WHERE m.model_key = r.key AND m.key = {sql.Value(wanted.Key)}{on} ORDER BY m.at DESC, m.step DESC LIMIT 1)";
        return $"CASE WHEN {value} IS NULL THEN 1 ELSE 0 END, {value} {direction}";
    }

    private sealed record ModelOrder(Ordering By, string? DatasetName, string? DatasetDigest);
}
