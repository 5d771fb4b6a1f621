using Assay.Tracking.Mlflow;
using Assay.Tracking.Store;

namespace Assay.Tracking.Traces;

/// <summary>Ends a trace for a client of version 2: says how it went and when, and adds tags and metadata.</summary>
internal static class EndOldTrace
{
    private static readonly IReadOnlyList<string> Statuses = ["TRACE_STATUS_UNSPECIFIED", "OK", "ERROR", "IN_PROGRESS"];
    private static readonly Statement Set = new("UPDATE tracking_traces SET duration_ms = @p1, state = @p2 WHERE key = @p0");

    public static void Map(IEndpointRouteBuilder group) => group.MapOperationOnAny("PATCH", "/traces/{request_id}", Handle, TrackingPermissions.Write);

    private static async Task Handle(MlflowCall call)
    {
        var ended = TraceTimes.Milliseconds(call.Fields, "timestamp_ms") ?? call.Now.ToUnixTimeMilliseconds();
        var state = TraceRow.States[call.Fields.Choice("status", Statuses, first: 0) ?? 0];
        var tags = TraceFields.Checked(call.Fields.Pairs("tags"), "tags");
        var metadata = TraceFields.Checked(call.Fields.Pairs("request_metadata"), "request_metadata");
        var (scope, id) = (call.Scope, call.Route("request_id"));
        var trace = await call.Get<GroupWriter>().Write(session =>
        {
            var known = TraceReader.Find(session, scope, id);
            session.Execute(Set, known.Key, ended - known.StartedAt, state);
            foreach (var (name, value) in tags)
                TraceWrites.Tag(session, known.Key, name, value);
            foreach (var (name, value) in metadata)
                TraceWrites.Metadata(session, known.Key, name, value);
            return TraceReader.Get(session, scope, id);
        });
        await TraceJson.AnswerOld(call, trace);
    }
}
