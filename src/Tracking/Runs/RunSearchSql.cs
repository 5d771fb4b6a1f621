using System.Globalization;
using Assay.Tracking.Inputs;
using Assay.Tracking.Mlflow;
using Assay.Tracking.Search;

namespace Assay.Tracking.Runs;

/// <summary>
/// Turns a search of runs into one statement. Each metric, parameter and tag of the filter joins its table by the primary
/// key, so a run without it is left out. Where a metric leads, the index of its values is read first, and the run itself is
/// looked up only when all else holds.
/// </summary>
internal sealed class RunSearchSql
{
    private readonly SearchSql _sql;
    private readonly List<long> _experiments;
    private readonly Dictionary<(SearchEntity, string), string> _joined = [];
    private readonly List<string> _inner = [];
    private readonly List<string> _outer = [];
    private bool _metricLeads;

    private RunSearchSql(bool isPostgres, List<long> experiments) => (_sql, _experiments) = (new(isPostgres), experiments);

    /// <summary>The statement as <see cref="SearchSql.From"/>, with its values.</summary>
    /// <param name="query">What is sought.</param>
    /// <param name="experiments">Keys of the experiments; one, where a metric leads.</param>
    /// <param name="isPostgres">Whether it is for PostgreSQL; else for SQLite.</param>
    /// <param name="lead">The metric that leads; null when none does.</param>
    public static SearchSql Of(RunQuery query, List<long> experiments, bool isPostgres, MetricLead? lead)
    {
        var search = new RunSearchSql(isPostgres, experiments);
        if (lead is not null)
            search.Lead(lead);
        foreach (var comparison in query.Filter)
            search.Where(comparison);
        search.Scope(query.View);
        var order = search.Order(query.Order);
        var sql = search._sql;
        sql.From.Append(
            CultureInfo.InvariantCulture,
            $"SELECT {RunRow.Columns} FROM {search.Tables} WHERE {sql.Where} ORDER BY {order} LIMIT {sql.Value((long)query.Size + 1)} OFFSET {sql.Value((long)query.Offset)}");
        return sql;
    }

    /// <summary>A statement that counts what is found, up to a limit, past which it stops reading.</summary>
    public static SearchSql CountOf(RunQuery query, List<long> experiments, bool isPostgres, MetricLead? lead, long max)
    {
        var search = new RunSearchSql(isPostgres, experiments);
        if (lead is not null)
            search.Lead(lead);
        foreach (var comparison in query.Filter)
            search.Where(comparison);
        search.Scope(query.View);
        var sql = search._sql;
        sql.From.Append(
            CultureInfo.InvariantCulture,
            $"SELECT COUNT(*) FROM (SELECT 1 FROM {search.Tables} WHERE {sql.Where} LIMIT {sql.Value(max)}) AS found");
        return sql;
    }

    // CROSS JOIN: SQLite reads tables in the order in which they stand.
    private string Tables => (_metricLeads
        ? string.Join(" CROSS JOIN ", ["tracking_latest_metrics m0", .. _inner, "tracking_runs r"])
        : string.Join(" JOIN ", ["tracking_runs r", .. _inner.Select(table => $"{table} ON TRUE")])) + string.Concat(_outer);

    private void Lead(MetricLead lead)
    {
        _metricLeads = true;
        _sql.And($"m0.experiment_key = {_sql.Value(_experiments[0])} AND m0.key = {_sql.Value(lead.Key)} AND r.key = m0.run_key");
        if (lead.OnlyNumbers)
            _sql.And("m0.value IS NOT NULL");
        if (lead.Bound is { } bound)
            _sql.And($"m0.value {(lead.Descending ? ">=" : "<=")} {_sql.Value(bound)}");
        _joined.Add((SearchEntity.Metric, lead.Key), "m0");
    }

    private void Scope(int view)
    {
        _sql.And(_experiments.Count == 1
            ? $"r.experiment_key = {_sql.Value(_experiments[0])}"
            : $"r.experiment_key IN ({string.Join(", ", _experiments.Select(key => _sql.Value(key)))})");
        if (view != ViewTypes.All)
            _sql.And($"r.lifecycle = {_sql.Value(ViewTypes.LifecycleOf(view).ToString())}");
    }

