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
        foreach (var model in (ReadOnlySpan<string>)["/v1/models/{name}", "/v1/models/{name}/versions/{version}"])
        {
            host.Get(model, RouteUse.Health, dialect, http => Show(http, host.Models));
            host.PostPrediction($"{model}:predict", dialect);
            host.PostPrediction($"{model}:explain", KServeDialect.Explaining);
        }
    }

    private static async Task Show(HttpContext http, IServedModels models)
    {
        var name = (string)http.Request.RouteValues["name"]!;
        var version = http.Request.RouteValues["version"] as string;
        var found = await models.Find(http, name);
        if ((found is null ? NamedModel.NoModel(name) : found.WhyNotVersion(version)) is { } problem)
        {
            await KServeDialect.Instance.WriteProblem(http, problem);
            return;
        }

        found = found!.Of(version)!;
        if (!found.IsReady)
            http.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
        await ProtocolJson.Write(http, new NamedReady(found.Name, found.IsReady));
    }
}
