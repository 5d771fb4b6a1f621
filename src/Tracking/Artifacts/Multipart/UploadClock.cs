using Assay.Kernel;

namespace Assay.Tracking.Artifacts.Multipart;

/// <summary>At the start and once an hour: throws uploads in parts away that began more than a day ago.</summary>
internal sealed class UploadClock(PartUploads uploads, TimeProvider clock, ILogger<UploadClock> log)
    : PeriodicWork(TimeSpan.FromHours(1), clock, log, first: TimeSpan.Zero)
{
    protected override string Failure => "Uploads that nobody ended could not be thrown away.";

    protected override async Task Turn(CancellationToken cancel)
    {
        if (await uploads.EndOld() is > 0 and var ended)
            Log.LogInformation("{Count} uploads in parts began more than a day ago and are thrown away.", ended);
    }
}
