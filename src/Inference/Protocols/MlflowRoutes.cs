using Assay.Inference.Mlflow;
using Assay.Inference.Predictions;

namespace Assay.Inference.Protocols;

/// <summary>MLflow's scoring server for one model: <c>/invocations</c>, <c>/ping</c>, <c>/health</c> and <c>/version</c>.</summary>
public static class MlflowRoutes
{
    /// <summary>Adds the routes.</summary>
    /// <param name="host">Where to.</param>
    /// <param name="prefix">What stands before them; where it has <c>{name}</c>, they are about that model, else about the only one.</param>
    public static void Map(ProtocolHost host, string prefix)
    {
        Dialect dialect = InvocationsDialect.Instance;
        host.PostPrediction($"{prefix}/invocations", dialect);
        host.Get($"{prefix}/ping", RouteUse.Health, dialect, http => Ping(http, host.Models));
        host.Get($"{prefix}/health", RouteUse.Health, dialect, http => Ping(http, host.Models));
        host.Get($"{prefix}/version", RouteUse.Model, dialect, http => http.Response.WriteAsync(OpenInferenceRoutes.ServerVersion, http.RequestAborted));
    }

    private static async Task Ping(HttpContext http, IServedModels models)
    {
        var name = http.Request.RouteValues["name"] as string ?? models.List(http).Single().Name;
        var found = await models.Find(http, name);
        if (found is { IsReady: true })
            await http.Response.WriteAsync("\n", http.RequestAborted);
        else
            await InvocationsDialect.Instance.WriteProblem(http, found is null ? NamedModel.NoModel(name) : Problem.Unavailable(found.Problem ?? "The model is not loaded."));
    }
}
