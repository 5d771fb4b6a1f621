using Assay.Inference.Predictions;
using Assay.Kernel.Permissions;

namespace Assay.Serving.Endpoints;

/// <summary>Why the model that answers the caller predicts what it does; whoever may ask for a prediction may ask for its reasons.</summary>
internal static class Explain
{
    public static void Map(IEndpointRouteBuilder routes) => routes
        .MapPost("/endpoints/{name}/explain", http => Predict.Handle(http, PlainDialect.Explaining))
        .WithTags("Serving")
        .WithName("Explain")
        .WithSummary("Says what each input did to the prediction of each row; takes the same bodies as predict, see the explanation of explanations.")
        .Requires(ServingPermissions.Predict, resource: "name")
        .DisableValidation();
}
