using Assay.Inference.Counterfactuals;
using Assay.Kernel.Permissions;

namespace Assay.Serving.Endpoints;

/// <summary>What would have to differ for the model that answers the caller to decide otherwise.</summary>
internal static class FindCounterfactuals
{
    public static void Map(IEndpointRouteBuilder routes) => routes
        .MapPost("/endpoints/{name}/counterfactuals", http => Predict.Handle(http, CounterfactualDialect.Instance))
        .WithTags("Serving")
        .WithName("FindCounterfactuals")
        .WithSummary("Finds rows near to one for which the model decides otherwise, within rules for each input; see the reference of explanations.")
        .Requires(ServingPermissions.Predict, resource: "name")
        .DisableValidation();
}
