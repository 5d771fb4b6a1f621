using Assay.Governance;
using Assay.Kernel;
using Assay.Kernel.Projects;
using Assay.Kernel.Refusals;

namespace Assay.Registry.Oci.Pushes;

/// <summary>Writes refused pushes into the ledger: up to 60 a minute, so that a client that tries for ever can't fill it.</summary>
internal sealed class RefusedPushes(IServiceScopeFactory scopes, TimeProvider clock)
{
    private const int PerMinute = 60;
    private readonly Lock _gate = new();
    private DateTimeOffset _minute;
    private int _recorded;

    /// <summary>In a scope of its own, since what was refused must not be saved with it.</summary>
    public async Task Record(Repository repository, string caller, string reference, Refusal refusal)
    {
        lock (_gate)
        {
            var now = clock.GetUtcNow();
            if (now - _minute > TimeSpan.FromMinutes(1))
                (_minute, _recorded) = (now, 0);
            if (++_recorded > PerMinute)
                return;
        }

        await using var scope = scopes.Enter(repository.Project, caller);
        scope.ServiceProvider.GetRequiredService<ILedger>().Append(
            new OciPushRefused(repository.Model, reference.Shortened(200), refusal.Code, refusal.Message.Shortened(1000)));
        await scope.ServiceProvider.GetRequiredService<AssayDb>().SaveChangesAsync(CancellationToken.None);
    }
}
