using Microsoft.Extensions.Hosting;

namespace Assay.Governance.Ledger;

/// <summary>
/// Verifies the ledger for all who ask, one verification at a time: each reads every event and every recorded row. Who asks
/// while one runs shares the next with all who ask meanwhile, and not the running one: it may have read already what was
/// changed before they asked.
/// </summary>
internal sealed class SharedVerification(IServiceScopeFactory scopes, LastVerification last, IHostApplicationLifetime host, TimeProvider clock)
{
    private static readonly TimeSpan Recent = TimeSpan.FromMinutes(1);
    private readonly Lock _gate = new();
    private Task<LedgerVerification>? _running;
    private Task<LedgerVerification>? _next;

    /// <summary>What a verification finds that began after the call.</summary>
    public Task<LedgerVerification> Run(CancellationToken cancel)
    {
        lock (_gate)
        {
            // Not cancelled with the request that began it, for others wait for it too.
            var shared = _running is { IsCompleted: false } ? _next ??= After(_running) : _running = Task.Run(Verify, CancellationToken.None);
            return shared.WaitAsync(cancel);
        }
    }

    /// <summary>What one found within the last minute, else as <see cref="Run"/>: who asks again and again keeps nobody busy.</summary>
    public Task<LedgerVerification> RunOrRecall(CancellationToken cancel) =>
        last.Value is { } found && clock.GetUtcNow() - found.At < Recent ? Task.FromResult(found) : Run(cancel);

    private async Task<LedgerVerification> After(Task before)
    {
        await before.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ForceYielding);   // those who waited for it are told
        lock (_gate)
        {
            (_running, _next) = (_next, null);
        }

        return await Verify();
    }

    private async Task<LedgerVerification> Verify()
    {
        await using var scope = scopes.CreateAsyncScope();
        return last.Value = await scope.ServiceProvider.GetRequiredService<LedgerVerifier>().Verify(host.ApplicationStopping);
    }
}

/// <summary>What the last verification in this process found.</summary>
internal sealed class LastVerification
{
    public LedgerVerification? Value { get; set; }
}
