using Microsoft.Extensions.Hosting;

namespace Assay.Governance.Ledger;

/// <summary>Verifies the whole ledger soon after the start and every quarter of an hour, so that the console can say how it stands.</summary>
internal sealed class PeriodicVerification(
    IServiceScopeFactory scopes, LastVerification last, TimeProvider clock, ILogger<PeriodicVerification> log) : BackgroundService
{
    private static readonly TimeSpan First = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan Interval = TimeSpan.FromMinutes(15);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await Task.Delay(First, clock, stoppingToken);
        while (true)
        {
            try
            {
                await using var scope = scopes.CreateAsyncScope();
                last.Value = await scope.ServiceProvider.GetRequiredService<LedgerVerifier>().Verify(stoppingToken);
                if (!last.Value.Verified)
                    log.LogError("The ledger does not verify: {Problem}", last.Value.Problems[0]);
            }
            catch (System.Data.Common.DbException problem)
            {
                log.LogWarning(problem, "The ledger could not be verified; trying again later");
            }

            await Task.Delay(Interval, clock, stoppingToken);
        }
    }
}
