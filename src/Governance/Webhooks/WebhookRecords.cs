using System.ComponentModel.DataAnnotations;

namespace Assay.Governance.Webhooks;

/// <summary>A new webhook.</summary>
/// <param name="Name">What it is for, as people will read it; unique in its project.</param>
/// <param name="Url">Where to post, https or http.</param>
/// <param name="Types">Types of events, exact or prefixes that end in an asterisk; <c>*</c> for all.</param>
/// <param name="Everywhere">Events of all projects; only for callers who may read the ledger of all.</param>
public sealed record CreateWebhookRequest(
    [Required, StringLength(100, MinimumLength = 1)] string Name,
    [Required, StringLength(2000, MinimumLength = 1)] string Url,
    [Required, MinLength(1), MaxLength(50)] IReadOnlyList<string> Types,
    bool Everywhere = false);

/// <summary>A webhook as it is to be from now on.</summary>
/// <param name="Name">As in <see cref="CreateWebhookRequest"/>.</param>
/// <param name="Url">Likewise.</param>
/// <param name="Types">Likewise.</param>
/// <param name="Active">False pauses it. True lets it go on where it stopped, at once.</param>
/// <param name="SkipMissed">Go on with what happens from now on, and leave out what it has missed.</param>
public sealed record ChangeWebhookRequest(
    [Required, StringLength(100, MinimumLength = 1)] string Name,
    [Required, StringLength(2000, MinimumLength = 1)] string Url,
    [Required, MinLength(1), MaxLength(50)] IReadOnlyList<string> Types,
    bool Active = true,
    bool SkipMissed = false);

/// <summary>A webhook and how far it has come.</summary>
/// <param name="Id">Unique id.</param>
/// <param name="Name">What it is for.</param>
/// <param name="Url">Where it posts.</param>
/// <param name="Types">Types of events that it tells.</param>
/// <param name="Everywhere">Whether events of all projects are meant.</param>
/// <param name="Active">Whether it delivers.</param>
/// <param name="PausedBecause">Why Assay paused it by itself; null otherwise.</param>
/// <param name="CreatedAt">When it was made.</param>
/// <param name="NextPlace">Place in the ledger of the next entry that it has not seen.</param>
/// <param name="Failures">Attempts in a row that failed for the entry that is due.</param>
/// <param name="FailingSince">When the first of them was; null when the last attempt was taken.</param>
/// <param name="NextAttemptAt">When it is tried again; null when nothing is due.</param>
public sealed record WebhookSummary(
    string Id, string Name, string Url, IReadOnlyList<string> Types, bool Everywhere, bool Active, string? PausedBecause, DateTimeOffset CreatedAt,
    long NextPlace, int Failures, DateTimeOffset? FailingSince, DateTimeOffset? NextAttemptAt)
{
    /// <summary>Form of the bodies that it posts; null for CloudEvents.</summary>
    public string? Format { get; init; }

    /// <summary>What it is good for, in words; null when nobody said.</summary>
    public string? Description { get; init; }

    /// <summary>When a person last changed it.</summary>
    public DateTimeOffset UpdatedAt { get; init; }
}

/// <summary>What a webhook has beside, that a foreign protocol made.</summary>
/// <param name="Format">Name of the form of its bodies.</param>
/// <param name="Description">What it is good for.</param>
/// <param name="Secret">Chosen by the caller; null for none, or, in a change, for the one so far.</param>
/// <param name="Active">Whether it delivers from its making on.</param>
public sealed record ForeignWebhook(string Format, string? Description, string? Secret, bool Active = true);

/// <summary>One attempt to deliver.</summary>
/// <param name="Place">Place of the entry in the ledger; -1 for a test.</param>
/// <param name="Type">Its type.</param>
/// <param name="At">When it was sent.</param>
/// <param name="Milliseconds">How long the answer took.</param>
/// <param name="Status">HTTP status; null when there was no answer.</param>
/// <param name="Problem">Why it does not count as delivered; null when it does.</param>
public sealed record WebhookAttemptSummary(long Place, string Type, DateTimeOffset At, int Milliseconds, int? Status, string? Problem);

/// <summary>A webhook with its last attempts, newest first.</summary>
public sealed record WebhookDetail(WebhookSummary Summary, IReadOnlyList<WebhookAttemptSummary> Attempts);

/// <summary>A webhook with its signing secret, shown this once.</summary>
/// <param name="Summary">The webhook.</param>
/// <param name="Secret"><c>whsec_</c> and the key in Base64, as libraries of Standard Webhooks take it.</param>
public sealed record CreatedWebhook(WebhookSummary Summary, string Secret);

public sealed record WebhookCreated(string Id, string Host, IReadOnlyList<string> Types, bool Everywhere) : LedgerEvent("webhook.created", $"webhook:{Id}");

public sealed record WebhookChanged(string Id, string Host, IReadOnlyList<string> Types, bool Active, bool SkippedMissed) : LedgerEvent("webhook.changed", $"webhook:{Id}");

public sealed record WebhookDeleted(string Id) : LedgerEvent("webhook.deleted", $"webhook:{Id}");

public sealed record WebhookSecretChanged(string Id) : LedgerEvent("webhook.secret-changed", $"webhook:{Id}");

public sealed record WebhookTested(string Id, int? Status) : LedgerEvent("webhook.tested", $"webhook:{Id}");

/// <summary>Nobody took an event for so long that the webhook was paused.</summary>
public sealed record WebhookDeliveryFailed(string Id, long Place, int Attempts, string Reason) : LedgerEvent("webhook.delivery-failed", $"webhook:{Id}");
