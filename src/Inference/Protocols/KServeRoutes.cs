using Assay.Inference.KServe;
using Assay.Inference.Predictions;

namespace Assay.Inference.Protocols;

/// <summary>KServe's protocol, version 1: the list of models, whether one is ready, and its predictions and their reasons.</summary>
public static class KServeRoutes
{
    /// <summary>Adds the routes.</summary>
    public static void Map(ProtocolHost host)
    {
        Dialect dialect = KServeDialect.Instance;
        host.Get("/v1/models", RouteUse.List, dialect, http =>
            ProtocolJson.Write(http, new ModelNames([.. host.Models.List(http).Select(served => served.Name)])));
        host.Get("/v1/models/{name}", RouteUse.Health, dialect, http => Show(http, host.Models));
        host.PostPrediction("/v1/models/{name}:predict", dialect);
        host.PostPrediction("/v1/models/{name}:explain", KServeDialect.Explaining);
    }

    private static async Task Show(HttpContext http, IServedModels models)
    {
        var name = (string)http.Request.RouteValues["name"]!;
        if (await models.Find(http, name) is not { } found)
        {
            await KServeDialect.Instance.WriteProblem(http, NamedModel.NoModel(name));
            return;
        }

        if (!found.IsReady)
            http.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
        await ProtocolJson.Write(http, new NamedReady(found.Name, found.IsReady));
    }
}
