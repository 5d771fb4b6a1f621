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
    // LIKE of SQLite minds case only when it is told to; a wait for another writer is short and often.
    private const string Pragmas =
        "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA case_sensitive_like=ON; PRAGMA busy_timeout=30000; PRAGMA cache_size=-32768;";

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
