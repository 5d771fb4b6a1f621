using Microsoft.Extensions.Logging;

namespace Assay.Serving.Deployment;

/// <summary>
/// Brings endpoints to the versions that they shall serve, several at a time: one whose model loads slowly, or can't be loaded,
/// keeps no other waiting. What fails for another reason than its model, such as the database, is tried again.
/// </summary>
/// <param name="refresh">Brings an endpoint of a project there; it looks by itself what is wanted, so that once more does no harm.</param>
/// <param name="clock">For the pause before it is tried again.</param>
/// <param name="log">Told what failed.</param>
internal sealed class Refreshes(Func<string, string, CancellationToken, Task> refresh, TimeProvider clock, ILogger log) : IAsyncDisposable
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);
    private readonly SemaphoreSlim _free = new(AtATime);
    private readonly Lock _lock = new();
    private readonly HashSet<(string Project, string Endpoint)> _waiting = [];
    private readonly List<Task> _begun = [];

    /// <summary>Loads at the same time: as many as can be computed, and a few beyond, since some wait for programs that start.</summary>
    public static int AtATime { get; } = Math.Max(4, Environment.ProcessorCount);

    /// <summary>Asks for an endpoint's turn; does nothing when it stands in the line already.</summary>
    public void Ask(string project, string endpoint, CancellationToken cancel)
    {
        lock (_lock)
        {
            if (!_waiting.Add((project, endpoint)))
                return;
            _begun.RemoveAll(task => task.IsCompleted);
            _begun.Add(Task.Run(() => Run(project, endpoint, cancel), CancellationToken.None));
        }
    }

    /// <summary>Waits until none is under way any more: they were given up.</summary>
    public async ValueTask DisposeAsync()
    {
        Task[] begun;
        lock (_lock)
            begun = [.. _begun];
        await Task.WhenAll(begun).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _free.Dispose();
    }

    private async Task Run(string project, string endpoint, CancellationToken cancel)
    {
        while (!await IsDone(project, endpoint, cancel))
            await Task.Delay(Pause, clock, cancel);
    }

    private async Task<bool> IsDone(string project, string endpoint, CancellationToken cancel)
    {
        await _free.WaitAsync(cancel);
        try
        {
            lock (_lock)
                _waiting.Remove((project, endpoint));   // what changes from here on asks anew
            await refresh(project, endpoint, cancel);
            return true;
        }
        catch (Exception problem) when (!cancel.IsCancellationRequested)   // of the database, for as long as it lasts
        {
            log.LogError(problem, "Endpoint {Endpoint} of project {Project} can't be brought to its version. It goes on as it is, and it is tried again.", endpoint, project);
            return false;
        }
        finally
        {
            _free.Release();
        }
    }
}
