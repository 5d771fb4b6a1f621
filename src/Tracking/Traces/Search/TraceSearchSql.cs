using System.Data.Common;
using System.Globalization;
using System.Text.RegularExpressions;
using Assay.Kernel.Databases;
using Assay.Tracking.Mlflow;
using Assay.Tracking.Search;
using Assay.Tracking.Store;
using Microsoft.Data.Sqlite;

namespace Assay.Tracking.Traces.Search;

/// <summary>What is sought.</summary>
internal sealed record TraceQuery(IReadOnlyList<Comparison> Filter, IReadOnlyList<Ordering> Order, int Size, int Offset);

/// <summary>
/// Turns a search of traces into one statement. The index of an experiment's traces by time leads; each comparison looks at
/// rows of one trace, by their primary key, so that reading stops when the page is full.
/// </summary>
internal sealed class TraceSearchSql
{
    // A span's attribute as text: without the quotes in which clients of MLflow send texts, and as JSON where it is no text.
    private const string AttributeInSqlite =
        "COALESCE(trim(a.value ->> '$.value.string_value', '\"'), a.value -> '$.value.int_value', a.value -> '$.value.double_value', a.value -> '$.value.bool_value', a.value -> '$.value')";

    private const string AttributeInPostgres =
        "COALESCE(trim(a.value -> 'value' ->> 'string_value', '\"'), a.value -> 'value' ->> 'int_value', a.value -> 'value' ->> 'double_value', a.value -> 'value' ->> 'bool_value', a.value ->> 'value')";

    private const int PatternLengthMax = 1000;

    private readonly SearchSql _sql;

    private TraceSearchSql(bool isPostgres) => _sql = new(isPostgres);

    /// <summary>A page of traces, as <see cref="SearchSql.From"/>.</summary>
    public static SearchSql Page(TraceQuery query, IReadOnlyList<long> experiments, bool isPostgres)
    {
        var search = new TraceSearchSql(isPostgres);
        var sql = search._sql;
        search.Where(query.Filter, experiments);
        var (joins, order) = search.Order(query.Order);
        sql.From.Append(
            CultureInfo.InvariantCulture,
            $"SELECT {TraceRow.Columns} FROM tracking_traces r{joins} WHERE {sql.Where} ORDER BY {order} LIMIT {sql.Value((long)query.Size + 1)} OFFSET {sql.Value((long)query.Offset)}");
        return sql;
    }

    /// <summary>How many traces there are that the first filter of three finds, and of them those of the second, the third, and both.</summary>
    public static SearchSql Counts(
        (IReadOnlyList<Comparison> All, IReadOnlyList<Comparison> First, IReadOnlyList<Comparison> Second) filters, IReadOnlyList<long> experiments, bool isPostgres)
    {
        var search = new TraceSearchSql(isPostgres);
        search.Where(filters.All, experiments);
        var (first, second) = (string.Join(" AND ", search.Conditions(filters.First)), string.Join(" AND ", search.Conditions(filters.Second)));
        static string Sum(string condition) => $"COALESCE(SUM(CASE WHEN {condition} THEN 1 ELSE 0 END), 0)";
        search._sql.From.Append(
            CultureInfo.InvariantCulture,
            $"SELECT COUNT(*), {Sum(first)}, {Sum(second)}, {Sum($"{first} AND {second}")} FROM tracking_traces r WHERE {search._sql.Where}");
        return search._sql;
    }

    private void Where(IReadOnlyList<Comparison> filter, IReadOnlyList<long> experiments)
    {
        _sql.And(experiments.Count == 1
            ? $"r.experiment_key = {_sql.Value(experiments[0])}"
            : $"r.experiment_key IN ({string.Join(", ", experiments.Select(key => _sql.Value(key)))})");
        foreach (var condition in Conditions(filter))
            _sql.And(condition);
    }

    private IEnumerable<string> Conditions(IReadOnlyList<Comparison> filter)
    {
        foreach (var comparison in filter)
        {
            if (comparison.Operator == "RLIKE")
                DemandPattern((string)comparison.Value!);
            if (comparison.Entity != SearchEntity.Span)
                yield return Condition(comparison);
        }

        // All that is said of spans must hold of one and the same.
        var spans = filter.Where(comparison => comparison.Entity == SearchEntity.Span).Select(OfSpan).ToList();
        if (spans.Count > 0)
            yield return $"EXISTS (SELECT 1 FROM tracking_spans s WHERE s.trace_key = r.key AND {string.Join(" AND ", spans)})";
    }

