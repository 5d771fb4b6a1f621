using Assay.Data.Lineage;
using Assay.Inference.OpenInference.Grpc;
using Assay.Kernel;
using Assay.Registry.Retention;
using Assay.Serving.Deployment;
using Assay.Serving.Endpoints;
using Assay.Serving.Limits;
using Assay.Serving.Live;
using Assay.Serving.PredictionLog;
using Assay.Serving.Rollouts;
using Assay.Serving.Rollouts.Operations;
using Assay.Serving.Protocols;

namespace Assay.Serving;

/// <summary>Endpoints: a name under which a version of a model answers, followed and exchanged without failing a request.</summary>
public static class ServingModule
{
    public static IServiceCollection AddServing(this IServiceCollection services) => services
        .AddSingleton(new ModuleTables(typeof(ServingModule).Assembly))
        .AddValidation()
        .AddSingleton<LiveEndpoints>()
        .AddSingleton<IEndpoints>(provider => provider.GetRequiredService<LiveEndpoints>())
        .AddSingleton<ServedEndpoints>()
        .AddScoped<Deployer>()
        .AddScoped<TargetFollower>()
        .AddScoped<EndpointWork>()
        .AddScoped<RolloutStores>()
        .AddScoped<RolloutBook>()
        .AddScoped<RolloutStarter>()
        .AddScoped<RolloutTurns>()
        .AddSingleton<RolloutMeter>()
        .AddHostedService<RolloutClock>()
        .AddModelKinds()
        .AddScoped<IVersionUse, EndpointUse>()
        .AddScoped<ILineageSource, LineageOfEndpoints>()
        .AddHostedService<FollowPromotions>()
        .AddSingleton<LimitsMeter>()
        .AddSingleton<LiveLimits>()
        .AddScoped<LimitsChange>()
        .AddHostedService<QuotaClock>()
        .AddPredictionLog();

    /// <summary>Between routing and access: what stands in a message of gRPC becomes a value of the route, by which access is judged.</summary>
    public static IApplicationBuilder UseServingBeforeAccess(this IApplicationBuilder app) => app.Use((http, next) =>
        http.GetEndpoint()?.Metadata.GetMetadata<MessageNames>() is { } names ? TakeNames(names, http, next) : next(http));

    public static IEndpointRouteBuilder MapServing(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/api/v1/endpoints").WithTags("Serving");
        ListEndpoints.Map(group);
        ShowEndpoint.Map(group);
        PutEndpoint.Map(group);
        DeleteEndpoint.Map(group);
        StartRollout.Map(group);
        ShowRollout.Map(group);
        ListRollouts.Map(group);
        PromoteRollout.Map(group);
        PauseRollout.Map(group);
        ResumeRollout.Map(group);
        AbortRollout.Map(group);
        PostRewards.Map(group);
        LimitsRoutes.Map(group);
        group.MapPredictionLog();
        Predict.Map(routes);
        Explain.Map(routes);
        FindCounterfactuals.Map(routes);
        ProtocolRoutes.Map(routes);
        return routes;
    }

    private static async Task TakeNames(MessageNames names, HttpContext http, RequestDelegate next)
    {
        await names.Take(http);
        await next(http);
    }
}
