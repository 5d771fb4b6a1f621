namespace Assay.Registry.Retention;

/// <summary>Joins retention, holds and deletion to a host.</summary>
internal static class RetentionRegistration
{
    public static IServiceCollection AddRetention(this IServiceCollection services) => services
        .AddScoped<RetentionBook>()
        .AddScoped<RetentionCatchUp>()
        .AddScoped<RuleWriter>()
        .AddScoped<HoldBook>()
        .AddScoped<HoldPlacer>()
        .AddScoped<HoldReleaser>()
        .AddScoped<Obstacles>()
        .AddScoped<VersionRemoval>()
        .AddScoped<RemovalServices>()
        .AddScoped<VersionPapers>()
        .AddHostedService<RetentionClock>();

    public static void MapRetention(this IEndpointRouteBuilder routes, RouteGroupBuilder models)
    {
        PlaceHold.Map(models);
        ReleaseHold.Map(models);
        ListHolds.Map(models, routes);
        ShowRetention.Map(models);
        DeleteVersion.Map(models);

        var rules = routes.MapGroup("/api/v1/retention").WithTags("Registry");
        ShowRetentionRule.Map(rules);
        ChangeRetentionRule.Map(rules);
    }
}
