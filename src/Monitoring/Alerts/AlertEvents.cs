using Assay.Governance;

namespace Assay.Monitoring.Alerts;

internal sealed record AlertRaised(
    string Endpoint,
    string Source,
    AlertSeverity Severity,
    string Model,
    int Version,
    string Alert,
    string Summary,
    string? Window,
    double? MaxPsi,
    IReadOnlyList<string> Features)
    : LedgerEvent("alert.raised", $"endpoint:{Endpoint}");

/// <summary>It was found again, and matters more than before; an acknowledgement of the less severe one holds no more.</summary>
internal sealed record AlertEscalated(string Endpoint, string Source, string Alert, AlertSeverity From, AlertSeverity To, string Summary)
    : LedgerEvent("alert.escalated", $"endpoint:{Endpoint}");

internal sealed record AlertAcknowledged(string Endpoint, string Source, string Alert, string? Note)
    : LedgerEvent("alert.acknowledged", $"endpoint:{Endpoint}");

internal sealed record AlertClosed(string Endpoint, string Source, string Alert, string Because)
    : LedgerEvent("alert.closed", $"endpoint:{Endpoint}");
