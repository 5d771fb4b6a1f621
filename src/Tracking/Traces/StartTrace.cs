using System.Text.Json;
using Assay.Tracking.Experiments;
using Assay.Tracking.Mlflow;
using Assay.Tracking.Store;
using Assay.Tracking.Traces.Assessments;

namespace Assay.Tracking.Traces;

/// <summary>Keeps what a client of version 3 says of a trace, before or after the spans arrive.</summary>
internal static class StartTrace
{
    private const int AssessmentsMax = 1000;

    private static readonly Statement SetExperiment = new("UPDATE tracking_traces SET experiment_key = @p1, experiment_id = @p2 WHERE key = @p0");

    public static void Map(IEndpointRouteBuilder group) => group.MapOperationOnAny("POST", "/traces", Handle, TrackingPermissions.Write);

    private static async Task Handle(MlflowCall call)
    {
        var info = call.Fields.Object("trace")?.Member("trace_info") ?? throw MlflowError.Missing("trace");
        if (info.ValueKind != JsonValueKind.Object)
            throw JsonFields.Wrong(info, "trace.trace_info");
        var (scope, trace) = (call.Scope, Read(info, call.Now.ToUnixTimeMilliseconds()));
        var kept = await call.Get<GroupWriter>().Write(session =>
        {
            Put(session, scope, trace);
            return TraceReader.Get(session, scope, trace.Id);
        });
        await TraceJson.Answer(call, kept);
    }

    /// <summary>What a client says of a trace.</summary>
    /// <param name="info">MLflow's message.</param>
    /// <param name="now">When it began, unless the client says so.</param>
    /// <param name="experiment">The experiment that it goes to; null for the one that the message says.</param>
    public static TraceRow Read(JsonElement info, long now, string? experiment = null)
    {
        var id = TraceFields.DemandId(info.TextOf("trace_id", "trace_id") is { Length: > 0 } said ? said : throw MlflowError.Missing("trace.trace_info.trace_id"));
        var trace = new TraceRow(
            0, id, experiment ?? TraceLocations.ExperimentOf(info.Member("trace_location")),
            info.TimeOf("request_time", "trace.trace_info.request_time") ?? now, info.DurationOf("execution_duration", "trace.trace_info.execution_duration"))
        {
            State = info.ChoiceOf("state", TraceRow.States, "trace.trace_info.state") ?? TraceRow.States[0],
            ClientRequestId = info.TextOf("client_request_id", "client_request_id") is { Length: > 0 } client
                ? TraceFields.Kept(Names.DemandLength(client, Trace.ClientRequestIdLengthMax, "Client request id", "client_request_id"))
                : null,
            RequestPreview = Preview(info, "request_preview"),
            ResponsePreview = Preview(info, "response_preview"),
            SessionId = null,
            IsFinal = true,
        };
        trace.Tags.AddRange(TraceFields.Checked(info.TextsOf("tags", "tags"), "tags"));
        trace.Metadata.AddRange(TraceFields.Checked([.. info.TextsOf("trace_metadata", "trace_metadata"), new(TraceKeys.IsFinal, "true")], "trace_metadata"));
        if (info.Member("assessments") is { ValueKind: JsonValueKind.Array } assessments)
        {
            if (assessments.GetArrayLength() > AssessmentsMax)
                throw MlflowError.Invalid($"A trace is sent with at most {AssessmentsMax} assessments.");
            trace.Assessments.AddRange(assessments.EnumerateArray().Select(one => AssessmentFields.Read(one, now)));
        }

        return trace;
    }

    private static string? Preview(JsonElement info, string name) =>
        info.TextOf(name, name) is { } text ? TraceFields.Kept(Names.Cut(text, TraceFields.PreviewLengthMax)) : null;

    /// <summary>Keeps it, with its tags, metadata and assessments.</summary>
    public static void Put(Session session, ExperimentScope scope, TraceRow trace)
    {
        var experiment = TraceWrites.FindIn(session, scope, trace.ExperimentId);
        if (TraceReader.TryFind(session, scope, trace.Id) is { } known && known.ExperimentId != experiment.Id)
            Move(session, scope, known, experiment);
        var key = TraceWrites.Trace(session, scope.Project, experiment, trace);
        foreach (var (name, value) in trace.Tags)
            TraceWrites.Tag(session, key, name, value);
        TraceWrites.Tag(session, key, TraceKeys.ArtifactLocation, experiment.FilesOf(trace.Id));
        foreach (var (name, value) in trace.Metadata)
            TraceWrites.Metadata(session, key, name, value);
        foreach (var assessment in trace.Assessments)
            TraceWrites.Assessment(session, key, assessment);
    }

    // Spans come under the experiment that their sender was in, and may have made the trace there before its client says where it belongs.
    private static void Move(Session session, ExperimentScope scope, TraceRow known, ExperimentRef experiment)
    {
        scope.Demand(known.ExperimentId);
        if (known.IsFinal)
            throw MlflowError.Invalid($"Trace with ID '{known.Id}' is in the experiment {known.ExperimentId}, and can't be written to {experiment.Id}.");
        session.Execute(SetExperiment, known.Key, experiment.Key, experiment.Id);
    }
}
