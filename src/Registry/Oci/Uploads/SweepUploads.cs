using Assay.Kernel;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Hosting;

namespace Assay.Registry.Oci.Uploads;

/// <summary>At the start and once an hour: ends idle uploads, and forgets uploaded blobs that no manifest came for.</summary>
internal sealed class SweepUploads(IServiceScopeFactory scopes, OpenUploads uploads, TimeProvider clock, ILogger<SweepUploads> log) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var hourly = new PeriodicTimer(TimeSpan.FromHours(1), clock);
        do
        {
            try
            {
                await Sweep(stoppingToken);
            }
            catch (System.Data.Common.DbException problem)
            {
                log.LogWarning(problem, "Blobs that no manifest names could not be forgotten; trying again in an hour");
            }
        }
        while (await hourly.WaitForNextTickAsync(stoppingToken));
    }

    internal async Task Sweep(CancellationToken cancel)
    {
        if (await uploads.EndIdle() is > 0 and var ended)
            log.LogInformation("{Count} uploads were idle for an hour and are ended", ended);

        // Of all projects: a job of the installation, which shows nothing to anybody.
        await using var scope = scopes.CreateAsyncScope();
        var old = clock.GetUtcNow() - OciLimits.UnnamedKept;
        await scope.ServiceProvider.GetRequiredService<AssayDb>().OciBlobs
            .IgnoreQueryFilters().Where(row => !row.Named && row.CreatedAt < old).ExecuteDeleteAsync(cancel);
    }
}
