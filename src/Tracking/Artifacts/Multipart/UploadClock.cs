using Microsoft.Extensions.Hosting;

namespace Assay.Tracking.Artifacts.Multipart;

/// <summary>At the start and once an hour: throws uploads in parts away that began more than a day ago.</summary>
internal sealed class UploadClock(PartUploads uploads, TimeProvider clock, ILogger<UploadClock> log) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var hourly = new PeriodicTimer(TimeSpan.FromHours(1), clock);
        do
        {
            try
            {
                if (await uploads.EndOld() is > 0 and var ended)
                    log.LogInformation("{Count} uploads in parts began more than a day ago and are thrown away", ended);
            }
            catch (System.Data.Common.DbException problem)
            {
                log.LogWarning(problem, "Uploads that nobody ended could not be thrown away; trying again in an hour");
            }
        }
        while (await hourly.WaitForNextTickAsync(stoppingToken));
    }
}
