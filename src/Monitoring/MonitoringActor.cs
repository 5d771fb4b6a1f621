namespace Assay.Monitoring;

/// <summary>Whom the ledger names where the module acts by itself.</summary>
internal static class MonitoringActor
{
    public const string Id = "system:monitoring";
}
