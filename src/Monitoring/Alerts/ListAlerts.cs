using Assay.Governance;
using Assay.Kernel;
using Assay.Kernel.Paging;
using Assay.Kernel.Permissions;
using Assay.Kernel.Refusals;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;

namespace Assay.Monitoring.Alerts;

/// <summary>Which alerts are wanted: those that fit everything that is given.</summary>
internal sealed record AlertQuery
{
    private const string Active = "active";

    /// <summary><c>open</c>, <c>acknowledged</c>, <c>closed</c>, or <c>active</c> for the first two.</summary>
    public string? State { get; init; }

    /// <summary>Name of the endpoint.</summary>
    public string? Endpoint { get; init; }

    /// <summary>What watches.</summary>
    public string? Source { get; init; }

    /// <summary><c>info</c>, <c>warning</c> or <c>critical</c>.</summary>
    public string? Severity { get; init; }

    public IQueryable<Alert> Fitting(IQueryable<Alert> alerts)
    {
        // A query string binds an enumeration only by its exact C# name.
        if (string.Equals(State, Active, StringComparison.OrdinalIgnoreCase))
            alerts = alerts.Where(alert => alert.State != AlertState.Closed);
        else if (State is not null)
        {
            var state = Parse<AlertState>(State, "state", "An alert's state is open, acknowledged, closed or active");
            alerts = alerts.Where(alert => alert.State == state);
        }

        if (Severity is not null)
        {
            var severity = Parse<AlertSeverity>(Severity, "severity", "A severity is info, warning or critical");
            alerts = alerts.Where(alert => alert.Severity == severity);
        }

        if (Endpoint is not null)
            alerts = alerts.Where(alert => alert.Endpoint == Endpoint);
        return Source is null ? alerts : alerts.Where(alert => alert.Source == Source);
    }

    private static T Parse<T>(string text, string field, string words)
        where T : struct, Enum =>
        Enum.TryParse<T>(text, ignoreCase: true, out var value) && Enum.IsDefined(value) && char.IsAsciiLetter(text[0])
            ? value
            : throw Refusal.Invalid(field, $"{words}, not '{text}'.");
}

internal static class ListAlerts
{
    public static void Map(RouteGroupBuilder group) =>
        group.MapGet("/", Handle).WithName("ListAlerts").RequiresOnAny(MonitoringPermissions.Read);

    private static async Task<Ok<Page<AlertSummary>>> Handle(
        [AsParameters] PageRequest page, [AsParameters] AlertQuery query, AssayDb db, IAccess access, CancellationToken cancel)
    {
        var alerts = query.Fitting(access.Reach(MonitoringPermissions.Read).Within(db.Alerts.AsNoTracking(), alert => alert.Endpoint));
        if (page.AfterId() is { } after)
            alerts = alerts.Where(alert => string.Compare(alert.Id, after) < 0);
        var rows = await alerts.OrderByDescending(alert => alert.Id).Take(page.Size + 1).ToListAsync(cancel);
        return TypedResults.Ok(page.Of(rows.ConvertAll(alert => alert.ToSummary()), summary => summary.Id));
    }
}
