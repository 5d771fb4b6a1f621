using Assay.Inference.Predictions;
using Assay.Kernel.Permissions;
using Assay.Kernel.Projects;
using Assay.Kernel.Refusals;
using Assay.Serving.Live;

namespace Assay.Serving.Endpoints;

/// <summary>The hot path: no database, and no waiting once the model is loaded.</summary>
internal static class Predict
{
    // After a start the models load for a moment: callers wait rather than fail, but not for long.
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    public static void Map(IEndpointRouteBuilder routes) => routes
        .MapPost("/endpoints/{name}/predict", (RequestDelegate)Handle)
        .WithTags("Serving")
        .WithName("Predict")
        .WithSummary("Predicts from rows in the schema's order, dataframe_split or dataframe_records; see the serving reference.")
        .Requires(ServingPermissions.Predict, resource: "name")
        .IsHot()
        .DisableHttpMetrics()   // inference_requests says more, and counting twice takes time
        .DisableValidation();

    // Not bound by the framework, whose binding and validation would take longer than the prediction.
    private static Task Handle(HttpContext http)
    {
        var name = (string)http.Request.RouteValues["name"]!;
        var project = http.RequestServices.GetRequiredService<ProjectScope>();
        var live = http.RequestServices.GetRequiredService<LiveEndpoints>();
        var endpoint = live.Find(project.Name!, name);
        return endpoint is { State: EndpointState.Ready }
            ? PredictOperation.Answer(http, endpoint.Call(http, PlainDialect.Instance))
            : WaitAndAnswer(http, project.Name!, name, live);
    }

    private static async Task WaitAndAnswer(HttpContext http, string project, string name, LiveEndpoints live)
    {
        var endpoint = await live.FindLoaded(project, name, Patience, http.RequestAborted) ?? throw Refusal.NotFound("endpoint", name);
        var call = endpoint.Call(http, PlainDialect.Instance);
        if (endpoint.State == EndpointState.Ready)
            await PredictOperation.Answer(http, call);
        else
            await PredictOperation.Refuse(http, call, Problem.Unavailable(endpoint.Problem ?? "The model is still being loaded. Try again in a second."));
    }
}
