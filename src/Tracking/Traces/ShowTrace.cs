using Assay.Kernel.Permissions;
using Assay.Kernel.Refusals;
using Assay.Tracking.Artifacts;
using Assay.Tracking.Experiments;
using Assay.Tracking.Store;
using Assay.Tracking.Traces.Spans;

namespace Assay.Tracking.Traces;

/// <summary>A trace by its id, with its spans.</summary>
internal static class ShowTrace
{
    public static void Map(RouteGroupBuilder group) =>
        group.MapGet("/{id}", Handle).WithName("ShowTrace").RequiresOnAny(TrackingPermissions.Read);

    private static async Task<TraceDetail> Handle(string id, Sessions sessions, FileStore files, ExperimentScope scope, CancellationToken cancel)
    {
        var trace = Find(sessions, scope, id);
        return TraceView.Detail(trace, await SpansOfTrace.TryRead(sessions, files, scope.Project, trace, cancel) ?? []);
    }

    /// <exception cref="Refusal">404, or 403 where the caller may not.</exception>
    public static TraceRow Find(Sessions sessions, ExperimentScope scope, string id) => sessions.Read(session =>
        TraceReader.TryFind(session, scope, id) is { } trace ? TraceReader.Complete(session, trace) : throw Refusal.NotFound("trace", id));
}
