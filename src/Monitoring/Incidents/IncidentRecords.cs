using System.ComponentModel.DataAnnotations;
using Assay.Governance;
using Assay.Monitoring.Alerts;

namespace Assay.Monitoring.Incidents;

/// <summary>A new incident.</summary>
/// <param name="Title">What happened, in a few words; it stands in the ledger, so no personal data.</param>
/// <param name="Endpoint">The endpoint that it is about.</param>
/// <param name="Severity">How much it matters.</param>
/// <param name="Owner">Account of who sees to it; null for nobody yet.</param>
/// <param name="DueAt">Until when the corrective action must be done.</param>
/// <param name="Alerts">Ids of alerts that belong to it, at most 50.</param>
public sealed record OpenIncidentRequest(
    [Required, StringLength(200, MinimumLength = 1)] string Title,
    [Required, StringLength(200, MinimumLength = 1)] string Endpoint,
    AlertSeverity Severity = AlertSeverity.Warning,
    [StringLength(80)] string? Owner = null,
    DateTimeOffset? DueAt = null,
    [MaxLength(50)] IReadOnlyList<string>? Alerts = null);

/// <summary>An incident as it is to be. Sent whole.</summary>
/// <param name="Title">What happened, in a few words.</param>
/// <param name="Severity">How much it matters.</param>
/// <param name="Owner">Account of who sees to it; null for nobody.</param>
/// <param name="CorrectiveAction">What is done so that it does not come again.</param>
/// <param name="DueAt">Until when that must be done.</param>
public sealed record ChangeIncidentRequest(
    [Required, StringLength(200, MinimumLength = 1)] string Title,
    AlertSeverity Severity,
    [StringLength(80)] string? Owner = null,
    [StringLength(2000)] string? CorrectiveAction = null,
    DateTimeOffset? DueAt = null);

/// <summary>Something that the others should know.</summary>
/// <param name="Text">At most 2,000 characters; it stands in the ledger, so no personal data.</param>
public sealed record NoteRequest([Required, StringLength(2000, MinimumLength = 1)] string Text);

/// <summary>The end of an incident.</summary>
/// <param name="Cause">Why it happened: without a known cause an incident stays open.</param>
/// <param name="CorrectiveAction">What was done so that it does not come again; null keeps what is written.</param>
public sealed record CloseIncidentRequest(
    [Required, StringLength(2000, MinimumLength = 1)] string Cause, [StringLength(2000)] string? CorrectiveAction = null);

/// <summary>An incident.</summary>
/// <param name="Id">Sorts by time.</param>
/// <param name="Title">What happened.</param>
/// <param name="Endpoint">The endpoint that it is about.</param>
/// <param name="Severity">How much it matters.</param>
/// <param name="IsOpen">Whether it is not closed yet.</param>
/// <param name="IsOverdue">Whether it is open past the time until which the corrective action must be done.</param>
/// <param name="OpenedAt">When it was opened.</param>
/// <param name="OpenedBy">The account that opened it; <c>system:monitoring</c> for a critical alert.</param>
/// <param name="Owner">Account of who sees to it.</param>
/// <param name="CorrectiveAction">What is done so that it does not come again.</param>
/// <param name="DueAt">Until when that must be done.</param>
/// <param name="Alerts">Ids of its alerts, oldest first.</param>
/// <param name="Cause">Why it happened; null while it is open.</param>
/// <param name="ClosedAt">When it was closed.</param>
/// <param name="ClosedBy">The account that closed it.</param>
public sealed record IncidentSummary(
    string Id, string Title, string Endpoint, AlertSeverity Severity, bool IsOpen, bool IsOverdue, DateTimeOffset OpenedAt, string OpenedBy, string? Owner,
    string? CorrectiveAction, DateTimeOffset? DueAt, IReadOnlyList<string> Alerts, string? Cause, DateTimeOffset? ClosedAt, string? ClosedBy);

/// <summary>A moment of an incident.</summary>
/// <param name="At">When.</param>
/// <param name="Type">Type of the event in the ledger.</param>
/// <param name="Actor">Who.</param>
/// <param name="What">In one sentence.</param>
public sealed record TimelineEntry(DateTimeOffset At, string Type, string Actor, string What);

/// <summary>An incident with all that the ledger says of it and of its endpoint meanwhile, oldest first, at most 200 moments.</summary>
public sealed record IncidentDetail(IncidentSummary Incident, IReadOnlyList<TimelineEntry> Timeline);

internal sealed record IncidentOpened(string Id, string Title, string Endpoint, AlertSeverity Severity, IReadOnlyList<string> Alerts) : LedgerEvent("incident.opened", $"incident:{Id}");

internal sealed record IncidentAlertAdded(string Id, string Alert, string Summary) : LedgerEvent("incident.alert-added", $"incident:{Id}");

internal sealed record IncidentChanged(string Id, string Title, AlertSeverity Severity, string? Owner, string? CorrectiveAction, DateTimeOffset? DueAt)
    : LedgerEvent("incident.changed", $"incident:{Id}");

internal sealed record IncidentNoted(string Id, string Text) : LedgerEvent("incident.noted", $"incident:{Id}");

internal sealed record IncidentClosed(string Id, string Cause, string? CorrectiveAction) : LedgerEvent("incident.closed", $"incident:{Id}");
