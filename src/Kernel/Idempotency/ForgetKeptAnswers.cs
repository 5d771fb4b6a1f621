using Microsoft.EntityFrameworkCore;

namespace Assay.Kernel.Idempotency;

/// <summary>Removes kept answers that are older than a day, once an hour.</summary>
internal sealed class ForgetKeptAnswers(IServiceScopeFactory scopes, TimeProvider clock, ILogger<ForgetKeptAnswers> log)
    : PeriodicWork(TimeSpan.FromHours(1), clock, log)
{
    private static readonly TimeSpan Kept = TimeSpan.FromDays(1);

    protected override string Failure => "Kept answers could not be removed.";

    protected override async Task Turn(CancellationToken cancel)
    {
        await using var scope = scopes.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<AssayDb>();
        var old = Clock.GetUtcNow() - Kept;
        await db.Set<KeptAnswer>().IgnoreQueryFilters().Where(row => row.At < old).ExecuteDeleteAsync(cancel);
    }
}
