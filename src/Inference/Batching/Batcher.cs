namespace Assay.Inference.Batching;

/// <summary>
/// Lets calls that arrive while others are computed go together, for models of which many rows cost little more than one.
/// Nothing waits while a turn is free, so a lone caller is never slower; what waits does so for the computation under way,
/// and how much may wait is bounded.
/// </summary>
/// <param name="turns">Computations at the same time.</param>
/// <param name="rowsMax">Rows that go together at most. A call with more is not to come here.</param>
internal abstract class Batcher<TAsked, TAnswer>(int turns, int rowsMax) : IThreadPoolWorkItem
{
    private const int WaitingMax = 1024;
    private readonly Lock _lock = new();
    private readonly Queue<Waiting> _waiting = new();
    private int _turnsLeft = turns;

    /// <summary>Rows of a call.</summary>
    protected abstract int RowsOf(TAsked asked);

    /// <summary>Whether two calls can be computed together.</summary>
    protected abstract bool GoTogether(TAsked first, TAsked next);

    /// <summary>Computes a call by itself.</summary>
    /// <param name="asked">The call.</param>
    /// <param name="began">When, as a timestamp; 0 for one that did not wait.</param>
    protected abstract TAnswer Alone(TAsked asked, long began);

    /// <summary>Computes calls together, and answers each.</summary>
    protected abstract TAnswer[] Together(IReadOnlyList<TAsked> asked, long began);

    /// <summary>Computes a call, with others when it has to wait anyway.</summary>
    protected ValueTask<TAnswer> Ask(TAsked asked)
    {
        Waiting? waiting = null;
        lock (_lock)
        {
            if (_turnsLeft > 0)
                _turnsLeft--;
            else if (_waiting.Count < WaitingMax)
                _waiting.Enqueue(waiting = new(asked));
            else
                return new(Alone(asked, 0));
        }

        if (waiting is not null)
            return new(waiting.Done.Task);
        try
        {
            return new(Alone(asked, 0));
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
            for (var count = 0; _waiting.TryPeek(out var next); count += RowsOf(next.Asked))
            {
                if (together.Count > 0 && (count + RowsOf(next.Asked) > rowsMax || !GoTogether(together[0].Asked, next.Asked)))
                    break;
                together.Add(_waiting.Dequeue());
            }
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

    private void Compute(List<Waiting> together)
    {
        var began = TimeProvider.System.GetTimestamp();
        TAnswer[] answers;
        try
        {
            answers = together.Count > 1 ? Together(together.ConvertAll(waiting => waiting.Asked), began) : [];
        }
        catch (Exception)   // of the runtime, perhaps about the rows of one of them, which are not the others' concern
        {
            answers = [];
        }

        for (var at = 0; at < together.Count; at++)
        {
            if (answers.Length > 0)
                together[at].Done.SetResult(answers[at]);
            else
                ComputeAlone(together[at], began);
        }
    }

    private void ComputeAlone(Waiting waiting, long began)
    {
        try
        {
            waiting.Done.SetResult(Alone(waiting.Asked, began));
        }
        catch (Exception problem)   // of the runtime, which the caller is told in the words of its protocol
        {
            waiting.Done.SetException(problem);
        }
    }

    private sealed record Waiting(TAsked Asked)
    {
        public TaskCompletionSource<TAnswer> Done { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
