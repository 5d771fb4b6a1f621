using Assay.Kernel;
using Microsoft.EntityFrameworkCore;

namespace Assay.Registry.Oci.Uploads;

/// <summary>At the start and once an hour: ends idle uploads, and forgets uploaded blobs that no manifest came for.</summary>
internal sealed class SweepUploads(IServiceScopeFactory scopes, OpenUploads uploads, TimeProvider clock, ILogger<SweepUploads> log)
    : PeriodicWork(TimeSpan.FromHours(1), clock, log, first: TimeSpan.Zero)
{
    protected override string Failure => "Idle uploads and blobs that no manifest names could not be taken away.";

    protected override Task Turn(CancellationToken cancel) => Sweep(cancel);

    internal async Task Sweep(CancellationToken cancel)
    {
        if (await uploads.EndIdle() is > 0 and var ended)
            Log.LogInformation("{Count} uploads were idle for an hour and are ended.", ended);

        // Of all projects: a job of the installation, which shows nothing to anybody.
        await using var scope = scopes.CreateAsyncScope();
        var old = Clock.GetUtcNow() - OciLimits.UnnamedKept;
        await scope.ServiceProvider.GetRequiredService<AssayDb>().OciBlobs
            .IgnoreQueryFilters().Where(row => !row.Named && row.CreatedAt < old).ExecuteDeleteAsync(cancel);
    }
}
