using Assay.Client;
using Assay.Console.Session;
using Assay.Governance.Ledger;
using Assay.Monitoring.Alerts;
using Assay.Registry;

namespace Assay.Console.Layout;

/// <summary>What stands on every page: the ledger's head, the number of open alerts and of decisions that wait, asked for every few seconds.</summary>
internal sealed class Pulse(Api api, TimeProvider clock) : IDisposable
{
    private static readonly TimeSpan Period = TimeSpan.FromSeconds(10);
    private const int InboxEvery = 6;
    private readonly CancellationTokenSource _gone = new();
    private int _asked;

    public LedgerHeadSummary? Head { get; private set; }

    public int OpenAlerts { get; private set; }

    /// <summary>Requests that wait for the reader's decision.</summary>
    public int ToDecide { get; private set; }

    /// <summary>Whether the last answer came; a page that can't hear from the server must not look verified.</summary>
    public bool Fresh { get; private set; }

    public async Task Ask()
    {
        try
        {
            var alerts = api.Alerts.List("open", limit: 100, cancel: _gone.Token);
            Head = await api.Ledger.Head(_gone.Token);
            OpenAlerts = (await alerts).Items.Count;
            Fresh = true;
            await Count();
        }
        catch (AssayException)   // the page itself says why; the bar only stops claiming
        {
            Fresh = false;
        }
        catch (OperationCanceledException) when (_gone.IsCancellationRequested)
        {
            // The reader left.
        }
    }

    // Every decision's signature is checked for the answer, so it is asked for less often, and only for those who decide.
    private async Task Count()
    {
        if (_asked++ % InboxEvery != 0 || !await api.May(RegistryPermissions.Approve))
            return;
        ToDecide = (await api.Approvals.Inbox(_gone.Token)).Count(item => item.MayDecide);
    }

    public async Task Follow(Func<Task> changed)
    {
        using var timer = new PeriodicTimer(Period, clock);
        try
        {
            while (await timer.WaitForNextTickAsync(_gone.Token))
            {
                await Ask();
                await changed();
            }
        }
        catch (OperationCanceledException) when (_gone.IsCancellationRequested)
        {
            // The reader left.
        }
    }

    public void Dispose()
    {
        _gone.Cancel();
        _gone.Dispose();
    }
}
