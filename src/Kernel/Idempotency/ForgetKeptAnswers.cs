using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Hosting;

namespace Assay.Kernel.Idempotency;

/// <summary>Removes kept answers that are older than a day, once an hour.</summary>
internal sealed class ForgetKeptAnswers(IServiceScopeFactory scopes, TimeProvider clock, ILogger<ForgetKeptAnswers> log) : BackgroundService
{
    private static readonly TimeSpan Kept = TimeSpan.FromDays(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var hourly = new PeriodicTimer(TimeSpan.FromHours(1), clock);
        while (await hourly.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                await using var scope = scopes.CreateAsyncScope();
                var db = scope.ServiceProvider.GetRequiredService<AssayDb>();
                var old = clock.GetUtcNow() - Kept;
                await db.Set<KeptAnswer>().IgnoreQueryFilters().Where(row => row.At < old).ExecuteDeleteAsync(stoppingToken);
            }
            catch (System.Data.Common.DbException problem)
            {
                log.LogWarning(problem, "Kept answers could not be removed; trying again in an hour");
            }
        }
    }
}
