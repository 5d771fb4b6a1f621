using Assay.Tracking.Experiments;
using Assay.Tracking.Mlflow;
using Assay.Tracking.Sealing;
using Assay.Tracking.Store;

namespace Assay.Tracking.Runs;

/// <summary>A run as a write needs it.</summary>
internal readonly record struct RunRef(long Key, long ExperimentKey, string Id, bool IsDeleted, bool IsOver);

/// <summary>A point of a metric, checked.</summary>
/// <param name="Value">May be NaN or infinite.</param>
internal readonly record struct LoggedPoint(string Key, double Value, long At, long Step);

/// <summary>What is written to runs, as steps of the writer's transaction. Whatever may be refused is asked before.</summary>
internal static class RunWrites
{
    private static readonly Statement FindRun = new("SELECT r.key, r.experiment_key, r.lifecycle, r.experiment_id, r.status FROM tracking_runs r WHERE r.id = @p0 AND r.project = @p1");
    private static readonly Statement FindParam = new("SELECT value FROM tracking_params WHERE run_key = @p0 AND key = @p1");
    private static readonly Statement AddParam = new("INSERT INTO tracking_params (run_key, key, value) VALUES (@p0, @p1, @p2) ON CONFLICT DO NOTHING");
    private static readonly Statement SetName = new("UPDATE tracking_runs SET name = @p1 WHERE key = @p0");
    private static readonly Statement RemoveTag = new("DELETE FROM tracking_tags WHERE run_key = @p0 AND key = @p1");
    private static readonly Statement PutTag = new(
        "INSERT INTO tracking_tags (run_key, key, value) VALUES (@p0, @p1, @p2) ON CONFLICT (run_key, key) DO UPDATE SET value = excluded.value");

    private static readonly Statement AddPoint = new(
        "INSERT INTO tracking_metrics (run_key, key, step, at, value, is_nan) VALUES (@p0, @p1, @p2, @p3, @p4, @p5) ON CONFLICT DO NOTHING");

    // The newest by step, then time, then value. NaN is null here, and in no order: it stays when it was first.
    private static readonly Statement PutLatest = new("""
        INSERT INTO tracking_latest_metrics (run_key, key, experiment_key, value, step, at) VALUES (@p0, @p1, @p2, @p3, @p4, @p5)
        ON CONFLICT (run_key, key) DO UPDATE SET value = excluded.value, step = excluded.step, at = excluded.at
        WHERE (excluded.step, excluded.at) > (tracking_latest_metrics.step, tracking_latest_metrics.at)
        OR (excluded.step = tracking_latest_metrics.step AND excluded.at = tracking_latest_metrics.at AND excluded.value > tracking_latest_metrics.value)
        """);

    /// <exception cref="Kernel.Refusals.Refusal">404, or 403 where the caller may not.</exception>
    public static RunRef Find(Session session, ExperimentScope scope, string id)
    {
        using var reader = session.With(FindRun, id, scope.Project).ExecuteReader();
        if (!reader.Read())
            throw RunReader.NotFound(id);
        scope.Demand(reader.GetString(3));
        return new(reader.GetInt64(0), reader.GetInt64(1), id, reader.GetString(2) != nameof(Lifecycle.Active), RunStates.IsOver(reader.GetString(4)));
    }

    /// <exception cref="Kernel.Refusals.Refusal">404, 403, or 400 for a deleted run.</exception>
    public static RunRef FindActive(Session session, ExperimentScope scope, string id)
    {
        var run = Find(session, scope, id);
        return run.IsDeleted ? throw MlflowError.Invalid($"The run {id} must be in the 'active' state. Current state is deleted.") : run;
    }

    /// <summary>The same for a change of what is sealed: a run that is over then waits for another seal.</summary>
    /// <exception cref="Kernel.Refusals.Refusal">404, 403, or 400 for a deleted run.</exception>
    public static RunRef FindToChange(Session session, ExperimentScope scope, string id)
    {
        var run = FindActive(session, scope, id);
        if (run.IsOver)
            Unsealed.Note(session, run.Key, scope.Caller);
        return run;
    }

    /// <summary>The value that a parameter has; null when it is not there.</summary>
    public static string? ParamOf(Session session, RunRef run, string key) => (string?)session.With(FindParam, run.Key, key).ExecuteScalar();

    public static void Param(Session session, RunRef run, string key, string value) => session.Execute(AddParam, run.Key, key, value);

    /// <summary>Sets a tag; the one that says the run's name once more changes that, too.</summary>
    public static void Tag(Session session, long run, string key, string value)
    {
        session.Execute(PutTag, run, key, value);
        if (key == RunTag.RunName)
            session.Execute(SetName, run, Names.Cut(value, Run.NameLengthMax));
    }

    /// <summary>The tags of a run that was just made with its name.</summary>
    public static void FirstTags(Session session, long run, List<KeyValuePair<string, string>> tags)
    {
        foreach (var (key, value) in tags)
            session.Execute(PutTag, run, key, value);
    }

    /// <summary>Whether the tag was there.</summary>
    public static bool Untag(Session session, RunRef run, string key) => session.Execute(RemoveTag, run.Key, key) > 0;

    /// <summary>Adds a point to its history, and lets it be the newest where it is.</summary>
    public static void Metric(Session session, RunRef run, in LoggedPoint point)
    {
        History(session, run, point);
        Latest(session, run, point);
    }

    /// <summary>Adds points; the newest of each metric is written once, however many there are.</summary>
    public static void Metrics(Session session, RunRef run, IReadOnlyList<LoggedPoint> points)
    {
        if (points.Count == 0)
            return;
        var latest = new Dictionary<string, LoggedPoint>(StringComparer.Ordinal);
        foreach (var point in points)
        {
            History(session, run, point);
            if (!latest.TryGetValue(point.Key, out var best) || IsNewer(point, best))
                latest[point.Key] = point;
        }

        foreach (var point in latest.Values)
            Latest(session, run, point);
    }

    private static bool IsNewer(in LoggedPoint point, in LoggedPoint than) =>
        point.Step != than.Step ? point.Step > than.Step : point.At != than.At ? point.At > than.At : point.Value > than.Value;

    private static void History(Session session, RunRef run, in LoggedPoint point) => session.Execute(
        AddPoint, run.Key, point.Key, point.Step, point.At, MetricValues.Stored(point.Value), double.IsNaN(point.Value));

    private static void Latest(Session session, RunRef run, in LoggedPoint point) => session.Execute(
        PutLatest, run.Key, point.Key, run.ExperimentKey, double.IsNaN(point.Value) ? null : MetricValues.Stored(point.Value), point.Step, point.At);
}
