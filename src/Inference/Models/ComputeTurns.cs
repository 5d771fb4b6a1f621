using System.Diagnostics;

namespace Assay.Inference.Models;

/// <summary>
/// Where the calls of a model compute that may take any time: as many at once as there are cores, on the thread that asks
/// while the model is quick. Those of one that was slow have threads of their own: the threads that answer everybody else's
/// calls stay free.
/// </summary>
internal sealed class ComputeTurns : IDisposable
{
    private static readonly TimeSpan Slow = TimeSpan.FromMilliseconds(20);

    private readonly SemaphoreSlim _turns = new(Environment.ProcessorCount);
    private volatile bool _isSlow;

    /// <summary>Whether the model was slow the last time.</summary>
    public bool IsSlow => _isSlow;

    /// <summary>Computes when it is its turn.</summary>
    /// <exception cref="OperationCanceledException">Its caller left before.</exception>
    public ValueTask<T> Run<T>(Func<T> compute, CancellationToken cancel)
    {
        if (_isSlow || !_turns.Wait(0, cancel))
            return new(InTurn(compute, cancel));
        try
        {
            return new(Timed(compute));
        }
        finally
        {
            _turns.Release();
        }
    }

    /// <summary>Of a model that nobody holds any more.</summary>
    public void Dispose() => _turns.Dispose();

    private async Task<T> InTurn<T>(Func<T> compute, CancellationToken cancel)
    {
        await _turns.WaitAsync(cancel);
        try
        {
            return _isSlow
                ? await Task.Factory.StartNew(() => Timed(compute), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default)
                : Timed(compute);
        }
        finally
        {
            _turns.Release();
        }
    }

    private T Timed<T>(Func<T> compute)
    {
        var from = Stopwatch.GetTimestamp();
        try
        {
            return compute();
        }
        finally
        {
            _isSlow = Stopwatch.GetElapsedTime(from) > Slow;
        }
    }
}
