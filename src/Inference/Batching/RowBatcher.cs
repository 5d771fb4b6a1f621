using Assay.Inference.Models;
using Assay.Inference.Requests;

namespace Assay.Inference.Batching;

/// <summary>
/// Lets rows that arrive while others are computed go together, for models of which many rows cost little more than one.
/// Nothing waits while a turn is free, so a lone caller is never slower; what waits does so for the computation under way,
/// and how much may wait is bounded.
/// </summary>
internal sealed class RowBatcher(ModelSession session, ModelCounts counts, int turns) : IThreadPoolWorkItem
{
    /// <summary>Rows that go together at most. A request with more is computed by itself.</summary>
    public const int RowsMax = 64;

    private const int WaitingMax = 1024;
    private readonly Lock _lock = new();
    private readonly Queue<Waiting> _waiting = new();
    private int _turnsLeft = turns;

    /// <summary>Predicts rows, with those of others when it has to wait anyway.</summary>
    /// <param name="rows">They stay as they are until the answer is there.</param>
    /// <param name="predictions">Memory for one per row.</param>
    /// <returns>When the computation began, by <see cref="TimeProvider.GetTimestamp"/>; 0 for at once.</returns>
    public ValueTask<long> Predict(PredictionRows rows, Memory<float> predictions)
    {
        Waiting? waiting = null;
        lock (_lock)
        {
            if (_turnsLeft > 0)
                _turnsLeft--;
            else if (_waiting.Count < WaitingMax)
                _waiting.Enqueue(waiting = new(rows, predictions));
            else
                return Alone(rows, predictions);
        }

        if (waiting is not null)
            return new(waiting.Done.Task);
        try
        {
            return Alone(rows, predictions);
        }
        finally
        {
            PassOn();
        }
    }

    /// <summary>Computes what has gathered: the turn was passed on to it.</summary>
    public void Execute()
    {
        var together = new List<Waiting>();
        lock (_lock)
        {
            for (var count = 0; _waiting.TryPeek(out var next) && count + next.Rows.Count <= RowsMax; count += next.Rows.Count)
                together.Add(_waiting.Dequeue());
        }

        try
        {
            if (together.Count > 0)   // another turn may have taken all
                Compute(together);
        }
        finally
        {
            PassOn();
        }
    }

    private void PassOn()
    {
        lock (_lock)
        {
            if (_waiting.Count == 0)
            {
                _turnsLeft++;
                return;
            }
        }

        ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
    }

    private ValueTask<long> Alone(PredictionRows rows, Memory<float> predictions)
    {
        session.Run(rows, 0, predictions.Span, counts);
        return new(0L);
    }

    private void Compute(List<Waiting> together)
    {
        var began = TimeProvider.System.GetTimestamp();
        using var all = new PredictionRows(together[0].Rows.Width);
        foreach (var waiting in together)
            waiting.Rows.Cells.CopyTo(all.AddRows(waiting.Rows.Count));
        Span<float> predictions = stackalloc float[RowsMax];
        predictions = predictions[..all.Count];
        try
        {
            session.Run(all, 0, predictions, counts);
        }
        catch (Exception)   // of the runtime, perhaps about the rows of one of them, which are not the others' concern
        {
            foreach (var waiting in together)
                ComputeAlone(waiting, began);
            return;
        }

        foreach (var waiting in together)
        {
            predictions[..waiting.Rows.Count].CopyTo(waiting.Predictions.Span);
            predictions = predictions[waiting.Rows.Count..];
            waiting.Done.SetResult(began);
        }
    }

    private void ComputeAlone(Waiting waiting, long began)
    {
        try
        {
            session.Run(waiting.Rows, 0, waiting.Predictions.Span, counts);
            waiting.Done.SetResult(began);
        }
        catch (Exception problem)   // of the runtime, which the caller is told in the words of its protocol
        {
            waiting.Done.SetException(problem);
        }
    }

    private sealed record Waiting(PredictionRows Rows, Memory<float> Predictions)
    {
        public TaskCompletionSource<long> Done { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
