using Assay.Tracking.Mlflow;
using Assay.Tracking.Store;

namespace Assay.Tracking.Traces.Assessments;

/// <summary>One assessment, also one in whose place another stands.</summary>
internal static class GetAssessment
{
    public static void Map(IEndpointRouteBuilder group) =>
        group.MapOperationOnAny("GET", "/traces/{trace_id}/assessments/{assessment_id}", Handle, TrackingPermissions.Read);

    private static Task Handle(MlflowCall call)
    {
        var (scope, traceId, id) = (call.Scope, call.Route("trace_id"), call.Route("assessment_id"));
        var found = call.Get<Sessions>().Read(session => AssessmentStore.Find(session, TraceReader.Find(session, scope, traceId), id));
        return CreateAssessment.Answer(call, found, traceId);
    }
}
