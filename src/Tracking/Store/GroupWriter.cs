using System.Collections.Concurrent;
using System.Data.Common;
using Assay.Kernel.Databases;
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

        Drop();
    }

    private void Commit(List<IWrite> group)
    {
        if (Try(group) is not { } problem)
            return;

        // One of them is at fault: alone, the others succeed; unless the database is away, which each would wait for in vain.
        var common = group.Count == 1 || IsAway(problem) ? problem : null;
        foreach (var write in group)
        {
            if ((common ?? Try([write])) is not { } own)
                continue;
            write.Fail(own);
            common ??= IsAway(own) ? own : null;
        }
    }

    // A deadlock or a conflict with another transaction is as transient to the driver, but the database is there.
    private static bool IsAway(Exception problem) =>
        StorageTrouble.IsAway(problem) && problem is not DbException { SqlState: "40001" or "40P01" };

    /// <summary>Null when the whole group was committed and told.</summary>
    private Exception? Try(List<IWrite> group)
    {
        try
        {
            var session = Begin();
            session.Now = clock.GetUtcNow();
            foreach (var write in group)
                write.Apply(session);
            session.With("COMMIT").ExecuteNonQuery();
        }
        catch (Exception problem)   // whatever it is, its clients must be told and the writer must go on
        {
            log.LogWarning(problem, "A group of {Count} writes failed.", group.Count);
            RollBack();
            return problem;
        }

        foreach (var write in group)
            write.Done();
        return null;
    }

    private Session Begin()
    {
        if (_session is { } kept)
        {
            try
            {
                Begin(kept);
                return kept;
            }
            catch (Exception problem) when (kept.IsPostgres)   // its connection may have ended while nothing was written
            {
                log.LogInformation(problem, "The writer's connection was lost; it takes a new one.");
                Drop();
            }
        }

        _session = sessions.Open();
        Begin(_session);
        return _session;
    }

    private static void Begin(Session session) => session.With(session.IsPostgres ? "BEGIN" : "BEGIN IMMEDIATE").ExecuteNonQuery();

    private void RollBack()
    {
        try
        {
            _session?.With("ROLLBACK").ExecuteNonQuery();
        }
        catch (Exception)   // the connection is gone, which each driver says in its own way, or the database has rolled back by itself
        {
            Drop();
        }
    }

    private void Drop()
    {
        var session = _session;
        _session = null;
        session?.Drop();
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
