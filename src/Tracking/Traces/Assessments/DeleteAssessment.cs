using Assay.Tracking.Mlflow;
using Assay.Tracking.Store;

namespace Assay.Tracking.Traces.Assessments;

/// <summary>Deletes an assessment; the one in whose place it stood counts again. None there is no error.</summary>
internal static class DeleteAssessment
{
    public static void Map(IEndpointRouteBuilder group) =>
        group.MapOperationOnAny("DELETE", "/traces/{trace_id}/assessments/{assessment_id}", Handle, TrackingPermissions.Write);

    private static async Task Handle(MlflowCall call)
    {
        var (scope, traceId, id) = (call.Scope, call.Route("trace_id"), call.Route("assessment_id"));
        await call.Get<GroupWriter>().Write(session =>
        {
            var trace = TraceReader.Find(session, scope, traceId);
            if (AssessmentStore.TryFind(session, trace.Key, id) is not { } known)
                return false;
            if (known.Overrides is not null)
                AssessmentStore.Validate(session, trace.Key, known.Overrides, isValid: true);
            AssessmentStore.Remove(session, trace.Key, id);
            return true;
        });
        await call.Answer();
    }
}
