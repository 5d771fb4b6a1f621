using Assay.Tracking.Mlflow;
using Assay.Tracking.Search;

namespace Assay.Tracking.Traces.Measures;

/// <summary>Turns what is asked into one statement, whose rows are a time, the dimensions, and the value.</summary>
internal static class MeasureSql
{
    public static SearchSql Of(MeasureQuery query, IReadOnlyList<long> experiments, bool isPostgres)
    {
        var sql = new SearchSql(isPostgres);
        sql.And($"r.experiment_key IN ({string.Join(", ", experiments.Select(key => sql.Value(key)))})");
        if (query.From is { } from)
            sql.And($"r.started_at >= {sql.Value(from)}");
        if (query.To is { } to)
            sql.And($"r.started_at <= {sql.Value(to)}");
        foreach (var filter in query.Filters)
            sql.And(Condition(sql, query.View, filter));
        var joined = query.View switch
        {
            MeasureView.Spans => " JOIN tracking_spans s ON s.trace_key = r.key",
            MeasureView.Assessments => " JOIN tracking_assessments a ON a.trace_key = r.key",
            _ => "",
        };
        if (query.Dimensions.Contains("trace_name"))
            joined += $" JOIN tracking_trace_tags n ON n.trace_key = r.key AND n.key = '{TraceKeys.Name}'";
        var columns = query.Dimensions.Select(Measure.Dimension).Prepend(Time(query.View)).Append(query.Measure.Value);
        sql.From.Append(System.Globalization.CultureInfo.InvariantCulture, $"SELECT {string.Join(", ", columns)} FROM tracking_traces r{joined} WHERE {sql.Where}");
        return sql;
    }

    private static string Time(MeasureView view) => view switch
    {
        MeasureView.Spans => "s.started_ns / 1000000",
        MeasureView.Assessments => "a.created_at",
        _ => "r.started_at",
    };

    // One comparison by =, of a trace's, a span's or an assessment's.
    private static string Condition(SearchSql sql, MeasureView view, string filter)
    {
        var text = new FilterText(filter);
        if (text.TakeName() is not { Word.Length: > 0 } name || text.TakeSymbol() != "=" || text.TakeQuoted() is not { } value || !text.IsAtEnd)
            throw MlflowError.Invalid($"Invalid clause(s) in filter string: '{filter}'. Write one comparison such as trace.status = 'OK'.");
        if (name.Word == "span" && view != MeasureView.Spans)
            throw MlflowError.Invalid($"Filtering by span is only supported for SPANS view type, got {view.ToString().ToUpperInvariant()}");
        if (name.Word == "assessment" && view != MeasureView.Assessments)
            throw MlflowError.Invalid($"Filtering by assessment is only supported for ASSESSMENTS view type, got {view.ToString().ToUpperInvariant()}");
        return (name.Word, name.Key.Split('.', 2)) switch
        {
            ("trace", ["status"]) => $"r.state = {sql.Value(value)}",
            ("trace", ["tag", var key]) => Pair(sql, "tracking_trace_tags", key, value),
            ("trace", ["metadata", var key]) => Pair(sql, "tracking_trace_metadata", key, value),
            ("span", ["name" or "type" or "status"]) => $"s.{name.Key} = {sql.Value(value)}",
            ("assessment", ["name"]) => $"a.name = {sql.Value(value)}",
            ("assessment", ["type"]) => $"a.kind = {sql.Value(value)}",
            _ => throw MlflowError.Invalid($"Invalid entity '{name.Word}.{name.Key}' in filter string: it is none of trace.status, trace.tag.KEY, trace.metadata.KEY, span.name, span.type, span.status, assessment.name and assessment.type."),
        };
    }

    private static string Pair(SearchSql sql, string table, string key, string value)
    {
        var bare = key is ['`', .., '`'] or ['"', .., '"'] ? key[1..^1] : key;
        return $"EXISTS (SELECT 1 FROM {table} x WHERE x.trace_key = r.key AND x.key = {sql.Value(bare)} AND x.value = {sql.Value(value)})";
    }
}
