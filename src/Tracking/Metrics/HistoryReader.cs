using System.Text.Json;
using Assay.Tracking.Mlflow;
using Assay.Tracking.Runs;
using Assay.Tracking.Store;

namespace Assay.Tracking.Metrics;

/// <summary>A point of a metric's history.</summary>
internal readonly record struct HistoryPoint(long Step, long At, double Value);

/// <summary>Reads histories of metrics in the order of steps, then times, then values.</summary>
internal static class HistoryReader
{
    private const string Columns = "SELECT m.step, m.at, m.value, m.is_nan FROM tracking_metrics m WHERE m.run_key = @p0 AND m.key = @p1";
    private const string Order = " ORDER BY m.step, m.at, m.value, m.is_nan";

    private static readonly Statement Page = new($"{Columns}{Order} LIMIT @p2 OFFSET @p3");
    private static readonly Statement AtStep = new($"{Columns} AND m.step = @p2{Order} LIMIT @p3");
    private static readonly Statement StepsBetween = new(
        "SELECT DISTINCT m.step FROM tracking_metrics m WHERE m.run_key = @p0 AND m.key = @p1 AND m.step BETWEEN @p2 AND @p3 ORDER BY m.step");

    public static List<HistoryPoint> Read(Session session, long run, string key, long limit, long offset) =>
        Points(session, Page, run, key, limit, offset);

    /// <summary>All points of one step, up to a limit.</summary>
    public static List<HistoryPoint> ReadStep(Session session, long run, string key, long step, int limit) =>
        Points(session, AtStep, run, key, step, (long)limit);

    /// <summary>The steps at which the metric has points.</summary>
    public static List<long> Steps(Session session, long run, string key, long from, long to)
    {
        var steps = new List<long>();
        using var reader = session.With(StepsBetween, run, key, from, to).ExecuteReader();
        while (reader.Read())
            steps.Add(reader.GetInt64(0));
        return steps;
    }

    // Encoded once, for an answer has thousands of them.
    private static readonly JsonEncodedText KeyField = JsonEncodedText.Encode("key");
    private static readonly JsonEncodedText ValueField = JsonEncodedText.Encode("value");
    private static readonly JsonEncodedText TimeField = JsonEncodedText.Encode("timestamp");
    private static readonly JsonEncodedText StepField = JsonEncodedText.Encode("step");
    private static readonly JsonEncodedText RunField = JsonEncodedText.Encode("run_id");

    /// <summary>Writes points of one run's metric as items of a list.</summary>
    /// <param name="json">Within the list.</param>
    /// <param name="key">Name of the metric.</param>
    /// <param name="points">The points.</param>
    /// <param name="runId">The run, where the points of several are in the list.</param>
    public static void Write(Utf8JsonWriter json, string key, ReadOnlySpan<HistoryPoint> points, string? runId = null)
    {
        var name = JsonEncodedText.Encode(key);
        foreach (ref readonly var point in points)
        {
            json.WriteStartObject();
            json.WriteString(KeyField, name);
            if (double.IsFinite(point.Value))
                json.WriteNumber(ValueField, point.Value);
            else
                json.WriteDouble("value"u8, point.Value);
            json.WriteNumber(TimeField, point.At);
            json.WriteNumber(StepField, point.Step);
            if (runId is not null)
                json.WriteString(RunField, runId);
            json.WriteEndObject();
        }
    }

    /// <summary>The runs of these ids that there are; others are left out.</summary>
    public static List<(string Id, long Key)> Runs(Session session, string project, IEnumerable<string> ids)
    {
        var found = new List<(string, long)>();
        foreach (var id in ids.Distinct(StringComparer.Ordinal))
        {
            if (session.With(KeyOf, id, project).ExecuteScalar() is long key)
                found.Add((id, key));
        }

        return found;
    }

    private static readonly Statement KeyOf = new("SELECT r.key FROM tracking_runs r WHERE r.id = @p0 AND r.project = @p1");

    private static List<HistoryPoint> Points(Session session, Statement statement, params ReadOnlySpan<object?> values)
    {
        var points = new List<HistoryPoint>();
        using var reader = session.With(statement, values).ExecuteReader();
        while (reader.Read())
            points.Add(new(reader.GetInt64(0), reader.GetInt64(1), reader.GetBoolean(3) ? double.NaN : reader.GetDouble(2)));
        return points;
    }
}
