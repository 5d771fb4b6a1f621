using Assay.Tracking.Artifacts;
using Assay.Tracking.EvaluationSets;
using Assay.Tracking.Experiments;
using Assay.Tracking.Inputs;
using Assay.Tracking.LoggedModels;
using Assay.Tracking.Metrics;
using Assay.Tracking.Mlflow.Access;
using Assay.Tracking.Runs;
using Assay.Tracking.Scorers;
using Assay.Tracking.Traces;
using Assay.Tracking.Traces.Spans;

namespace Assay.Tracking.Mlflow;

/// <summary>MLflow's API, version 2.0 and what newer clients call of 3.0.</summary>
internal static class MlflowRoutes
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        ServerRoutes.Map(routes);
        var group = routes.MapGroup("/api/2.0/mlflow").IsMlflow();
        MapExperiments(group);
        MapRuns(group);
        FileRoutes.Map(group, routes);
        CreateModel.Map(group);
        ModelOperations.Map(group);
        SearchModels.Map(group);
        ReceiveSpans.Map(routes.MapGroup("").IsMlflow());
        UserRoutes.Map(group);
        var newer = routes.MapGroup("/api/3.0/mlflow").IsMlflow();
        PermissionRoutes.Map(group, newer);
        TraceRoutes.Map(group, newer);
        SetRoutes.Map(newer);
        ScorerOperations.Map(newer);
        WorkspaceRoutes.Map(newer);
        WorkspacePermissions.Map(newer);
        RefusedRoutes.Map(group, newer);
    }

    private static void MapExperiments(RouteGroupBuilder group)
    {
        CreateExperiment.Map(group);
        GetExperiment.Map(group);
        GetExperimentByName.Map(group);
        SearchExperiments.Map(group);
        UpdateExperiment.Map(group);
        DeleteExperiment.Map(group);
        RestoreExperiment.Map(group);
        SetExperimentTag.Map(group);
        DeleteExperimentTag.Map(group);
        SearchDatasets.Map(group);
    }

    private static void MapRuns(RouteGroupBuilder group)
    {
        CreateRun.Map(group);
        GetRun.Map(group);
        UpdateRun.Map(group);
        DeleteRun.Map(group);
        RestoreRun.Map(group);
        LogMetric.Map(group);
        LogParameter.Map(group);
        SetRunTag.Map(group);
        DeleteRunTag.Map(group);
        LogBatch.Map(group);
        LogModel.Map(group);
        LogInputs.Map(group);
        LogOutputs.Map(group);
        SearchRuns.Map(group);
        GetHistory.Map(group);
        GetHistoryBulk.Map(group);
        GetHistoryInterval.Map(group);
    }
}
