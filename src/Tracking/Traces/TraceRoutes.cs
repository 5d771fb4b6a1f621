using Assay.Tracking.Traces.Assessments;
using Assay.Tracking.Traces.Measures;
using Assay.Tracking.Traces.Search;
using Assay.Tracking.Traces.Spans;

namespace Assay.Tracking.Traces;

/// <summary>Traces, in both versions of MLflow's API.</summary>
internal static class TraceRoutes
{
    /// <param name="old">What clients of version 2 call, and what newer ones still do.</param>
    /// <param name="group">Version 3.</param>
    public static void Map(IEndpointRouteBuilder old, IEndpointRouteBuilder group)
    {
        StartOldTrace.Map(old);
        EndOldTrace.Map(old);
        GetTraceInfo.MapOld(old);
        SearchTraces.MapOld(old);
        TraceTags.Map(old, "request_id");
        DeleteTraces.Map(old);
        LinkTraces.Map(old);
        GetTrace.MapOld(old);

        StartTrace.Map(group);
        GetTraceInfo.Map(group);
        SearchTraces.Map(group);
        TraceTags.Map(group, "trace_id");
        DeleteTraces.Map(group);
        GetTrace.Map(group);
        CorrelateFilters.Map(group);
        MeasureTraces.Map(group);
        CreateAssessment.Map(group);
        GetAssessment.Map(group);
        UpdateAssessment.Map(group);
        DeleteAssessment.Map(group);
    }
}