    private string Condition(Comparison comparison) => comparison.Entity switch
    {
        SearchEntity.Attribute => OfTrace(comparison),
        SearchEntity.Metadata when comparison is { Key: TraceKeys.SourceRun, Operator: "=" } =>
            $"({OfPairs("tracking_trace_metadata", comparison)} OR {Linked(LinkTraces.Run, (string)comparison.Value!)})",
        SearchEntity.Metadata => OfPairs("tracking_trace_metadata", comparison),
        SearchEntity.Tag => OfPairs("tracking_trace_tags", comparison),
        SearchEntity.Prompt => OfPrompt((string)comparison.Value!),
        SearchEntity.Issue => $"EXISTS (SELECT 1 FROM tracking_assessments a WHERE a.trace_key = r.key AND a.kind = 'issue' AND a.name = {_sql.Value(comparison.Value)})",
        _ => OfAssessment(comparison),
    };

    private string OfTrace(Comparison comparison)
    {
        // A whole number as one, so that an index of whole numbers is of use.
        if (comparison.Value is double number && number == Math.Floor(number) && Math.Abs(number) < 9e15)
            comparison = comparison with { Value = (long)number };
        return _sql.Compare(comparison.Key == TraceGrammar.Ended ? "(r.started_at + COALESCE(r.duration_ms, 0))" : $"r.{comparison.Key}", comparison);
    }

    private string OfPairs(string table, Comparison comparison)
    {
        var row = $"SELECT 1 FROM {table} x WHERE x.trace_key = r.key AND x.key = {_sql.Value(comparison.Key)}";
        return comparison.Operator switch
        {
            "IS NULL" => $"NOT EXISTS ({row})",
            "IS NOT NULL" => $"EXISTS ({row})",
            _ => $"EXISTS ({row} AND {_sql.Compare("x.value", comparison)})",
        };
    }

    private string Linked(string kind, string target) =>
        $"EXISTS (SELECT 1 FROM tracking_trace_links l WHERE l.project = r.project AND l.trace_id = r.id AND l.kind = {_sql.Value(kind)} AND l.target = {_sql.Value(target)})";

    // Clients before 3.11 say it in a tag.
    private string OfPrompt(string prompt)
    {
        if (prompt.Split('/') is not [var name, var version])
            throw MlflowError.Invalid($"Invalid prompts filter value '{prompt}'. Expected format: prompt = \"name/version\"");
        var tag = new Comparison(SearchEntity.Tag, TraceKeys.LinkedPrompts, "LIKE", $"%{{\"name\": \"{name}\", \"version\": \"{version}\"}}%");
        return $"({Linked(LinkTraces.Prompt, prompt)} OR {OfPairs("tracking_trace_tags", tag)})";
    }

    // What a span says, without the words in which OpenTelemetry's JSON says it: "value" is sought in what people wrote.
    private static readonly string SoughtContent = ((ReadOnlySpan<string>)
    [
        "\"key\":", ",\"value\":{\"string_value\"", ",\"value\":{\"int_value\"", ",\"value\":{\"double_value\"", ",\"value\":{\"bool_value\"",
        ",\"value\":{\"array_value\":{\"values\"", ",\"value\":{\"kvlist_value\":{\"values\"", "\"string_value\":", "\"int_value\":", "\"double_value\":",
    ]).ToArray().Aggregate("s.content", (content, word) => $"REPLACE({content}, '{word}', '')");

