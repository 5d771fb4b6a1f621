using Assay.Inference.Explanations;
using Assay.Inference.Predictions;
using Assay.Kernel.Permissions;
using Assay.Kernel.Projects;
using Assay.Kernel.Refusals;
using Assay.Serving.Live;

namespace Assay.Serving.Endpoints;

/// <summary>Why the endpoint's model predicts what it does; whoever may ask for a prediction may ask for its reasons.</summary>
internal static class Explain
{
    public static void Map(IEndpointRouteBuilder routes) => routes
        .MapPost("/endpoints/{name}/explain", Handle)
        .WithTags("Serving")
        .WithName("Explain")
        .WithSummary("Says what each input did to the prediction of each row; takes the same bodies as predict, see the explanation of explanations.")
        .Requires(ServingPermissions.Predict, resource: "name");

    private static async Task Handle(string name, HttpContext http, ProjectScope project, LiveEndpoints live)
    {
        var endpoint = await live.FindLoaded(project.Name!, name, Predict.Patience, http.RequestAborted) ?? throw Refusal.NotFound("endpoint", name);
        await ExplainOperation.Answer(http, endpoint.Call(PlainDialect.Instance));
    }
}
