using Assay.Tracking.Artifacts;
using Assay.Tracking.Experiments;
using Assay.Tracking.Mlflow;
using Assay.Tracking.Store;
using Assay.Tracking.Traces.Assessments;

namespace Assay.Tracking.Traces;

/// <summary>An experiment as a write of a trace needs it.</summary>
internal readonly record struct ExperimentRef(long Key, string Id, string Location)
{
    /// <summary>Where files of a trace are.</summary>
    public string FilesOf(string traceId) => RunFiles.Below(Location, $"traces/{traceId}/artifacts");
}

/// <summary>What is written to traces, as steps of the writer's transaction.</summary>
internal static class TraceWrites
{
    private static readonly Statement FindExperiment = new(
        "SELECT e.key, e.lifecycle, e.artifact_location FROM tracking_experiments e WHERE e.project = @p0 AND e.id = @p1");

    // A trace that spans have made before its client tells of it keeps what the client leaves out.
    private static readonly Statement Put = new("""
        INSERT INTO tracking_traces (project, id, experiment_key, experiment_id, started_at, duration_ms, state, client_request_id, request_preview, response_preview, is_final)
        VALUES (@p0, @p1, @p2, @p3, @p4, @p5, @p6, @p7, @p8, @p9, @p10)
        ON CONFLICT (project, id) DO UPDATE SET started_at = excluded.started_at, duration_ms = excluded.duration_ms, state = excluded.state,
        client_request_id = COALESCE(excluded.client_request_id, tracking_traces.client_request_id),
        request_preview = COALESCE(excluded.request_preview, tracking_traces.request_preview),
        response_preview = COALESCE(excluded.response_preview, tracking_traces.response_preview), is_final = excluded.is_final
        RETURNING key
        """);

    private static readonly Statement PutTag = new(
        "INSERT INTO tracking_trace_tags (trace_key, key, value) VALUES (@p0, @p1, @p2) ON CONFLICT (trace_key, key) DO UPDATE SET value = excluded.value");

    private static readonly Statement PutMetadata = new(
        "INSERT INTO tracking_trace_metadata (trace_key, key, value) VALUES (@p0, @p1, @p2) ON CONFLICT (trace_key, key) DO UPDATE SET value = excluded.value");

    private static readonly Statement SetSession = new("UPDATE tracking_traces SET session_id = @p1 WHERE key = @p0");
    private static readonly Statement RemoveTag = new("DELETE FROM tracking_trace_tags WHERE trace_key = @p0 AND key = @p1");
    private static readonly Statement PutAssessment = new("""
        INSERT INTO tracking_assessments (trace_key, id, name, kind, value, content, error, source_type, source_id, created_at, updated_at, span_id, rationale, overrides, is_valid, metadata, is_of_session)
        VALUES (@p0, @p1, @p2, @p3, @p4, @p5, @p6, @p7, @p8, @p9, @p10, @p11, @p12, @p13, @p14, @p15, @p16)
        ON CONFLICT (trace_key, id) DO UPDATE SET name = excluded.name, kind = excluded.kind, value = excluded.value, content = excluded.content, error = excluded.error,
        source_type = excluded.source_type, source_id = excluded.source_id, updated_at = excluded.updated_at, rationale = excluded.rationale,
        overrides = excluded.overrides, is_valid = excluded.is_valid, metadata = excluded.metadata, is_of_session = excluded.is_of_session
        """);

    /// <exception cref="Kernel.Refusals.Refusal">404, 403 where the caller may not, or 400 for a deleted experiment.</exception>
    public static ExperimentRef FindIn(Session session, ExperimentScope scope, string id)
    {
        scope.Demand(id);
        using var reader = session.With(FindExperiment, scope.Project, id).ExecuteReader();
        if (!reader.Read())
            throw MlflowError.NotFound($"No Experiment with id={id} exists");
        if (reader.GetString(1) != nameof(Lifecycle.Active))
            throw MlflowError.Invalid($"The experiment {id} must be in the 'active' state. Current state is deleted.");
        return new(reader.GetInt64(0), id, reader.IsDBNull(2) ? $"mlflow-artifacts:/{id}" : reader.GetString(2));
    }

    /// <summary>Makes the trace, or says of one that is there what its client says now.</summary>
    /// <returns>Its key.</returns>
    public static long Trace(Session session, string project, ExperimentRef experiment, TraceRow trace) => (long)session.With(
        Put, project, trace.Id, experiment.Key, experiment.Id, trace.StartedAt, trace.DurationMs, trace.State, trace.ClientRequestId,
        trace.RequestPreview, trace.ResponsePreview, trace.IsFinal).ExecuteScalar()!;

    public static void Tag(Session session, long trace, string key, string value) => session.Execute(PutTag, trace, key, value);

    /// <summary>Whether the tag was there.</summary>
    public static bool Untag(Session session, long trace, string key) => session.Execute(RemoveTag, trace, key) > 0;

    /// <summary>Sets metadata; the one that says the session is kept with the trace as well.</summary>
    public static void Metadata(Session session, long trace, string key, string value)
    {
        session.Execute(PutMetadata, trace, key, value);
        if (key == TraceKeys.Session)
            session.Execute(SetSession, trace, Names.Cut(value, Traces.Trace.SessionLengthMax));
    }

    /// <summary>Adds an assessment, or puts it in the place of the one with its id.</summary>
    public static void Assessment(Session session, long trace, AssessmentRow row) => session.Execute(
        PutAssessment, trace, row.Id, row.Name, row.Kind, row.Value, row.Content, row.Error, row.SourceType, row.SourceId, row.CreatedAt, row.UpdatedAt,
        row.SpanId, row.Rationale, row.Overrides, row.IsValid, row.Metadata,
        row.Metadata?.Contains($"\"{TraceKeys.Session}\":", StringComparison.Ordinal) == true);
}
