using System.Diagnostics.Metrics;

namespace Assay.Registry.Waivers;

/// <summary>What can be watched about quarantine and waivers, as meter <c>Assay.Registry</c>.</summary>
internal sealed class QuarantineMeter
{
    private readonly Counter<long> _refused;

    public QuarantineMeter(IMeterFactory meters)
    {
        var meter = meters.Create("Assay.Registry");
        _refused = meter.CreateCounter<long>("registry_quarantine_refusals", description: "Requests for versions in quarantine, by what was wanted.");
        meter.CreateObservableGauge("registry_waivers_granted", () => Granted, description: "Waivers of findings whose time is not up.");
    }

    /// <summary>Waivers of all projects that are granted.</summary>
    public int Granted { get; set; }

    public void Refused(string what) => _refused.Add(1, new KeyValuePair<string, object?>("what", what));
}
