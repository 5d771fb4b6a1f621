using Assay.Registry.Mlflow.GraphQl;
using Assay.Registry.Mlflow.Models;
using Assay.Registry.Mlflow.Versions;
using Assay.Registry.Mlflow.Webhooks;
using Assay.Tracking.Mlflow;

namespace Assay.Registry.Mlflow;

/// <summary>MLflow's model registry over ours: the same models, versions, stages and gates.</summary>
internal static class MlflowRegistry
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/api/2.0/mlflow").IsMlflow();
        CreateModel.Map(group);
        RenameModel.Map(group);
        UpdateModel.Map(group);
        WithdrawModel.Map(group);
        GetModel.Map(group);
        SearchModels.Map(group);
        GetLatestVersions.Map(group);
        TagModel.Map(group);
        Aliases.Map(group);

        CreateVersion.Map(group);
        UpdateVersion.Map(group);
        TransitionStage.Map(group);
        WithdrawVersion.Map(group);
        GetVersion.Map(group);
        SearchVersions.Map(group);
        GetDownloadAddress.Map(group);
        TagVersion.Map(group);
        SendVersionFile.Map(routes);

        WebhookOperations.Map(group);
        AskGraph.Map(routes.MapGroup("").IsMlflow());
    }
}
