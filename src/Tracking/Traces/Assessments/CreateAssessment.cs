using Assay.Tracking.Mlflow;
using Assay.Tracking.Store;

namespace Assay.Tracking.Traces.Assessments;

/// <summary>Says something of a trace; perhaps in the place of an assessment that is there, which then counts no more.</summary>
internal static class CreateAssessment
{
    public static void Map(IEndpointRouteBuilder group) => group.MapOperationOnAny("POST", "/traces/{trace_id}/assessments", Handle, TrackingPermissions.Write);

    private static async Task Handle(MlflowCall call)
    {
        var item = call.Fields.Object("assessment") ?? throw MlflowError.Missing("assessment");
        var (scope, traceId, made) = (call.Scope, call.Route("trace_id"), AssessmentFields.Read(item, call.Now.ToUnixTimeMilliseconds()));
        await call.Get<GroupWriter>().Write(session =>
        {
            var trace = TraceReader.Find(session, scope, traceId);
            if (AssessmentStore.TryFind(session, trace.Key, made.Id) is not null)
                throw MlflowError.Exists($"Assessment with ID '{made.Id}' already exists for trace '{traceId}'.");
            if (made.Overrides is not null && !AssessmentStore.Validate(session, trace.Key, made.Overrides, isValid: false))
                throw MlflowError.NotFound($"Assessment with ID '{made.Overrides}' not found for trace '{traceId}'");
            TraceWrites.Assessment(session, trace.Key, made);
            return trace;
        });
        await Answer(call, made, traceId);
    }

    /// <summary>Answers with one assessment.</summary>
    public static Task Answer(MlflowCall call, AssessmentRow row, string traceId) => call.Answer(json =>
    {
        json.WriteStartObject("assessment"u8);
        row.Write(json, traceId);
        json.WriteEndObject();
    });
}
