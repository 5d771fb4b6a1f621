using System.ComponentModel.DataAnnotations;
using System.Text.Json.Serialization;
using Assay.Governance;
using Assay.Monitoring.Alerts;

namespace Assay.Monitoring.Routes;

/// <summary>In which form a route tells.</summary>
public enum RouteKind
{
    /// <summary>A JSON document of Assay's own, signed.</summary>
    Webhook,

    /// <summary>What Slack's incoming webhooks take, and what speaks like them.</summary>
    Slack,

    /// <summary>Prometheus Alertmanager's API, version 2.</summary>
    Alertmanager,

    /// <summary>E-mail by SMTP.</summary>
    Email,
}

/// <summary>How the connection to a mail server is secured.</summary>
public enum MailSecurity
{
    /// <summary>It begins in clear and is encrypted before anything is said; a server that can't is refused. Usual at port 587.</summary>
    StartTls,

    /// <summary>It is encrypted from the beginning. Usual at port 465.</summary>
    Tls,

    /// <summary>Not at all: only for a server on the same machine, and without a password.</summary>
    None,
}

/// <summary>Where e-mail goes.</summary>
/// <param name="Host">Name of the mail server.</param>
/// <param name="From">Address of the sender.</param>
/// <param name="To">Addresses of those who are told, at most 20.</param>
/// <param name="Port">Its port.</param>
/// <param name="Security">How the connection is secured.</param>
/// <param name="UserName">With whom to sign in; null for not at all. The password is the route's secret.</param>
public sealed record MailTarget(
    [Required, StringLength(253, MinimumLength = 1)] string Host,
    [Required, EmailAddress, StringLength(320)] string From,
    [Required, MinLength(1), MaxLength(20)] IReadOnlyList<string> To,
    [Range(1, 65_535)] int Port = 587,
    MailSecurity Security = MailSecurity.StartTls,
    [StringLength(200)] string? UserName = null);

/// <summary>Who is on call, by weeks in turn.</summary>
/// <param name="Names">In their order, at most 20; each has a week.</param>
/// <param name="StartsAt">When the first one's first week begins.</param>
public sealed record OnCallRotation([Required, MinLength(1), MaxLength(20)] IReadOnlyList<string> Names, DateTimeOffset StartsAt)
{
    private const int WeekDays = 7;

    /// <summary>Who is on call at a moment; null before the beginning.</summary>
    public string? At(DateTimeOffset moment) =>
        moment < StartsAt ? null : Names[(int)((moment - StartsAt).TotalDays / WeekDays % Names.Count)];
}

/// <summary>A route as it is to be: whom to tell about which alerts, and how. Sent whole.</summary>
/// <param name="Name">As people call it; unique in its project.</param>
/// <param name="Kind">In which form.</param>
/// <param name="Url">Where to post, of all kinds but e-mail. It is kept encrypted; null in a change keeps the one so far.</param>
/// <param name="Mail">Where e-mail goes.</param>
/// <param name="Secret">Signs a webhook, is the bearer token for Alertmanager, the password for the mail server. Kept encrypted; null in a change keeps the one so far.</param>
/// <param name="MinimumSeverity">Alerts of this severity and above.</param>
/// <param name="Sources">Alerts of these sources; none for all.</param>
/// <param name="Endpoint">Alerts of this endpoint; a beginning when it ends with an asterisk.</param>
/// <param name="GroupSeconds">Alerts of one endpoint within this time are one message.</param>
/// <param name="RepeatMinutes">How often an alert that lasts and that nobody has taken on is told again; 0 for never.</param>
/// <param name="Resolved">Whether the end of an alert is told.</param>
/// <param name="OnCall">Who is on call, named in each message.</param>
/// <param name="Active">False pauses it: what happens meanwhile is not told.</param>
public sealed record AlertRouteRequest(
    [Required, StringLength(100, MinimumLength = 1)] string Name,
    [property: JsonRequired] RouteKind Kind,
    [StringLength(2000)] string? Url = null,
    MailTarget? Mail = null,
    [StringLength(1000)] string? Secret = null,
    AlertSeverity MinimumSeverity = AlertSeverity.Info,
    [MaxLength(20)] IReadOnlyList<string>? Sources = null,
    [StringLength(200, MinimumLength = 1)] string Endpoint = "*",
    [Range(0, 3600)] int GroupSeconds = 10,
    [Range(0, 10_080)] int RepeatMinutes = 240,
    bool Resolved = true,
    OnCallRotation? OnCall = null,
    bool Active = true);

