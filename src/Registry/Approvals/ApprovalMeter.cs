using System.Diagnostics.Metrics;

namespace Assay.Registry.Approvals;

/// <summary>What can be watched about approvals, as meter <c>Assay.Registry</c>.</summary>
internal sealed class ApprovalMeter
{
    public ApprovalMeter(IMeterFactory meters) => meters.Create("Assay.Registry").CreateObservableGauge(
        "registry_broken_glass_unreviewed", () => Unreviewed, description: "Emergencies that nobody has reviewed yet; more than none is red.");

    /// <summary>Emergencies of all projects that nobody has reviewed.</summary>
    public int Unreviewed { get; set; }
}
