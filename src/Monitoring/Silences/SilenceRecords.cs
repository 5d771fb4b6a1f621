using System.ComponentModel.DataAnnotations;
using Assay.Monitoring.Alerts;

namespace Assay.Monitoring.Silences;

/// <summary>A new silence.</summary>
/// <param name="Reason">Why; it stands in the ledger, so no personal data.</param>
/// <param name="To">When it ends by itself, at most 90 days ahead.</param>
/// <param name="From">When it begins; null for now.</param>
/// <param name="Endpoint">Alerts of this endpoint; a beginning when it ends with an asterisk.</param>
/// <param name="Source">Alerts of this source; null for all.</param>
/// <param name="SeverityMax">Alerts above this severity are told all the same.</param>
public sealed record SilenceRequest(
    [Required, StringLength(500, MinimumLength = 1)] string Reason,
    DateTimeOffset To,
    DateTimeOffset? From = null,
    [StringLength(200, MinimumLength = 1)] string Endpoint = "*",
    [StringLength(100, MinimumLength = 1)] string? Source = null,
    AlertSeverity SeverityMax = AlertSeverity.Critical);

/// <summary>A silence.</summary>
/// <param name="Id">Unique id.</param>
/// <param name="Endpoint">Alerts of this endpoint, or of those that begin so.</param>
/// <param name="Source">Alerts of this source; null for all.</param>
/// <param name="SeverityMax">Alerts above this severity are told all the same.</param>
/// <param name="From">When it begins.</param>
/// <param name="To">When it ends, or was ended.</param>
/// <param name="By">The account that made it.</param>
/// <param name="Reason">Why.</param>
/// <param name="EndedBy">The account that ended it before its time; null when nobody did.</param>
/// <param name="IsActive">Whether it holds now.</param>
public sealed record SilenceSummary(
    string Id, string Endpoint, string? Source, AlertSeverity SeverityMax, DateTimeOffset From, DateTimeOffset To, string By, string Reason, string? EndedBy, bool IsActive);
