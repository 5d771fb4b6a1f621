using Assay.Inference.Predictions;
using Assay.Inference.Protocols;
using Assay.Kernel.Permissions;
using Assay.Kernel.Refusals;
using Assay.Serving.Endpoints;

namespace Assay.Serving.Protocols;

/// <summary>
/// The protocols of other servers over the endpoints of a project, so that a client needs a new base address alone: that of
/// the project for KServe's and the Open Inference Protocol's, that of the endpoint for MLflow's.
/// </summary>
internal static class ProtocolRoutes
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        var models = routes.ServiceProvider.GetRequiredService<ServedEndpoints>();
        var host = new ProtocolHost(routes, models, Guard, Predict.Handle);
        OpenInferenceRoutes.Map(host, serverMetadata: false);   // GET /v2 also greets clients of the OCI registry, which writes it
        GrpcRoutes.Map(host);
        KServeRoutes.Map(host);
        MlflowRoutes.Map(host, "/endpoints/{name}");
    }

    private static void Guard(IEndpointConventionBuilder route, RouteUse use, Dialect dialect)
    {
        route.WithMetadata(new DialectErrors(dialect)).WithTags("Serving").ExcludeFromDescription();
        _ = use switch
        {
            RouteUse.Server => route.AllowAnyone("Says only that the server answers: clients ask before they sign in."),
            RouteUse.List => route.RequiresOnAny(ServingPermissions.Predict),
            RouteUse.Model or RouteUse.Health => route.Requires(ServingPermissions.Predict, resource: "name"),
            RouteUse.Change => route.Requires(ServingPermissions.Write, resource: "name"),
            _ => route.Requires(ServingPermissions.Predict, resource: "name").IsHot().DisableHttpMetrics(),
        };
    }
}

/// <summary>What the host refuses on a protocol's route, in the protocol's form.</summary>
internal sealed class DialectErrors(Dialect dialect) : IErrorForm
{
    public Task Write(HttpContext http, int status, string code, string message) => dialect.WriteProblem(http, new Problem(status, code, message));
}
