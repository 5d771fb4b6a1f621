using System.Collections.Concurrent;
using Assay.Serving;

namespace Assay.Monitoring.Windows;

/// <summary>One writer per monitor in this process: whoever flushes or evaluates an endpoint takes its turn first.</summary>
internal sealed class Turns
{
    private readonly ConcurrentDictionary<(string Project, string Endpoint), Turn> _turns = new();

    /// <summary>Waits for the turn; dispose it to give it on.</summary>
    public async Task<Turn> Take(string project, string endpoint, CancellationToken cancel)
    {
        var turn = _turns.GetOrAdd((project, endpoint), _ => new Turn());
        await turn.Wait(cancel);
        return turn;
    }
}

/// <summary>The right to write one monitor, and what its endpoint handed out that isn't in the database yet.</summary>
internal sealed class Turn : IDisposable
{
    // Kept with its owner for the life of the process, like the endpoint itself: nothing to dispose of.
    private readonly SemaphoreSlim _free = new(1, 1);

    /// <summary>Taken from the endpoint, which has forgotten it: kept until a write succeeds.</summary>
    public List<EndpointWindow> Unwritten { get; } = [];

    /// <summary>Keeps what was taken: of one version as a sum, so that a database that is long away costs no memory.</summary>
    public void Keep(EndpointWindow taken)
    {
        if (Unwritten is [.., var last] && (last.Endpoint.Digest, last.Endpoint.Version) == (taken.Endpoint.Digest, taken.Endpoint.Version))
            Unwritten[^1] = last with { Counts = last.Counts.Merge(taken.Counts), Calls = last.Calls.Merge(taken.Calls) };
        else
            Unwritten.Add(taken);
    }

    /// <summary>Its operations since the last write.</summary>
    public OperationMinutes Minutes { get; } = new();

    public Task Wait(CancellationToken cancel) => _free.WaitAsync(cancel);

    public void Dispose() => _free.Release();
}
