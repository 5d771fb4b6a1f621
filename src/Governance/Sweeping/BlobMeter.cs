using System.Diagnostics.Metrics;

namespace Assay.Governance.Sweeping;

/// <summary>What can be watched about the removal of bytes, as meter <c>Assay.Blobs</c>.</summary>
internal sealed class BlobMeter
{
    private readonly Counter<long> _swept;
    private readonly Counter<long> _bytes;

    public BlobMeter(IMeterFactory meters)
    {
        var meter = meters.Create("Assay.Blobs");
        _swept = meter.CreateCounter<long>("blobs_swept", description: "Blobs that were removed because no row names them.");
        _bytes = meter.CreateCounter<long>("blobs_swept_bytes", unit: "By", description: "Bytes that they had on the disk.");
    }

    public void Swept(long sizeBytes)
    {
        _swept.Add(1);
        _bytes.Add(sizeBytes);
    }
}
