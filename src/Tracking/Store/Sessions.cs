using System.Collections.Concurrent;
using System.Data.Common;
using Assay.Kernel.Databases;

namespace Assay.Tracking.Store;

/// <summary>Connections for reading, kept open with their prepared statements.</summary>
internal sealed class Sessions(DatabaseSource source) : IDisposable
{
    private const int KeptMax = 32;
    private readonly ConcurrentBag<Session> _free = [];

    /// <summary>Reads with a connection that nobody else uses meanwhile.</summary>
    public T Read<T>(Func<Session, T> work)
    {
        var session = _free.TryTake(out var kept) ? kept : Open();
        try
        {
            return work(session);
        }
        catch (DbException)
        {
            session.IsBroken = true;
            throw;
        }
        finally
        {
            if (session.IsBroken || _free.Count >= KeptMax)
                session.Dispose();
            else
                _free.Add(session);
        }
    }

    public Session Open() => new(source.Open(), source.IsPostgres);

    public void Dispose()
    {
        while (_free.TryTake(out var session))
            session.Dispose();
    }
}
