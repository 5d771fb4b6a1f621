using Assay.Governance.Ledger;
using Assay.Kernel;
using Assay.Kernel.Blobs;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace Assay.Governance.Sweeping;

/// <summary>Blobs that no row names are about to be removed: of versions that were deleted, and what crashes and refusals left.</summary>
public sealed record BlobsSwept(int Count, IReadOnlyList<string> Digests) : LedgerEvent("blobs.swept", "blobs");

/// <summary>
/// A minute after the start, then every hour, and when something was deleted. One turn at a time in a process; several
/// processes do each other no harm.
/// </summary>
internal sealed class BlobSweeper(
    IServiceScopeFactory scopes, IOptions<SweepOptions> options, ILogger<BlobSweeper> log) : BackgroundService, IBlobSweeper
{
    private static readonly TimeSpan First = TimeSpan.FromMinutes(1);
    private readonly SemaphoreSlim _soon = new(0, 1);
    private readonly SemaphoreSlim _turn = new(1);

    public void Soon()
    {
        try
        {
            _soon.Release();
        }
        catch (SemaphoreFullException)
        {
            // It is about to look anyway.
        }
    }

    public override void Dispose()
    {
        _soon.Dispose();
        _turn.Dispose();
        base.Dispose();
    }

    /// <summary>Looks once.</summary>
    /// <returns>How many blobs were removed.</returns>
    public async Task<int> Sweep(CancellationToken cancel)
    {
        await _turn.WaitAsync(cancel);
        try
        {
            await using var scope = scopes.CreateAsyncScope();
            scope.ServiceProvider.GetRequiredService<Kernel.Permissions.Caller>().Set("system:blobs");
            return await scope.ServiceProvider.GetRequiredService<BlobSweep>().Run(TimeSpan.FromHours(options.Value.GraceHours), cancel);
        }
        finally
        {
            _turn.Release();
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var pause = First;
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await _soon.WaitAsync(pause, stoppingToken);
                pause = TimeSpan.FromMinutes(options.Value.SweepMinutes);
                await Sweep(stoppingToken);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception problem)   // of the database or the disk, for as long as it lasts
            {
                log.LogWarning(problem, "Blobs that no row names could not be removed. It is tried again in {Minutes} minutes.", options.Value.SweepMinutes);
            }
        }
    }
}
