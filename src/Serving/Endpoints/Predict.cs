using Assay.Inference.Predictions;
using Assay.Inference.Protocols;
using Assay.Kernel.Permissions;
using Assay.Kernel.Projects;
using Assay.Kernel.Refusals;
using Assay.Serving.Live;
using Assay.Serving.Protocols;

namespace Assay.Serving.Endpoints;

/// <summary>The hot path: no database, and no waiting once the model is loaded.</summary>
internal static class Predict
{
    // After a start the models load for a moment: callers wait rather than fail, but not for long.
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    public static void Map(IEndpointRouteBuilder routes) => routes
        .MapPost("/endpoints/{name}/predict", http => Handle(http, PlainDialect.Instance))
        .WithTags("Serving")
        .WithName("Predict")
        .WithSummary("Predicts from rows in the schema's order or by name, dataframe_split or dataframe_records; see the serving reference.")
        .Requires(ServingPermissions.Predict, resource: "name")
        .IsHot()
        .DisableHttpMetrics()   // inference_requests says more, and counting twice takes time
        .DisableValidation();

    /// <summary>Answers in a dialect; the route's value <c>name</c> names the endpoint, and <c>version</c>, if any, what must be served there.</summary>
    /// <remarks>Not bound by the framework, whose binding and validation would take longer than the prediction.</remarks>
    public static Task Handle(HttpContext http, Dialect dialect)
    {
        var name = (string)http.Request.RouteValues["name"]!;
        var project = http.RequestServices.GetRequiredService<ProjectScope>();
        var live = http.RequestServices.GetRequiredService<LiveEndpoints>();
        var endpoint = live.Find(project.Name!, name);
        return endpoint is { State: EndpointState.Ready }
            ? Answer(http, endpoint, dialect)
            : WaitAndAnswer(http, project.Name!, name, live, dialect);
    }

    private static async Task WaitAndAnswer(HttpContext http, string project, string name, LiveEndpoints live, Dialect dialect)
    {
        var endpoint = await live.FindLoaded(project, name, Patience, http.RequestAborted) ?? throw Refusal.NotFound("endpoint", name);
        await Answer(http, endpoint, dialect);
    }

    private static Task Answer(HttpContext http, LiveEndpoint endpoint, Dialect dialect)
    {
        if (endpoint.State == EndpointState.Ready && http.Request.RouteValues["version"] is string { Length: > 0 } version)
            return AnswerVersion(http, endpoint, dialect, version);
        var call = endpoint.Call(http, dialect);
        return endpoint.State == EndpointState.Ready
            ? PredictOperation.Answer(http, call)
            : PredictOperation.Refuse(http, call, Problem.Unavailable(endpoint.Problem ?? "The model is still being loaded. Try again in a second."));
    }

    private static Task AnswerVersion(HttpContext http, LiveEndpoint endpoint, Dialect dialect, string version) =>
        endpoint.Call(http, dialect, version) is { } call
            ? PredictOperation.Answer(http, call)
            : PredictOperation.Refuse(http, endpoint.Refusing(dialect), ServedEndpoints.Shown(endpoint).WhyNotVersion(version) ?? NamedModel.NoModel(endpoint.Target.Endpoint));
}
