namespace Assay.Pipelines.Trainings;

/// <summary>The trainings at work in this process, so that one can be stopped.</summary>
internal sealed class RunningTrainings
{
    private readonly Lock _guard = new();
    private readonly Dictionary<string, CancellationTokenSource> _running = [];

    /// <summary>Enters a training for as long as the result isn't disposed.</summary>
    public Entry Enter(string training, CancellationToken outer)
    {
        var stop = CancellationTokenSource.CreateLinkedTokenSource(outer);
        lock (_guard)
            _running.Add(training, stop);
        return new(this, training, stop);
    }

    /// <summary>Stops a training if it is at work here.</summary>
    public void Stop(string training)
    {
        lock (_guard)
            _running.GetValueOrDefault(training)?.Cancel();
    }

    private void Leave(string training, CancellationTokenSource stop)
    {
        lock (_guard)
        {
            _running.Remove(training);
            stop.Dispose();
        }
    }

    /// <summary>A training at work.</summary>
    public sealed class Entry(RunningTrainings all, string training, CancellationTokenSource stop) : IDisposable
    {
        /// <summary>Cancelled when the training is to stop, be it cancelled or the server stopped.</summary>
        public CancellationToken Stopped { get; } = stop.Token;

        /// <inheritdoc/>
        public void Dispose() => all.Leave(training, stop);
    }
}
