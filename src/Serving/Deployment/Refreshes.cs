using Microsoft.Extensions.Logging;

namespace Assay.Serving.Deployment;

/// <summary>
/// Brings endpoints to the versions that they shall serve, several at a time: one whose model loads slowly, or can't be loaded,
/// keeps no other waiting. What fails for another reason than its version, such as the database, or a server that the model needs, is tried again, at longer and longer pauses.
/// </summary>
/// <param name="refresh">Brings an endpoint of a project there; it looks by itself what is wanted, so that once more does no harm.</param>
/// <param name="clock">For the pauses before it is tried again.</param>
/// <param name="log">Told what failed.</param>
internal sealed class Refreshes(Func<string, string, CancellationToken, Task> refresh, TimeProvider clock, ILogger log) : IAsyncDisposable
{
    private static readonly TimeSpan ShortestPause = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(30);
    private readonly SemaphoreSlim _free = new(AtATime);
    private readonly Lock _lock = new();
    private readonly Dictionary<(string Project, string Endpoint), UnderWay> _underWay = [];
    private readonly List<Task> _begun = [];

    /// <summary>Loads at the same time: as many as can be computed, and a few beyond, since some wait for programs that start.</summary>
    public static int AtATime { get; } = Math.Max(4, Environment.ProcessorCount);

    /// <summary>
    /// Asks for an endpoint's turn. One that stands in the line already stands there once; one that is being brought there comes
    /// once more, and one that failed is tried again at once, for whoever asks may know that what was away is back.
    /// </summary>
    public void Ask(string project, string endpoint, CancellationToken cancel)
    {
        lock (_lock)
        {
            if (_underWay.TryGetValue((project, endpoint), out var present))
            {
                present.Again.TrySetResult();
                return;
            }

            var begun = _underWay[(project, endpoint)] = new UnderWay(project, endpoint);
            _begun.RemoveAll(task => task.IsCompleted);
            _begun.Add(Task.Run(() => Run(begun, cancel), CancellationToken.None));
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

    private async Task Run(UnderWay one, CancellationToken cancel)
    {
        var pause = ShortestPause;
        while (true)
        {
            if (await IsDone(one, cancel))
            {
                if (Ends(one))
                    return;
                pause = ShortestPause;
                continue;
            }

            await Task.WhenAny(Task.Delay(pause, clock, cancel), one.Again.Task);
            cancel.ThrowIfCancellationRequested();
            pause = 2 * pause < LongestPause ? 2 * pause : LongestPause;
        }
    }

    private bool Ends(UnderWay one)
    {
        lock (_lock)
            return !one.Again.Task.IsCompleted && _underWay.Remove((one.Project, one.Endpoint));
    }

    private async Task<bool> IsDone(UnderWay one, CancellationToken cancel)
    {
        await _free.WaitAsync(cancel);
        try
        {
            lock (_lock)
                one.BeginAnew();   // what changes from here on asks anew
            await refresh(one.Project, one.Endpoint, cancel);
            return true;
        }
        catch (Exception problem) when (!cancel.IsCancellationRequested)   // of what is away, for as long as it lasts
        {
            log.LogError(problem, "Endpoint {Endpoint} of project {Project} can't be brought to its version. It goes on as it is, and it is tried again.", one.Endpoint, one.Project);
            return false;
        }
        finally
        {
            _free.Release();
        }
    }

    private sealed class UnderWay(string project, string endpoint)
    {
        public string Project => project;

        public string Endpoint => endpoint;

        /// <summary>Done when somebody asked since it was tried last.</summary>
        public TaskCompletionSource Again { get; private set; } = Unasked();

        public void BeginAnew() => Again = Unasked();

        private static TaskCompletionSource Unasked() => new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
