using System.Collections.Concurrent;
using Assay.Kernel.Databases;
using Assay.Kernel.Refusals;

namespace Assay.Tracking.Store;

/// <summary>Connections for reading, kept open with their prepared statements.</summary>
internal sealed class Sessions(DatabaseSource source) : IDisposable
{
    private const int KeptMax = 32;
    private readonly ConcurrentBag<Session> _free = [];

    /// <summary>Reads with a connection that nobody else uses meanwhile.</summary>
    /// <param name="work">Called again when a kept connection turns out to have ended.</param>
    public T Read<T>(Func<Session, T> work)
    {
        if (_free.TryTake(out var kept))
        {
            try
            {
                return Read(kept, work);
            }
            catch (Exception problem) when (kept.IsLost && problem is not Refusal)
            {
                // It ended while nobody read; a new one may be had.
            }
        }

        return Read(Open(), work);
    }

    private T Read<T>(Session session, Func<Session, T> work)
    {
        try
        {
            return work(session);
        }
        catch (Exception problem) when (problem is not Refusal)
        {
            session.Break();
            throw;
        }
        finally
        {
            if (session.IsBroken || _free.Count >= KeptMax)
                session.Drop();
            else
                _free.Add(session);
        }
    }

    public Session Open()
    {
        var connection = source.Open();
        try
        {
            return new(connection, source.IsPostgres);
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    public void Dispose()
    {
        while (_free.TryTake(out var session))
            session.Dispose();
    }
}
