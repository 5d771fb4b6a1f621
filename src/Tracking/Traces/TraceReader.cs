using System.Data.Common;
using System.Text.Json;
using Assay.Tracking.Experiments;
using Assay.Tracking.Mlflow;
using Assay.Tracking.Store;
using Assay.Tracking.Traces.Assessments;

namespace Assay.Tracking.Traces;

/// <summary>Reads traces with what belongs to them: two statements for one trace or five hundred.</summary>
internal static class TraceReader
{
    private static readonly Statement ById = new($"SELECT {TraceRow.Columns} FROM tracking_traces r WHERE r.project = @p0 AND r.id = @p1");
    private static readonly Statement PairsInSqlite = new(Pairs("SELECT value FROM json_each(@p0)"));
    private static readonly Statement PairsInPostgres = new(Pairs("SELECT value FROM unnest(@p0) AS one(value)"));
    private static readonly Statement AssessmentsInSqlite = new(AssessmentsOf("SELECT value FROM json_each(@p0)"));
    private static readonly Statement AssessmentsInPostgres = new(AssessmentsOf("SELECT value FROM unnest(@p0) AS one(value)"));

    /// <summary>The trace with all that belongs to it.</summary>
    /// <exception cref="Kernel.Refusals.Refusal">404, or 403 where the caller may not.</exception>
    public static TraceRow Get(Session session, ExperimentScope scope, string id) => Complete(session, Find(session, scope, id));

    /// <summary>The trace alone.</summary>
    /// <exception cref="Kernel.Refusals.Refusal">404, or 403 where the caller may not.</exception>
    public static TraceRow Find(Session session, ExperimentScope scope, string id) =>
        TryFind(session, scope, id) ?? throw MlflowError.NotFound($"Trace with ID '{id}' not found.");

    /// <summary>The trace alone; null when there is none.</summary>
    /// <exception cref="Kernel.Refusals.Refusal">403: it is in an experiment where the caller may not.</exception>
    public static TraceRow? TryFind(Session session, ExperimentScope scope, string id)
    {
        var trace = Look(session, scope, id);
        if (trace is not null)
            scope.Demand(trace.ExperimentId);
        return trace;
    }

    /// <summary>Those of the traces that are there and that the caller may have, complete and in the order of their ids in the request.</summary>
    public static List<TraceRow> GetAll(Session session, ExperimentScope scope, IEnumerable<string> ids)
    {
        var found = new List<TraceRow>();
        foreach (var id in ids.Distinct(StringComparer.Ordinal))
        {
            if (Look(session, scope, id) is { } trace && scope.Has(trace.ExperimentId))
                found.Add(trace);
        }

        Complete(session, found);
        return found;
    }

    public static TraceRow Complete(Session session, TraceRow trace)
    {
        Complete(session, [trace]);
        return trace;
    }

    /// <summary>Adds tags, metadata and assessments.</summary>
    public static void Complete(Session session, IReadOnlyList<TraceRow> traces)
    {
        if (traces.Count == 0)
            return;
        var byKey = traces.ToDictionary(trace => trace.Key);
        using (var reader = Keyed(session, byKey.Keys, PairsInSqlite, PairsInPostgres).ExecuteReader())
        {
            while (reader.Read())
            {
                var trace = byKey[reader.GetInt64(0)];
                (reader.GetInt32(1) == 0 ? trace.Tags : trace.Metadata).Add(new(reader.GetString(2), reader.GetString(3)));
            }
        }

        using var assessments = Keyed(session, byKey.Keys, AssessmentsInSqlite, AssessmentsInPostgres).ExecuteReader();
        while (assessments.Read())
            byKey[assessments.GetInt64(0)].Assessments.Add(AssessmentRow.Read(assessments));
    }

    private static TraceRow? Look(Session session, ExperimentScope scope, string id)
    {
        using var reader = session.With(ById, scope.Project, id).ExecuteReader();
        return reader.Read() ? TraceRow.Read(reader) : null;
    }

    private static DbCommand Keyed(Session session, IEnumerable<long> keys, Statement sqlite, Statement postgres) => session.IsPostgres
        ? session.With(postgres, keys.ToArray())
        : session.With(sqlite, JsonSerializer.Serialize(keys));

    // CROSS JOIN keeps SQLite from reading a whole table to look up the few keys in it.
    private static string Pairs(string keys) => $"""
        WITH k AS ({keys})
        SELECT k.value, 0, t.key, t.value FROM k CROSS JOIN tracking_trace_tags t WHERE t.trace_key = k.value
        UNION ALL
        SELECT k.value, 1, m.key, m.value FROM k CROSS JOIN tracking_trace_metadata m WHERE m.trace_key = k.value
        ORDER BY 1, 2, 3
        """;

    private static string AssessmentsOf(string keys) => $"""
        WITH k AS ({keys})
        SELECT {AssessmentRow.Columns} FROM k CROSS JOIN tracking_assessments a WHERE a.trace_key = k.value ORDER BY a.trace_key, a.created_at, a.id
        """;
}
