using System.Data.Common;
using System.Text.Json;
using Assay.Tracking.Experiments;
using Assay.Tracking.Store;

namespace Assay.Tracking.Metrics;

/// <summary>Reads histories of metrics in the order of steps, then times, then values.</summary>
internal static class HistoryReader
{
    private const string Columns = "SELECT m.step, m.at, m.value, m.is_nan FROM tracking_metrics m WHERE m.run_key = @p0 AND m.key = @p1";
    private const string Order = " ORDER BY m.step, m.at, m.value, m.is_nan";

    private static readonly Statement Whole = new($"{Columns}{Order}");
    private static readonly Statement Page = new($"{Columns}{Order} LIMIT @p2 OFFSET @p3");
    private static readonly Statement AtStepsInSqlite = new($"{Columns} AND m.step IN (SELECT t.value FROM json_each(@p2) t){Order} LIMIT @p3");
    private static readonly Statement AtStepsInPostgres = new($"{Columns} AND m.step = ANY(@p2){Order} LIMIT @p3");
    private static readonly Statement FromStepsInSqlite = new($"{Columns} AND m.step IN (SELECT {Next} FROM json_each(@p2) t){Order} LIMIT @p3");

    // The inner limit keeps PostgreSQL from reading the whole history to join it.
    private static readonly Statement FromStepsInPostgres = new($"""
        SELECT m.step, m.at, m.value, m.is_nan FROM (SELECT DISTINCT {Next} AS step FROM unnest(@p2) t(value)) s
        CROSS JOIN LATERAL ({Columns} AND m.step = s.step LIMIT @p3) m{Order} LIMIT @p3
        """);

    private static readonly Statement StepsBetween = new($"SELECT DISTINCT m.step FROM {Within} ORDER BY m.step");
    private static readonly Statement CountBetween = new($"SELECT count(*) FROM (SELECT 1 FROM {Within} LIMIT @p4) counted");
    private static readonly Statement First = new($"SELECT m.step FROM {Within} ORDER BY m.step LIMIT 1");
    private static readonly Statement Last = new($"SELECT m.step FROM {Within} ORDER BY m.step DESC LIMIT 1");

    private const string Within = "tracking_metrics m WHERE m.run_key = @p0 AND m.key = @p1 AND m.step BETWEEN @p2 AND @p3";
    private const string Next = "(SELECT min(n.step) FROM tracking_metrics n WHERE n.run_key = @p0 AND n.key = @p1 AND n.step >= t.value)";

    public static HistoryPoints Read(Session session, long run, string key, long limit, long offset) =>
        Points(session, Page, run, key, limit, offset);

    /// <summary>All points, one after the other as the database gives them.</summary>
    public static IEnumerable<HistoryPoint> All(Session session, long run, string key)
    {
        if (session.Sqlite(Whole) is { } rows)
        {
            rows.Bind([run, key]);
            try
            {
                while (rows.Step())
                    yield return Point(rows);
            }
            finally
            {
                rows.Reset();
            }

            yield break;
        }

        using var reader = session.With(Whole, run, key).ExecuteReader();
        while (reader.Read())
            yield return Point(reader);
    }

    /// <summary>The points of these steps, up to a limit.</summary>
    public static HistoryPoints ReadAt(Session session, long run, string key, long[] steps, int limit) => session.IsPostgres
        ? Points(session, AtStepsInPostgres, run, key, steps, (long)limit)
        : Points(session, AtStepsInSqlite, run, key, JsonSerializer.Serialize(steps), (long)limit);

    /// <summary>For each of these steps the points of the next step that the metric has, up to a limit.</summary>
    public static HistoryPoints ReadFrom(Session session, long run, string key, long[] steps, int limit) => session.IsPostgres
        ? Points(session, FromStepsInPostgres, run, key, steps, (long)limit)
        : Points(session, FromStepsInSqlite, run, key, JsonSerializer.Serialize(steps), (long)limit);

    /// <summary>Whether the metric has more points than so many.</summary>
    public static bool HasMore(Session session, long run, string key, (long From, long To) range, long than) =>
        (long)session.With(CountBetween, run, key, range.From, range.To, than + 1).ExecuteScalar()! > than;

    /// <summary>The least and the greatest step at which the metric has points; none when it has no points.</summary>
    public static IEnumerable<long> Ends(Session session, long run, string key, (long From, long To) range) =>
        session.With(First, run, key, range.From, range.To).ExecuteScalar() is long first
            ? [first, (long)session.With(Last, run, key, range.From, range.To).ExecuteScalar()!]
            : [];

    /// <summary>The steps at which the metric has points.</summary>
    public static List<long> Steps(Session session, long run, string key, (long From, long To) range)
    {
        var steps = new List<long>();
        using var reader = session.With(StepsBetween, run, key, range.From, range.To).ExecuteReader();
        while (reader.Read())
            steps.Add(reader.GetInt64(0));
        return steps;
    }

    /// <summary>The runs of these ids that there are and the caller may read; others are left out.</summary>
    public static List<(string Id, long Key)> Runs(Session session, ExperimentScope scope, IEnumerable<string> ids)
    {
        var found = new List<(string, long)>();
        foreach (var id in ids.Distinct(StringComparer.Ordinal))
        {
            using var reader = session.With(KeyOf, id, scope.Project).ExecuteReader();
            if (reader.Read() && scope.Has(reader.GetString(1)))
                found.Add((id, reader.GetInt64(0)));
        }

        return found;
    }

    private static readonly Statement KeyOf = new("SELECT r.key, r.experiment_id FROM tracking_runs r WHERE r.id = @p0 AND r.project = @p1");

    private static HistoryPoints Points(Session session, Statement statement, params ReadOnlySpan<object?> values)
    {
        var points = new HistoryPoints();   // lost to the pool when a read fails, which does no harm
        if (session.Sqlite(statement) is { } rows)
        {
            rows.Bind(values);
            while (rows.Step())
                points.Add(Point(rows));
            rows.Reset();
            return points;
        }

        using var reader = session.With(statement, values).ExecuteReader();
        while (reader.Read())
            points.Add(Point(reader));
        return points;
    }

    // NaN is a flag beside a value of 0: beside others it need not be read.
    private static HistoryPoint Point(SqliteStatement row)
    {
        var value = row.Number(2);
        return new(row.Integer(0), row.Integer(1), value == 0 && row.Integer(3) != 0 ? double.NaN : value);
    }

    private static HistoryPoint Point(DbDataReader row) => new(row.GetInt64(0), row.GetInt64(1), row.GetBoolean(3) ? double.NaN : row.GetDouble(2));
}
