using Assay.Inference.Counterfactuals;
using Assay.Inference.Predictions;
using Assay.Kernel.Permissions;
using Assay.Kernel.Projects;
using Assay.Kernel.Refusals;
using Assay.Serving.Live;

namespace Assay.Serving.Endpoints;

/// <summary>What would have to differ for the endpoint's model to decide otherwise.</summary>
internal static class FindCounterfactuals
{
    public static void Map(IEndpointRouteBuilder routes) => routes
        .MapPost("/endpoints/{name}/counterfactuals", Handle)
        .WithTags("Serving")
        .WithName("FindCounterfactuals")
        .WithSummary("Finds rows near to one for which the model decides otherwise, within rules for each input; see the reference of explanations.")
        .Requires(ServingPermissions.Predict, resource: "name");

    private static async Task Handle(string name, HttpContext http, ProjectScope project, LiveEndpoints live)
    {
        var endpoint = await live.FindLoaded(project.Name!, name, Predict.Patience, http.RequestAborted) ?? throw Refusal.NotFound("endpoint", name);
        await CounterfactualOperation.Answer(http, endpoint.Call(PlainDialect.Instance));
    }
}
