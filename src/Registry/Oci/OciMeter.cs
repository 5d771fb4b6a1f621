using System.Diagnostics.Metrics;
using Assay.Registry.Oci.Uploads;

namespace Assay.Registry.Oci;

/// <summary>What can be watched about the OCI registry, as meter <c>Assay.Oci</c>.</summary>
internal sealed class OciMeter
{
    private readonly Counter<long> _pulls;
    private readonly Counter<long> _pushes;
    private readonly Counter<long> _bytes;

    public OciMeter(IMeterFactory meters, OpenUploads uploads)
    {
        var meter = meters.Create("Assay.Oci");
        _pulls = meter.CreateCounter<long>("oci_manifest_pulls", description: "Manifests that were read.");
        _pushes = meter.CreateCounter<long>("oci_pushes", description: "Manifests that were pushed, by outcome.");
        _bytes = meter.CreateCounter<long>("oci_uploaded_bytes", unit: "By", description: "Bytes of blobs that were uploaded.");
        meter.CreateObservableGauge("oci_uploads_open", () => uploads.Count, description: "Uploads that were begun and have not ended.");
    }

    public void Pulled() => _pulls.Add(1);

    public void Pushed(string outcome) => _pushes.Add(1, new KeyValuePair<string, object?>("outcome", outcome));

    public void Uploaded(long sizeBytes) => _bytes.Add(sizeBytes);
}
