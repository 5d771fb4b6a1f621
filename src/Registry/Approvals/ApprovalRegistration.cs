namespace Assay.Registry.Approvals;

/// <summary>Joins approvals to a host.</summary>
internal static class ApprovalRegistration
{
    public static IServiceCollection AddApprovals(this IServiceCollection services)
    {
        services.AddOptions<ApprovalOptions>().BindConfiguration("Approvals").ValidateDataAnnotations().ValidateOnStart();
        return services
            .AddScoped<MakerStatement>()
            .AddScoped<DecisionReader>()
            .AddScoped<WholeEvidence>()
            .AddScoped<Exclusions>()
            .AddScoped<Seats>()
            .AddScoped<ApprovalCheck>()
            .AddScoped<SettledApprovals>()
            .AddScoped<HumanRules>()
            .AddScoped<Emergencies>()
            .AddScoped<OpenRequests>()
            .AddScoped<Deciders>()
            .AddScoped<Ballots>()
            .AddScoped<RequestDesk>()
            .AddScoped<DecisionDesk>()
            .AddScoped<RequestView>()
            .AddScoped<InboxReader>()
            .AddScoped<Hammer>()
            .AddScoped<EmergencyTimes>()
            .AddScoped<EmergencyEnd>()
            .AddScoped<GlassReviewer>()
            .AddSingleton<ApprovalMeter>()
            .AddSingleton<ApprovalClock>()
            .AddHostedService(provider => provider.GetRequiredService<ApprovalClock>());
    }

    public static void MapApprovals(this IEndpointRouteBuilder routes, RouteGroupBuilder models)
    {
        RequestApproval.Map(models);
        BreakGlass.Map(models, routes);
        ReviewGlass.Map(routes);
        Delegations.Map(routes);

        var requests = routes.MapGroup("/api/v1/approval-requests").WithTags("Approvals");
        ListRequests.Map(requests);
        ShowRequest.Map(requests);
        DecideRequest.Map(requests);
        CommentRequest.Map(requests);
        WithdrawRequest.Map(requests);
    }
}
