using Assay.Inference.Models;

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

    /// <summary>Rows that go together at most.</summary>
    protected int TogetherMax { get; } = rowsMax;

    /// <summary>Rows of a call.</summary>
    protected abstract int RowsOf(TAsked asked);

    /// <summary>Whether two calls can be computed together.</summary>
    protected abstract bool GoTogether(TAsked first, TAsked next);

    /// <summary>Whether nobody waits for a call any more, so that it need not be computed.</summary>
    protected virtual bool IsGivenUp(TAsked asked) => false;

    /// <summary>Computes a call by itself.</summary>
    /// <param name="asked">The call.</param>
    /// <param name="began">When, as a timestamp; 0 for one that did not wait.</param>
    protected abstract ValueTask<TAnswer> Alone(TAsked asked, long began);

    /// <summary>Computes calls together, and answers each.</summary>
    protected abstract ValueTask<TAnswer[]> Together(IReadOnlyList<TAsked> asked, long began);

    /// <summary>Computes a call, with others when it has to wait anyway.</summary>
    protected ValueTask<TAnswer> Ask(TAsked asked)
    {
        Waiting? waiting = null;
        bool hasTurn;
        lock (_lock)
        {
            hasTurn = _turnsLeft > 0;
            if (hasTurn)
                _turnsLeft--;
            else if (_waiting.Count < WaitingMax)
                _waiting.Enqueue(waiting = new(asked));
        }

        // Where too many wait it is computed by itself, and not under the lock that they all need.
        return hasTurn ? InTurn(asked) : waiting is null ? Alone(asked, 0) : new(waiting.Done.Task);
    }

    /// <summary>Computes what has gathered: the turn was passed on to it.</summary>
    public void Execute() => _ = ComputeNext();

    private async ValueTask<TAnswer> InTurn(TAsked asked)
    {
        try
        {
            return await Alone(asked, 0);
        }
        finally
        {
            PassOn();
        }
    }

    private async Task ComputeNext()
    {
        try
        {
            if (TakeWaiting() is { Count: > 0 } together)   // another turn may have taken all
                await Compute(together);
        }
        finally
        {
            PassOn();
        }
    }

    // The first that waits, and all behind it that go with it; the others keep their order.
    private List<Waiting> TakeWaiting()
    {
        var (together, rows) = (new List<Waiting>(), 0);
        lock (_lock)
        {
            for (var left = _waiting.Count; left > 0; left--)
            {
                var next = _waiting.Dequeue();
                if (IsGivenUp(next.Asked))
                {
                    next.Done.SetCanceled(CancellationToken.None);
                }
                else if (together.Count == 0 || (rows + RowsOf(next.Asked) <= TogetherMax && GoTogether(together[0].Asked, next.Asked)))
                {
                    together.Add(next);
                    rows += RowsOf(next.Asked);
                }
                else
                {
                    _waiting.Enqueue(next);
                }
            }
        }

        return together;
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

    private async ValueTask Compute(List<Waiting> together)
    {
        var began = TimeProvider.System.GetTimestamp();
        TAnswer[] answers = [];
        try
        {
            if (together.Count > 1)
                answers = await Together(together.ConvertAll(waiting => waiting.Asked), began);
        }
        catch (ModelUnavailableException problem)   // each by itself would only find out the same
        {
            together.ForEach(waiting => waiting.Done.SetException(problem));
            return;
        }
        catch (Exception)   // of the runtime, perhaps about the rows of one of them, which are not the others' concern
        {
            answers = [];
        }

        if (answers.Length == 0)
            await Task.WhenAll(together.Select(waiting => ComputeAlone(waiting, began)));
        for (var at = 0; at < answers.Length; at++)
            together[at].Done.SetResult(answers[at]);
    }

    private async Task ComputeAlone(Waiting waiting, long began)
    {
        try
        {
            waiting.Done.SetResult(await Alone(waiting.Asked, began));
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
