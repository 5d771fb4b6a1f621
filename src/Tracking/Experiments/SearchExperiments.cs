using System.Data.Common;
using Assay.Tracking.Mlflow;
using Assay.Tracking.Search;
using Assay.Tracking.Store;

namespace Assay.Tracking.Experiments;

/// <summary>Experiments by name, time and tags, page by page; the newest first unless another order is asked for.</summary>
internal static class SearchExperiments
{
    private const int ResultsMax = 50_000;

    private static readonly ExperimentGrammar Grammar = new(
        new Dictionary<string, SearchEntity>
        {
            ["attribute"] = SearchEntity.Attribute,
            ["attributes"] = SearchEntity.Attribute,
            ["attr"] = SearchEntity.Attribute,
            ["tag"] = SearchEntity.Tag,
            ["tags"] = SearchEntity.Tag,
        },
        new Dictionary<string, string>
        {
            ["name"] = "name",
            ["creation_time"] = "created_at",
            ["last_update_time"] = "updated_at",
            ["experiment_id"] = "id",
        },
        new HashSet<string> { "created_at", "updated_at" });

    public static void Map(IEndpointRouteBuilder group)
    {
        group.MapOperationOnAny("POST", "/experiments/search", Handle, TrackingPermissions.Read);
        group.MapOperationOnAny("GET", "/experiments/search", Handle, TrackingPermissions.Read);
    }

    private static async Task Handle(MlflowCall call)
    {
        var fields = call.Fields;
        var size = Size(fields);
        var view = fields.Choice("view_type", ViewTypes.Names) ?? ViewTypes.ActiveOnly;
        var filter = FilterParser.Parse(fields.Text("filter"), Grammar);
        var order = FilterParser.ParseOrders(fields.Texts("order_by"), Grammar);
        var offset = PageToken.Read(fields.Text("page_token"));
        var (scope, sessions) = (call.Scope, call.Get<Sessions>());
        var found = sessions.Read(session => Search(session, scope, view, filter, order, (int)size, offset));
        await call.Answer(json =>
        {
            foreach (var (row, index) in found.Take((int)size).Select((row, index) => (row, index)))
            {
                if (index == 0)
                    json.WriteStartArray("experiments"u8);
                json.WriteStartObject();
                ExperimentJson.Write(json, row.Experiment, row.Tags);
                json.WriteEndObject();
            }

            if (found.Count > 0)
                json.WriteEndArray();
            if (found.Count > size)
                json.WriteString("next_page_token"u8, PageToken.Of(offset + size));
        });
    }

    private static long Size(MlflowFields fields) => fields.Integer("max_results") switch
    {
        null => throw MlflowError.Invalid("Invalid value None for parameter 'max_results' supplied. It must be a positive integer."),
        { } size and < 1 => throw MlflowError.Invalid($"Invalid value {size} for parameter 'max_results' supplied. It must be a positive integer."),
        { } size and > ResultsMax => throw MlflowError.Invalid($"Invalid value {size} for parameter 'max_results' supplied. It must be at most {ResultsMax}."),
        { } size => size,
    };

    private static List<(Experiment Experiment, List<ExperimentTag> Tags)> Search(
        Session session, ExperimentScope scope, int view, IReadOnlyList<Comparison> filter, List<Ordering> order, int size, int offset)
    {
        var sql = new SearchSql(session.IsPostgres);
        sql.And($"e.project = {sql.Value(scope.Project)}");
        scope.Limit(sql, "e.id");
        if (view != ViewTypes.All)
            sql.And($"e.lifecycle = {sql.Value(ViewTypes.LifecycleOf(view).ToString())}");
        foreach (var comparison in filter)
            sql.And(Condition(sql, comparison));
        var text = $"SELECT e.key, e.id, e.name, e.created_at, e.updated_at, e.lifecycle, e.artifact_location FROM tracking_experiments e WHERE {sql.Where} "
            + $"ORDER BY {OrderOf(sql, order)} LIMIT {sql.Value((long)size + 1)} OFFSET {sql.Value((long)offset)}";
        var found = new List<(Experiment, List<ExperimentTag>)>();
        using (var reader = session.With(text, sql.Values).ExecuteReader())
        {
            while (reader.Read())
                found.Add((Read(reader), []));
        }

        foreach (var (experiment, tags) in found)
            ReadTags(session, experiment.Key, tags);
        return found;
    }

    private static string Condition(SearchSql sql, Comparison comparison)
    {
        if (comparison.Entity == SearchEntity.Attribute)
            return sql.Compare($"e.{comparison.Key}", comparison);
        var tag = $"SELECT 1 FROM tracking_experiment_tags t WHERE t.experiment_key = e.key AND t.key = {sql.Value(comparison.Key)}";
        return comparison.Operator switch
        {
            "IS NULL" => $"NOT EXISTS ({tag})",
            "IS NOT NULL" => $"EXISTS ({tag})",
            _ => $"EXISTS ({tag} AND {sql.Compare("t.value", comparison)})",
        };
    }

    private static string OrderOf(SearchSql sql, List<Ordering> order)
    {
        var parts = order.ConvertAll(one => one.Entity == SearchEntity.Attribute
            ? $"{(one.Key is "name" ? sql.Text("e.name") : one.Key is "id" ? "e.key" : $"e.{one.Key}")} {(one.Descending ? "DESC" : "ASC")}"
            : throw MlflowError.Invalid($"Invalid order_by entity: experiments can't be ordered by {one.Entity.ToString().ToLowerInvariant()}."));
        if (parts.Count == 0)
            parts.Add("e.created_at DESC");
        return string.Join(", ", parts) + ", e.key";
    }

    private static Experiment Read(DbDataReader row) => new()
    {
        Key = row.GetInt64(0),
        Id = row.GetString(1),
        Name = row.GetString(2),
        CreatedAt = DateTimeOffset.FromUnixTimeMilliseconds(row.GetInt64(3)),
        UpdatedAt = DateTimeOffset.FromUnixTimeMilliseconds(row.GetInt64(4)),
        Lifecycle = Enum.Parse<Lifecycle>(row.GetString(5)),
        ArtifactLocation = row.IsDBNull(6) ? null : row.GetString(6),
    };

    private static readonly Statement Tags = new("SELECT t.key, t.value FROM tracking_experiment_tags t WHERE t.experiment_key = @p0 ORDER BY t.key");

    private static void ReadTags(Session session, long experiment, List<ExperimentTag> tags)
    {
        using var reader = session.With(Tags, experiment).ExecuteReader();
        while (reader.Read())
            tags.Add(new() { ExperimentKey = experiment, Key = reader.GetString(0), Value = reader.GetString(1) });
    }
}

/// <summary>What may stand in filters of experiments.</summary>
internal sealed record ExperimentGrammar(
    IReadOnlyDictionary<string, SearchEntity> Entities, IReadOnlyDictionary<string, string> Attributes, IReadOnlySet<string> Numeric)
    : SearchGrammar(Entities, Attributes, Numeric)
{
    public override Kernel.Refusals.Refusal Wrong(SearchEntity entity, string key, string comparison) =>
        comparison.StartsWith("IS ", StringComparison.Ordinal) ? MlflowError.Invalid($"IS NULL / IS NOT NULL is only supported for tags, and not for '{key}'.") : base.Wrong(entity, key, comparison);
}