    private void Where(Comparison comparison)
    {
        switch (comparison.Entity)
        {
            case SearchEntity.Attribute:
                _sql.And(_sql.Compare(ColumnOf(comparison.Key), comparison));
                break;
            case SearchEntity.Dataset:
                _sql.And($"EXISTS ({Dataset(comparison)})");
                break;
            case SearchEntity.Metric:
                var metric = Join(comparison.Entity, comparison.Key);
                // NaN is kept as null, which is unequal to every number and in no order with any.
                _sql.And(comparison.Operator == "!=" ? $"({_sql.Compare($"{metric}.value", comparison)} OR {metric}.value IS NULL)" : _sql.Compare($"{metric}.value", comparison));
                break;
            default:
                Where(comparison, TableOf(comparison.Entity));
                break;
        }
    }

    private void Where(Comparison comparison, string table)
    {
        if (comparison.Operator == "IS NULL")
            _sql.And($"NOT EXISTS (SELECT 1 FROM {table} x WHERE x.run_key = r.key AND x.key = {_sql.Value(comparison.Key)})");
        else if (comparison.Operator == "IS NOT NULL")
            Join(comparison.Entity, comparison.Key);
        else
            _sql.And(_sql.Compare($"{Join(comparison.Entity, comparison.Key)}.value", comparison));
    }

    private string Dataset(Comparison comparison)
    {
        const string inputs = "SELECT 1 FROM tracking_inputs i";
        return comparison.Key == "context"
            ? $"{inputs} JOIN tracking_input_tags t ON t.run_key = i.run_key AND t.dataset_key = i.dataset_key AND t.key = {_sql.Value(RunInputTag.Context)} WHERE i.run_key = r.key AND {_sql.Compare("t.value", comparison)}"
            : $"{inputs} JOIN tracking_datasets d ON d.key = i.dataset_key WHERE i.run_key = r.key AND {_sql.Compare($"d.{comparison.Key}", comparison)}";
    }

    /// <summary>The alias of the joined table, of which a run has one row for the key.</summary>
    /// <param name="entity">Which table.</param>
    /// <param name="key">The metric, parameter or tag.</param>
    /// <param name="isOuter">Whether a run without it stays.</param>
    private string Join(SearchEntity entity, string key, bool isOuter = false)
    {
        if (_joined.TryGetValue((entity, key), out var known))
            return known;
        var alias = string.Create(CultureInfo.InvariantCulture, $"j{_joined.Count}");
        var name = _sql.Value(key);
        if (isOuter)
        {
            _outer.Add($" LEFT JOIN {TableOf(entity)} {alias} ON {alias}.run_key = r.key AND {alias}.key = {name}");
        }
        else
        {
            _inner.Add($"{TableOf(entity)} {alias}");
            _sql.And($"{alias}.run_key = {(_metricLeads ? "m0.run_key" : "r.key")} AND {alias}.key = {name}");
        }

        _joined.Add((entity, key), alias);
        return alias;
    }

    // Missing values come last whichever way it goes, NaN before them; then the newest, then the id.
    private string Order(IReadOnlyList<Ordering> order)
    {
        var parts = new List<string>();
        foreach (var one in order)
        {
            var direction = one.Descending ? "DESC" : "ASC";
            if (one.Entity == SearchEntity.Attribute)
            {
                if (one.Key == "ended_at")
                    parts.Add("CASE WHEN r.ended_at IS NULL THEN 1 ELSE 0 END");
                parts.Add($"{(one.Key is "started_at" or "ended_at" ? ColumnOf(one.Key) : _sql.Text(ColumnOf(one.Key)))} {direction}");
                continue;
            }

            var inner = _joined.ContainsKey((one.Entity, one.Key));
            var alias = Join(one.Entity, one.Key, isOuter: true);
            if (one.Entity == SearchEntity.Metric && alias != "m0")
                parts.Add($"CASE WHEN {alias}.run_key IS NULL THEN 2 WHEN {alias}.value IS NULL THEN 1 ELSE 0 END");
            else if (!inner)
                parts.Add($"CASE WHEN {alias}.run_key IS NULL THEN 1 ELSE 0 END");
            parts.Add($"{(one.Entity == SearchEntity.Metric ? $"{alias}.value" : _sql.Text($"{alias}.value"))} {direction}");
        }

        parts.Add("r.started_at DESC");
        parts.Add(_sql.Text("r.id"));
        return string.Join(", ", parts);
    }

    private static string ColumnOf(string attribute) => attribute == "status" ? "upper(r.status)" : $"r.{attribute}";

    private static string TableOf(SearchEntity entity) => entity switch
    {
        SearchEntity.Metric => "tracking_latest_metrics",
        SearchEntity.Param => "tracking_params",
        _ => "tracking_tags",
    };
}