    private string OfSpan(Comparison comparison)
    {
        if (comparison.Key == TraceGrammar.SpanContent)
            return _sql.Compare(SoughtContent, comparison);
        if (!comparison.Key.StartsWith(TraceGrammar.SpanAttribute, StringComparison.Ordinal))
            return _sql.Compare($"s.{comparison.Key}", comparison);
        var name = comparison.Key[TraceGrammar.SpanAttribute.Length..];
        var key = _sql.Value(name);

        // Looking for the name is many times faster than reading the JSON of each span that does not have it.
        var named = name.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '.' or '_' or '-' or '/' or ':') ? $"s.content LIKE {_sql.Value($"%\"key\":\"{name}\"%")} AND " : "";
        return named + (_sql.IsPostgres
            ? $"EXISTS (SELECT 1 FROM jsonb_array_elements(CAST(s.content AS jsonb) -> 'attributes') a(value) WHERE a.value ->> 'key' = {key} AND {_sql.Compare(AttributeInPostgres, comparison)})"
            : $"EXISTS (SELECT 1 FROM json_each(s.content, '$.attributes') a WHERE a.value ->> '$.key' = {key} AND {_sql.Compare(AttributeInSqlite, comparison)})");
    }

    // An assessment of a conversation counts for each trace that is a part of it.
    private string OfAssessment(Comparison comparison)
    {
        var value = comparison.Operator is "IS NULL" or "IS NOT NULL" ? "" : $" AND {_sql.Compare("a.value", comparison)}";
        var such = $"a.kind = {_sql.Value(comparison.Entity == SearchEntity.Feedback ? "feedback" : "expectation")} AND a.name = {_sql.Value(comparison.Key)} AND a.is_valid{value}";
        var found = $"""
            (EXISTS (SELECT 1 FROM tracking_assessments a WHERE a.trace_key = r.key AND {such})
            OR EXISTS (SELECT 1 FROM tracking_traces o JOIN tracking_assessments a ON a.trace_key = o.key
            WHERE o.experiment_key = r.experiment_key AND o.session_id = r.session_id AND a.is_of_session AND {such}))
            """;
        return comparison.Operator == "IS NULL" ? $"NOT {found}" : found;
    }

    // What is missing comes last whichever way it goes; then the newest, then the id.
    private (string Joins, string Order) Order(IReadOnlyList<Ordering> order)
    {
        var (joins, parts) = (new List<string>(), new List<string>());
        foreach (var one in order)
        {
            var direction = one.Descending ? "DESC" : "ASC";
            if (one.Entity is SearchEntity.Tag or SearchEntity.Metadata)
            {
                var alias = string.Create(CultureInfo.InvariantCulture, $"o{joins.Count}");
                var table = one.Entity == SearchEntity.Tag ? "tracking_trace_tags" : "tracking_trace_metadata";
                joins.Add($" LEFT JOIN {table} {alias} ON {alias}.trace_key = r.key AND {alias}.key = {_sql.Value(one.Key)}");
                parts.Add($"CASE WHEN {alias}.value IS NULL THEN 1 ELSE 0 END");
                parts.Add($"{_sql.Text($"{alias}.value")} {direction}");
            }
            else if (one.Entity != SearchEntity.Attribute)
            {
                throw MlflowError.Invalid($"Invalid order_by entity: traces are ordered by their attributes, tags and metadata, and not by '{one.Key}'.");
            }
            else if (one.Key == TraceGrammar.Ended)
            {
                parts.Add($"r.started_at + COALESCE(r.duration_ms, 0) {direction}");
            }
            else
            {
                if (one.Key is TraceGrammar.Duration or "client_request_id")
                    parts.Add($"CASE WHEN r.{one.Key} IS NULL THEN 1 ELSE 0 END");
                var isNumber = one.Key is TraceGrammar.Started or TraceGrammar.Duration or "experiment_key";
                parts.Add($"{(isNumber ? $"r.{one.Key}" : _sql.Text($"r.{one.Key}"))} {direction}");
            }
        }

        if (!order.Any(one => one is { Entity: SearchEntity.Attribute, Key: TraceGrammar.Started }))
            parts.Add("r.started_at DESC");
        parts.Add(_sql.Text("r.id"));
        return (string.Concat(joins), string.Join(", ", parts));
    }

    /// <summary>Runs a statement of a search; a pattern that only the database does not know is refused as one that makes no sense.</summary>
    /// <exception cref="Kernel.Refusals.Refusal">400.</exception>
    public static T Read<T>(Sessions sessions, Func<Session, T> work)
    {
        try
        {
            return sessions.Read(work);
        }
        catch (DbException problem) when (problem.SqlState == "2201B")   // PostgreSQL's own regular expressions
        {
            throw MlflowError.Invalid("Invalid pattern beside RLIKE: PostgreSQL does not know it as a regular expression.");
        }
        catch (SqliteException problem) when (problem.SqliteErrorCode == DatabaseSource.SqliteInterrupted)
        {
            throw MlflowError.Invalid("The pattern beside RLIKE takes too long on the texts that are there: write a simpler one.");
        }
    }

    private static void DemandPattern(string pattern)
    {
        if (pattern.Length > PatternLengthMax)
            throw MlflowError.Invalid($"A pattern beside RLIKE has at most {PatternLengthMax:N0} characters; this one has {pattern.Length:N0}.");
        try
        {
            _ = new Regex(pattern, RegexOptions.NonBacktracking);
        }
        catch (Exception problem) when (problem is ArgumentException or NotSupportedException)   // no pattern, or one that may take for ever
        {
            throw MlflowError.Invalid($"Invalid pattern '{pattern}' beside RLIKE: it is no regular expression, or looks around or back or repeats too much, which is not supported.");
        }
    }
}
