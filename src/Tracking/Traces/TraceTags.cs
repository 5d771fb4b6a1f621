using Assay.Tracking.Mlflow;
using Assay.Tracking.Store;

namespace Assay.Tracking.Traces;

/// <summary>Sets a tag of a trace, or takes it away.</summary>
internal static class TraceTags
{
    /// <param name="group">Of either version.</param>
    /// <param name="id">What that version calls the trace's id.</param>
    public static void Map(IEndpointRouteBuilder group, string id)
    {
        group.MapOperationOnAny("PATCH", $"/traces/{{{id}}}/tags", call => Set(call, call.Route(id)), TrackingPermissions.Write);
        group.MapOperationOnAny("DELETE", $"/traces/{{{id}}}/tags", call => Delete(call, call.Route(id)), TrackingPermissions.Write);
    }

    private static async Task Set(MlflowCall call, string id)
    {
        var key = Names.Demand(call.Fields.RequiredText("key"), "tag", "key");
        var value = TraceFields.Kept(Names.Cut(call.Fields.Text("value"), TraceFields.ValueLengthMax));
        var scope = call.Scope;
        await call.Get<GroupWriter>().Write(session =>
        {
            TraceWrites.Tag(session, TraceReader.Find(session, scope, id).Key, key, value);
            return true;
        });
        await call.Answer();
    }

    private static async Task Delete(MlflowCall call, string id)
    {
        var (scope, key) = (call.Scope, call.Fields.RequiredText("key"));
        await call.Get<GroupWriter>().Write(session => TraceWrites.Untag(session, TraceReader.Find(session, scope, id).Key, key)
            ? true
            : throw MlflowError.NotFound($"No trace tag with key '{key}' for trace with ID '{id}'"));
        await call.Answer();
    }
}
