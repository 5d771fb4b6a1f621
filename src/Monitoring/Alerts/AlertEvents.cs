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
    : LedgerEvent("alert.raised", AlertSubject.Of(Endpoint));

/// <summary>It was found again, and matters more than before; an acknowledgement of the less severe one holds no more.</summary>
internal sealed record AlertEscalated(string Endpoint, string Source, string Alert, AlertSeverity From, AlertSeverity To, string Summary)
    : LedgerEvent("alert.escalated", AlertSubject.Of(Endpoint));

internal sealed record AlertAcknowledged(string Endpoint, string Source, string Alert, string? Note)
    : LedgerEvent("alert.acknowledged", AlertSubject.Of(Endpoint));

internal sealed record AlertClosed(string Endpoint, string Source, string Alert, string Because)
    : LedgerEvent("alert.closed", AlertSubject.Of(Endpoint));

/// <summary>What an alert is about, as events name it: an endpoint, or what says itself what it is, such as <c>dataset:telco</c>.</summary>
internal static class AlertSubject
{
    public static string Of(string endpoint) => IsDataset(endpoint) ? endpoint : $"endpoint:{endpoint}";

    /// <summary>Subjects of what happens to it: of a dataset its versions are, too.</summary>
    public static string[] Around(string endpoint) => IsDataset(endpoint) ? [endpoint, $"{endpoint}@*"] : [Of(endpoint)];

    private static bool IsDataset(string endpoint) => endpoint.StartsWith("dataset:", StringComparison.Ordinal);
}
