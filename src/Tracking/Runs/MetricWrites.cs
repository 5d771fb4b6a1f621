using Assay.Tracking.Store;

namespace Assay.Tracking.Runs;

/// <summary>A point of a metric, checked.</summary>
/// <param name="Value">May be NaN or infinite.</param>
internal readonly record struct LoggedPoint(string Key, double Value, long At, long Step);

/// <summary>Adds points to histories, and lets the newest of each metric be its newest.</summary>
internal static class MetricWrites
{
    private static readonly Statement AddPoint = new(
        "INSERT INTO tracking_metrics (run_key, key, step, at, value, is_nan) VALUES (@p0, @p1, @p2, @p3, @p4, @p5) ON CONFLICT DO NOTHING");

    // PostgreSQL takes all in one statement, for there each has its way to another process and back.
    private static readonly Statement AddPoints = new("""
        INSERT INTO tracking_metrics (run_key, key, step, at, value, is_nan)
        SELECT @p0, p.* FROM unnest(@p1, @p2, @p3, @p4, @p5) p ON CONFLICT DO NOTHING
        """);

    private static readonly Statement PutLatest = new($"{InsertLatest} VALUES (@p0, @p1, @p2, @p3, @p4, @p5) {KeepNewest}");
    private static readonly Statement PutAllLatest = new(
        $"{InsertLatest} SELECT @p0, p.key, @p2, p.value, p.step, p.at FROM unnest(@p1, @p3, @p4, @p5) p(key, value, step, at) {KeepNewest}");

    private const string InsertLatest = "INSERT INTO tracking_latest_metrics (run_key, key, experiment_key, value, step, at)";

    // The newest by step, then time, then value. NaN is null here, and in no order: it stays when it was first.
    private const string KeepNewest = """
        ON CONFLICT (run_key, key) DO UPDATE SET value = excluded.value, step = excluded.step, at = excluded.at
        WHERE (excluded.step, excluded.at) > (tracking_latest_metrics.step, tracking_latest_metrics.at)
        OR (excluded.step = tracking_latest_metrics.step AND excluded.at = tracking_latest_metrics.at AND excluded.value > tracking_latest_metrics.value)
        """;

    public static void Add(Session session, RunRef run, in LoggedPoint point)
    {
        session.Execute(AddPoint, run.Key, point.Key, point.Step, point.At, MetricValues.Stored(point.Value), double.IsNaN(point.Value));
        Latest(session, run, point);
    }

    /// <summary>Adds many: those of a metric after each other, as they are kept, and its newest once.</summary>
    public static void Add(Session session, RunRef run, IReadOnlyList<LoggedPoint> points)
    {
        if (points.Count == 0)
            return;
        var metrics = points.GroupBy(point => point.Key, StringComparer.Ordinal).ToList();
        if (session.Sqlite(AddPoint) is not { } add)
        {
            AddAll(session, run, points, [.. metrics.Select(Newest)]);
            return;
        }

        add.Bind(0, run.Key);
        foreach (var metric in metrics)
            History(add, metric);
        foreach (var metric in metrics)
            Latest(session, run, Newest(metric));
    }

    private static void History(SqliteStatement add, IGrouping<string, LoggedPoint> metric)
    {
        add.Bind(1, metric.Key);
        foreach (var point in metric)
        {
            add.Bind(2, point.Step);
            add.Bind(3, point.At);
            add.Bind(4, MetricValues.Stored(point.Value));
            add.Bind(5, double.IsNaN(point.Value) ? 1L : 0L);
            add.Execute();
        }
    }

    private static void Latest(Session session, RunRef run, in LoggedPoint point) =>
        session.Execute(PutLatest, run.Key, point.Key, run.ExperimentKey, Ordered(point), point.Step, point.At);

    private static void AddAll(Session session, RunRef run, IReadOnlyList<LoggedPoint> points, List<LoggedPoint> newest)
    {
        session.Execute(
            AddPoints, run.Key, Array(points, point => point.Key), Array(points, point => point.Step), Array(points, point => point.At),
            Array(points, point => MetricValues.Stored(point.Value)), Array(points, point => double.IsNaN(point.Value)));
        session.Execute(
            PutAllLatest, run.Key, Array(newest, point => point.Key), run.ExperimentKey,
            Array(newest, Ordered), Array(newest, point => point.Step), Array(newest, point => point.At));
    }

    private static T[] Array<T>(IReadOnlyList<LoggedPoint> points, Func<LoggedPoint, T> column) => [.. points.Select(column)];

    private static LoggedPoint Newest(IEnumerable<LoggedPoint> points)
    {
        var best = points.First();
        foreach (var point in points)
        {
            if (IsNewer(point, best))
                best = point;
        }

        return best;
    }

    private static bool IsNewer(in LoggedPoint point, in LoggedPoint than) =>
        point.Step != than.Step ? point.Step > than.Step : point.At != than.At ? point.At > than.At : point.Value > than.Value;

    private static double? Ordered(LoggedPoint point) => double.IsNaN(point.Value) ? null : MetricValues.Stored(point.Value);
}
