using System.Data.Common;

namespace Assay.Kernel.Databases;

/// <summary>
/// The database behind <see cref="AssayDb"/>, without the entity framework: for the few paths on which microseconds count.
/// Whoever writes here keeps what <see cref="AssayDb"/> guards elsewhere: projects, and the events of recorded tables.
/// </summary>
/// <param name="connect">Makes a connection that is not open yet.</param>
/// <param name="isPostgres">Whether it is PostgreSQL; else SQLite.</param>
public sealed class DatabaseSource(Func<DbConnection> connect, bool isPostgres)
{
    /// <summary>
    /// How SQLite keeps what is written: a write-ahead log, and a flush to disk at every commit, so that what was acknowledged
    /// survives a power cut. The log is carried over to the database at 32 MB, not at the usual 4: where runs are logged, the
    /// same pages change again and again, and each is then copied once instead of many times.
    /// </summary>
    public const string Durability = "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA wal_autocheckpoint=8192;";

    /// <summary>SQLite's code for a statement that was ended because a regular expression in it takes too long.</summary>
    public const int SqliteInterrupted = 9;

    // LIKE of SQLite minds case only when it is told to; a wait for another writer is short and often.
    private const string Pragmas = Durability + " PRAGMA case_sensitive_like=ON; PRAGMA busy_timeout=30000; PRAGMA cache_size=-32768;";

    /// <summary>Whether it is PostgreSQL; else SQLite.</summary>
    public bool IsPostgres => isPostgres;

    /// <summary>An open connection that belongs to the caller.</summary>
    public DbConnection Open()
    {
        var connection = connect();
        connection.Open();
        if (!isPostgres)
        {
            using var command = connection.CreateCommand();
            command.CommandText = Pragmas;
            command.ExecuteNonQuery();
        }

        return connection;
    }
}
