using Assay.Kernel;

namespace Assay.Governance.Ledger;

/// <summary>Verifies the whole ledger soon after the start and every quarter of an hour, so that the console can say how it stands.</summary>
internal sealed class PeriodicVerification(
    IServiceScopeFactory scopes, LastVerification last, TimeProvider clock, ILogger<PeriodicVerification> log)
    : PeriodicWork(TimeSpan.FromMinutes(15), clock, log, first: TimeSpan.FromSeconds(20))
{
    protected override string Failure => "The ledger could not be verified.";

    protected override async Task Turn(CancellationToken cancel)
    {
        await using var scope = scopes.CreateAsyncScope();
        last.Value = await scope.ServiceProvider.GetRequiredService<LedgerVerifier>().Verify(cancel);
        if (!last.Value.Verified)
            Log.LogError("The ledger does not verify: {Problem}", last.Value.Problems[0]);
    }
}
