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
            http.Response.WriteAsJsonAsync(new { models = host.Models.List(http).Select(served => served.Name) }, http.RequestAborted));
        host.Get("/v1/models/{name}", RouteUse.Model, dialect, http => Show(http, host.Models));
        host.PostPrediction("/v1/models/{name}:predict", dialect);
        host.PostPrediction("/v1/models/{name}:explain", KServeDialect.Explaining);
    }

    private static async Task Show(HttpContext http, IServedModels models)
    {
        var name = (string)http.Request.RouteValues["name"]!;
        if (await models.Find(http, name) is not { } found)
        {
            await KServeDialect.Instance.WriteProblem(http, ServedName.NoModel(name));
            return;
        }

        if (!found.IsReady)
            http.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
        await http.Response.WriteAsJsonAsync(new { name = found.Name, ready = found.IsReady }, http.RequestAborted);
    }
}
