using System.Text.Json;
using Assay.Governance;
using Assay.Kernel;
using Assay.Kernel.Permissions;
using Assay.Monitoring.Alerts;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;

namespace Assay.Monitoring.Incidents;

internal static class ShowIncident
{
    public static void Map(RouteGroupBuilder group) => group.MapGet("/{id}", Handle).WithName("ShowIncident").RequiresBehind(MonitoringPermissions.Read, "id", EndpointOf);

    /// <summary>The endpoint that an incident is about; null when there is no such incident.</summary>
    public static Task<string?> EndpointOf(HttpContext http, string id) =>
        http.RequestServices.GetRequiredService<AssayDb>().Incidents.AsNoTracking()
            .Where(row => row.Id == id).Select(row => row.Endpoint).SingleOrDefaultAsync(http.RequestAborted);

    private static async Task<Ok<IncidentDetail>> Handle(string id, IncidentBook book, IncidentTimeline timeline, CancellationToken cancel) =>
        TypedResults.Ok(await timeline.Of(await book.Find(id, cancel), cancel));
}

/// <summary>Reads the timeline of an incident from the ledger, which keeps it without a second history.</summary>
internal sealed class IncidentTimeline(ILedgerMemory memory, TimeProvider clock)
{
    private const int EntriesMax = 200;
    private static readonly TimeSpan Before = TimeSpan.FromHours(1);

    private static readonly string[] Types =
    [
        "incident.opened", "incident.alert-added", "incident.changed", "incident.noted", "incident.closed",
        "alert.raised", "alert.escalated", "alert.acknowledged", "alert.closed", "endpoint.deployed", "endpoint.load-failed", "endpoint.model-stopped",
        "rollout.started", "rollout.promoted", "rollout.rolled-back", "rollout.aborted", "monitor.changed", "monitor.rules-changed",
        "feedback.retraining-started", "feedback.retraining-finished", "dataset.version-added", "dataset-monitor.changed",
    ];

    public async Task<IncidentDetail> Of(Incident incident, CancellationToken cancel)
    {
        // What happened to the endpoint after the end is none of it, and what was said of the incident itself is never crowded out.
        var since = incident.OpenedAt - Before;
        var own = await memory.Newest(new([$"incident:{incident.Id}"], Types, since), EntriesMax, cancel);
        var around = await memory.Newest(
            new(AlertSubject.Around(incident.Endpoint), Types, since) { Until = incident.ClosedAt?.AddMilliseconds(1) }, EntriesMax - own.Count, cancel);
        return new(
            incident.ToSummary(clock.GetUtcNow()),
            [
                .. around.Reverse().Concat(own.Reverse()).OrderBy(each => each.At)
                    .Select(each => new TimelineEntry(each.At, each.Type, each.Actor, Words(each))),
            ]);
    }

    private static string Words(RememberedEvent happened) => happened.Type switch
    {
        "incident.opened" => $"Opened: {Field(happened, "title")}",
        "incident.alert-added" => $"An alert was added: {Field(happened, "summary")}",
        "incident.changed" => $"Changed: owner {Field(happened, "owner")}, action {Field(happened, "correctiveAction")}, due {Field(happened, "dueAt")}",
        "incident.noted" => Field(happened, "text"),
        "incident.closed" => $"Closed. Cause: {Field(happened, "cause")}",
        "alert.raised" or "alert.escalated" => $"Alert: {Field(happened, "summary")}",
        "alert.acknowledged" => $"Somebody took the alert on {Field(happened, "source")} on. {Field(happened, "note")}",
        "alert.closed" => $"The alert on {Field(happened, "source")} is over: {Field(happened, "because")}",
        "monitor.rules-changed" => "The rules by which alerts are raised were changed.",
        "dataset-monitor.changed" => "How the dataset is watched was changed.",
        "feedback.retraining-started" => $"A retraining began: {Field(happened, "because")}",
        "feedback.retraining-finished" => Field(happened, "reason"),
        _ => Upstream.Words(happened),
    };

    private static string Field(RememberedEvent happened, string name) =>
        happened.Data.ValueKind == JsonValueKind.Object && happened.Data.TryGetProperty(name, out var value) && value.ValueKind != JsonValueKind.Null ? value.ToString() : "–";
}
