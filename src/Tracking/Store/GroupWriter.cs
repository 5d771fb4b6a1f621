using System.Collections.Concurrent;
using System.Data.Common;
using Assay.Kernel.Refusals;

namespace Assay.Tracking.Store;

/// <summary>
/// The one writer of runs and what belongs to them. It takes the writes of many clients that wait at the same moment into
/// one transaction, and tells each of them after the commit: one flush of the disk serves them all. A write must refuse
/// before it changes anything, for what a refused write has changed would be committed with its group.
/// </summary>
internal sealed class GroupWriter(Sessions sessions, TimeProvider clock, ILogger<GroupWriter> log) : IDisposable
{
    private const int WaitingMax = 20_000;
    private const int GroupMax = 500;
    private static readonly TimeSpan StopWait = TimeSpan.FromSeconds(30);
    private readonly BlockingCollection<IWrite> _waiting = new(WaitingMax);
    private readonly Lock _starting = new();
    private Thread? _thread;
    private Session? _session;

    /// <summary>Carries a write out and returns what it found, once that is on the disk.</summary>
    /// <param name="write">Called on the writer's thread, within a transaction; perhaps twice.</param>
    /// <exception cref="Refusal">The write was refused, or too many wait.</exception>
    public Task<T> Write<T>(Func<Session, T> write)
    {
        Start();
        var job = new Job<T>(write);
        return _waiting.TryAdd(job)
            ? job.Task
            : throw Refusal.Unavailable($"{WaitingMax} writes wait for the database. Try again in a moment.");
    }

    private void Start()
    {
        if (Volatile.Read(ref _thread) is not null)
            return;
        lock (_starting)
        {
            if (_thread is null)
            {
                var thread = new Thread(Work) { IsBackground = true, Name = "tracking writer" };
                thread.Start();
                Volatile.Write(ref _thread, thread);
            }
        }
    }

    private void Work()
    {
        var group = new List<IWrite>(GroupMax);
        foreach (var first in _waiting.GetConsumingEnumerable())
        {
            group.Add(first);
            while (group.Count < GroupMax && _waiting.TryTake(out var next))
                group.Add(next);
            Commit(group);
            group.Clear();
        }

        _session?.Dispose();
    }

    private void Commit(List<IWrite> group)
    {
        if (Try(group) is not { } problem)
            return;
        if (group.Count == 1)
        {
            group[0].Fail(problem);
            return;
        }

        // One of them is at fault: alone, the others succeed.
        foreach (var write in group)
        {
            if (Try([write]) is { } own)
                write.Fail(own);
        }
    }

    /// <summary>Null when the whole group was committed and told.</summary>
    private Exception? Try(List<IWrite> group)
    {
        try
        {
            _session ??= sessions.Open();
            _session.With(_session.IsPostgres ? "BEGIN" : "BEGIN IMMEDIATE").ExecuteNonQuery();
            _session.Now = clock.GetUtcNow();
            foreach (var write in group)
                write.Apply(_session);
            _session.With("COMMIT").ExecuteNonQuery();
        }
        catch (Exception problem)   // whatever it is, its clients must be told and the writer must go on
        {
            log.LogWarning(problem, "A group of {Count} writes failed", group.Count);
            RollBack();
            return problem;
        }

        foreach (var write in group)
            write.Done();
        return null;
    }

    private void RollBack()
    {
        try
        {
            _session?.With("ROLLBACK").ExecuteNonQuery();
        }
        catch (DbException)   // the connection is gone, or the database has rolled back by itself
        {
            _session?.Dispose();
            _session = null;
        }
    }

    /// <summary>Finishes what waits.</summary>
    public void Dispose()
    {
        _waiting.CompleteAdding();
        _thread?.Join(StopWait);
        _waiting.Dispose();
    }

    private interface IWrite
    {
        void Apply(Session session);

        void Done();

        void Fail(Exception problem);
    }

    private sealed class Job<T>(Func<Session, T> write) : IWrite
    {
        private readonly TaskCompletionSource<T> _told = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private T _result = default!;
        private Refusal? _refusal;

        public Task<T> Task => _told.Task;

        public void Apply(Session session)
        {
            _refusal = null;
            try
            {
                _result = write(session);
            }
            catch (Refusal refusal)
            {
                _refusal = refusal;
            }
        }

        public void Done()
        {
            if (_refusal is null)
                _told.SetResult(_result);
            else
                _told.SetException(_refusal);
        }

        public void Fail(Exception problem) => _told.SetException(problem);
    }
}
