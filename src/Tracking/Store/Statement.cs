using System.Data;
using System.Data.Common;
using Assay.Tracking.Search;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace Assay.Tracking.Store;

/// <summary>A statement of which every connection keeps one prepared copy. Its parameters are <c>@p0</c>, <c>@p1</c> and so on.</summary>
/// <param name="Sql">The same on both databases.</param>
internal sealed record Statement(string Sql);

/// <summary>One open connection with the statements that were prepared on it. Used by one thread at a time.</summary>
internal sealed class Session : IDisposable
{
    private const int KeptMax = 200;
    private readonly DbConnection _connection;
    private readonly Dictionary<string, DbCommand> _prepared = new(StringComparer.Ordinal);
    private readonly Dictionary<Statement, SqliteStatement> _sqlite = new(ReferenceEqualityComparer.Instance);
    private readonly Dictionary<string, SqliteStatement> _texts = new(StringComparer.Ordinal);

    /// <param name="connection">Open, and the session's own.</param>
    /// <param name="isPostgres">Whether it is PostgreSQL; else SQLite.</param>
    public Session(DbConnection connection, bool isPostgres)
    {
        (_connection, IsPostgres) = (connection, isPostgres);

        // Else SQLite plans a statement anew at each execution whose LIMIT is a parameter, to look at its value; that takes
        // longer than to find a few rows (https://www.sqlite.org/c3ref/c_dbconfig_defensive.html, ENABLE_QPSG).
        if (connection is SqliteConnection sqlite)
            SqliteException.ThrowExceptionForRC(raw.sqlite3_db_config(sqlite.Handle, raw.SQLITE_DBCONFIG_ENABLE_QPSG, 1, out _), sqlite.Handle);

        // PostgreSQL would start other processes, or a compiler, for what a page of few runs may cost at the worst: starting
        // them takes longer than the page does.
        if (isPostgres)
            With("SET max_parallel_workers_per_gather = 0; SET jit = off").ExecuteNonQuery();
    }

    public bool IsPostgres { get; }

    /// <summary>Whether it must not be used again.</summary>
    public bool IsBroken { get; private set; }

    /// <summary>Whether its connection had ended when it broke.</summary>
    public bool IsLost { get; private set; }

    /// <summary>When the writer's transaction began.</summary>
    public DateTimeOffset Now { get; set; }

    /// <summary>Reads within one transaction, so that all that is read is of one moment.</summary>
    public T InSnapshot<T>(Func<T> read)
    {
        With(IsPostgres ? "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY" : "BEGIN").ExecuteNonQuery();
        T found;
        try
        {
            found = read();
        }
        catch
        {
            RollBack();
            throw;
        }

        With("COMMIT").ExecuteNonQuery();
        return found;
    }

    /// <summary>Notes that something failed on it that may have left it in any state.</summary>
    public void Break() => (IsBroken, IsLost) = (true, _connection.State != ConnectionState.Open);

    /// <summary>The statement with these values; it is good until the same one is asked for again.</summary>
    public DbCommand With(Statement statement, params ReadOnlySpan<object?> values) => With(statement.Sql, values);

    /// <summary>The same for a text that was put together.</summary>
    public DbCommand With(string sql, params ReadOnlySpan<object?> values)
    {
        if (!_prepared.TryGetValue(sql, out var command))
        {
            if (_prepared.Count >= KeptMax)
                Forget();
            command = _connection.CreateCommand();
            command.CommandText = sql;
            for (var i = 0; i < values.Length; i++)
            {
                var parameter = command.CreateParameter();
                parameter.ParameterName = $"@p{i}";
                command.Parameters.Add(parameter);
            }

            _prepared.Add(sql, command);
        }

        for (var i = 0; i < values.Length; i++)
            command.Parameters[i].Value = values[i] ?? DBNull.Value;
        return command;
    }

    /// <summary>The rows that the statement finds with these values.</summary>
    public Rows Read(Statement statement, params ReadOnlySpan<object?> values) =>
        Sqlite(statement) is { } prepared ? Read(prepared, values) : new(null, With(statement.Sql, values).ExecuteReader());

    /// <summary>The same for a search that was put together.</summary>
    public Rows Read(SearchSql search)
    {
        var sql = search.From.ToString();
        if (_connection is not SqliteConnection sqlite)
            return new(null, With(sql, search.Values).ExecuteReader());
        if (!_texts.TryGetValue(sql, out var prepared))
        {
            if (_texts.Count >= KeptMax)
                ForgetTexts();
            _texts.Add(sql, prepared = new(sqlite, sql));
        }

        return Read(prepared, search.Values);
    }

    /// <returns>How many rows it has changed.</returns>
    public int Execute(Statement statement, params ReadOnlySpan<object?> values) =>
        Sqlite(statement)?.Execute(values) ?? With(statement.Sql, values).ExecuteNonQuery();

    /// <summary>The statement as SQLite knows it, to be bound, stepped through and reset; null on PostgreSQL.</summary>
    public SqliteStatement? Sqlite(Statement statement)
    {
        if (_connection is not SqliteConnection sqlite)
            return null;
        if (!_sqlite.TryGetValue(statement, out var prepared))
            _sqlite.Add(statement, prepared = new(sqlite, statement.Sql));
        return prepared;
    }

    public void Dispose()
    {
        Forget();
        ForgetTexts();
        foreach (var statement in _sqlite.Values)
            statement.Dispose();
        _connection.Dispose();
    }

    /// <summary>Disposes of it, whatever its broken connection throws meanwhile.</summary>
    public void Drop()
    {
        try
        {
            Dispose();
        }
        catch (Exception)
        {
            // There is nothing left to close.
        }
    }

    // What is told is why the reading failed, and not what this throws.
    private void RollBack()
    {
        try
        {
            With("ROLLBACK").ExecuteNonQuery();
        }
        catch (Exception)
        {
            Break();
        }
    }

    private static Rows Read(SqliteStatement prepared, ReadOnlySpan<object?> values)
    {
        prepared.Bind(values);
        return new(prepared, null);
    }

    private void ForgetTexts()
    {
        foreach (var statement in _texts.Values)
            statement.Dispose();
        _texts.Clear();
    }

    private void Forget()
    {
        foreach (var command in _prepared.Values)
            command.Dispose();
        _prepared.Clear();
    }
}
