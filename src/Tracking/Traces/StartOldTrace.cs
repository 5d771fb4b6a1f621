using Assay.Tracking.Experiments;
using Assay.Tracking.Mlflow;
using Assay.Tracking.Store;

namespace Assay.Tracking.Traces;

/// <summary>Begins a trace for a client of version 2, to which the server gives the id.</summary>
internal static class StartOldTrace
{
    public static void Map(IEndpointRouteBuilder group) => group.MapOperationOnAny("POST", "/traces", Handle, TrackingPermissions.Write);

    private static async Task Handle(MlflowCall call)
    {
        var fields = call.Fields;
        var experimentId = fields.Text("experiment_id") is { Length: > 0 } said ? said : Experiment.DefaultId;
        var started = TraceTimes.Milliseconds(fields, "timestamp_ms") ?? call.Now.ToUnixTimeMilliseconds();
        var tags = TraceFields.Checked(fields.Pairs("tags"), "tags");
        var metadata = TraceFields.Checked(fields.Pairs("request_metadata"), "request_metadata");
        var (scope, id) = (call.Scope, Guid.NewGuid().ToString("N"));
        var trace = await call.Get<GroupWriter>().Write(session =>
        {
            var experiment = TraceWrites.FindIn(session, scope, experimentId);
            var key = TraceWrites.Trace(session, scope.Project, experiment, new(0, id, experiment.Id, started, null)
            {
                State = TraceRow.InProgress,
                ClientRequestId = null,
                RequestPreview = null,
                ResponsePreview = null,
                SessionId = null,
                IsFinal = false,
            });
            foreach (var (name, value) in tags)
                TraceWrites.Tag(session, key, name, value);
            TraceWrites.Tag(session, key, TraceKeys.ArtifactLocation, experiment.FilesOf(id));
            foreach (var (name, value) in metadata)
                TraceWrites.Metadata(session, key, name, value);
            return TraceReader.Get(session, scope, id);
        });
        await TraceJson.AnswerOld(call, trace);
    }
}
