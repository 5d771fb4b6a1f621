using Assay.Kernel;

namespace Assay.Governance.Ledger;

/// <summary>Verifies the whole ledger soon after the start and every quarter of an hour, so that the console can say how it stands.</summary>
internal sealed class PeriodicVerification(
    SharedVerification verification, TimeProvider clock, ILogger<PeriodicVerification> log)
    : PeriodicWork(TimeSpan.FromMinutes(15), clock, log, first: TimeSpan.FromSeconds(20))
{
    protected override string Failure => "The ledger could not be verified.";

    protected override async Task Turn(CancellationToken cancel)
    {
        var found = await verification.Run(cancel);
        if (!found.Verified)
            Log.LogError("The ledger does not verify: {Problem}", found.Problems[0]);
    }
}
