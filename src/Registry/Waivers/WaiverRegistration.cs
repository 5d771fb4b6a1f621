namespace Assay.Registry.Waivers;

/// <summary>Joins quarantine and waivers to a host.</summary>
internal static class WaiverRegistration
{
    public static IServiceCollection AddWaivers(this IServiceCollection services) => services
        .AddSingleton<QuarantineMeter>()
        .AddScoped<Quarantine>()
        .AddScoped<QuarantineDoor>()
        .AddScoped<WaiverReader>()
        .AddScoped<WaiverBallot>()
        .AddScoped<WaiverView>()
        .AddScoped<WaiverDesk>()
        .AddScoped<AskedWaivers>()
        .AddScoped<WaiverDecider>()
        .AddScoped<WaiverWithdrawal>()
        .AddSingleton<WaiverClock>()
        .AddHostedService(provider => provider.GetRequiredService<WaiverClock>());

    public static void MapWaivers(this IEndpointRouteBuilder routes, RouteGroupBuilder models)
    {
        AskWaiver.Map(models);
        ListWaivers.Map(models, routes);
        DecideWaiver.Map(models);
        WithdrawWaiver.Map(models);
    }
}