/// <summary>A route, without its secrets.</summary>
/// <param name="Id">Unique id.</param>
/// <param name="Name">As people call it.</param>
/// <param name="Kind">In which form.</param>
/// <param name="Target">Server and port; the whole address is a secret, since many receivers know their senders by it.</param>
/// <param name="Mail">Where e-mail goes.</param>
/// <param name="HasSecret">Whether a secret is kept.</param>
/// <param name="MinimumSeverity">As in <see cref="AlertRouteRequest"/>, like all that follow.</param>
public sealed record AlertRouteSummary(
    string Id, string Name, RouteKind Kind, string Target, MailTarget? Mail, bool HasSecret, AlertSeverity MinimumSeverity,
    IReadOnlyList<string> Sources, string Endpoint, int GroupSeconds, int RepeatMinutes, bool Resolved, OnCallRotation? OnCall, bool Active)
{
    /// <summary>Who is on call now; null when nobody is.</summary>
    public string? OnCallNow { get; init; }

    /// <summary>Messages that wait to be sent, or to be sent again.</summary>
    public int Waiting { get; init; }

    /// <summary>Why the last attempt failed; null when nothing that failed waits.</summary>
    public string? Problem { get; init; }
}

/// <summary>Something told, or to be told, to a route.</summary>
/// <param name="Alert">Id of the alert.</param>
/// <param name="Endpoint">Its endpoint.</param>
/// <param name="Kind">What about it.</param>
/// <param name="CreatedAt">When it came up.</param>
/// <param name="DueAt">When it is sent, or sent again.</param>
/// <param name="Attempts">Attempts that failed.</param>
/// <param name="SentAt">When it was taken; null until then.</param>
/// <param name="Problem">Why it was not taken, or why it will not be sent.</param>
public sealed record DeliverySummary(
    string Alert, string Endpoint, Delivery.DeliveryKind Kind, DateTimeOffset CreatedAt, DateTimeOffset DueAt, int Attempts, DateTimeOffset? SentAt, string? Problem);

/// <summary>A route with its newest 50 deliveries, newest first.</summary>
public sealed record AlertRouteDetail(AlertRouteSummary Summary, IReadOnlyList<DeliverySummary> Deliveries);

/// <summary>What a test message came to.</summary>
/// <param name="Milliseconds">How long it took.</param>
/// <param name="Problem">Why it was not taken; null when it was.</param>
public sealed record RouteTestResult(int Milliseconds, string? Problem);

internal sealed record AlertRouteCreated(string Id, RouteKind Kind, string Target, AlertSeverity MinimumSeverity, string Endpoint) : LedgerEvent("alert-route.created", $"alert-route:{Id}");

internal sealed record AlertRouteChanged(string Id, RouteKind Kind, string Target, AlertSeverity MinimumSeverity, string Endpoint, bool Active, bool SecretChanged)
    : LedgerEvent("alert-route.changed", $"alert-route:{Id}");

internal sealed record AlertRouteDeleted(string Id) : LedgerEvent("alert-route.deleted", $"alert-route:{Id}");

internal sealed record AlertRouteTested(string Id, bool Taken) : LedgerEvent("alert-route.tested", $"alert-route:{Id}");

internal sealed record AlertRouteSecretRewrapped(string Id, int Version) : LedgerEvent("alert-route.secret-rewrapped", $"alert-route:{Id}");

/// <summary>Nobody took what was to be told for so long that it was given up.</summary>
internal sealed record AlertDeliveryFailed(string Id, string Endpoint, int Messages, int Attempts, string Reason) : LedgerEvent("alert-route.delivery-failed", $"alert-route:{Id}");
