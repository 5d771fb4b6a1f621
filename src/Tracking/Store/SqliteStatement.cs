using System.Buffers;
using System.Text;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace Assay.Tracking.Store;

/// <summary>
/// A prepared statement of SQLite without ADO.NET around it. On the paths that touch a hundred rows for one request, looking
/// up parameters by name and boxing columns takes longer than the database does (see <c>bench/tracking</c>).
/// </summary>
internal sealed class SqliteStatement : IDisposable
{
    private readonly sqlite3 _database;
    private readonly sqlite3_stmt _statement;
    private readonly nint _native;
    private int[] _places = [];

    /// <param name="connection">Open, and used by one thread at a time.</param>
    /// <param name="sql">Its parameters are <c>@p0</c>, <c>@p1</c> and so on.</param>
    public SqliteStatement(SqliteConnection connection, string sql)
    {
        _database = connection.Handle!;
        Check(raw.sqlite3_prepare_v3(_database, sql, raw.SQLITE_PREPARE_PERSISTENT, out _statement));
        _native = _statement.DangerousGetHandle();   // good until this is disposed of
    }

    /// <summary>Runs it to its end.</summary>
    /// <returns>How many rows it has changed.</returns>
    public int Execute(ReadOnlySpan<object?> values)
    {
        try
        {
            Bind(values);
            while (Step())
            {
                // A statement that changes rows may also return some; nobody asks for them here.
            }

            return raw.sqlite3_changes(_database);
        }
        finally
        {
            Reset();
        }
    }

    /// <summary>Sets the parameters of a new execution.</summary>
    public void Bind(ReadOnlySpan<object?> values)
    {
        if (_places.Length < values.Length)
            _places = [.. Enumerable.Range(0, values.Length).Select(i => raw.sqlite3_bind_parameter_index(_statement, $"@p{i}"))];
        for (var i = 0; i < values.Length; i++)
        {
            if (_places[i] != 0)
                Check(Bind(_places[i], values[i]));
        }
    }

    /// <summary>Goes to the next row; false when there is none.</summary>
    public bool Step()
    {
        var result = SqliteColumns.Step(_native);
        if (result is not (raw.SQLITE_ROW or raw.SQLITE_DONE))
            SqliteException.ThrowExceptionForRC(result, _database);
        return result == raw.SQLITE_ROW;
    }

    public long Integer(int column) => SqliteColumns.Integer(_native, column);

    public double Number(int column) => SqliteColumns.Number(_native, column);

    public bool IsNull(int column) => raw.sqlite3_column_type(_statement, column) == raw.SQLITE_NULL;

    /// <summary>A text, which may hold the character 0: hence its bytes, and not what ends at the first 0.</summary>
    public string Text(int column) => Encoding.UTF8.GetString(raw.sqlite3_column_blob(_statement, column));

    /// <summary>Ends an execution, so that it holds no lock.</summary>
    public void Reset() => raw.sqlite3_reset(_statement);   // it repeats the last error, which was thrown already

    public void Dispose() => _statement.Dispose();

    private int Bind(int place, object? value) => value switch
    {
        null => raw.sqlite3_bind_null(_statement, place),
        long number => raw.sqlite3_bind_int64(_statement, place, number),
        int number => raw.sqlite3_bind_int64(_statement, place, number),
        bool flag => raw.sqlite3_bind_int64(_statement, place, flag ? 1 : 0),
        double number => raw.sqlite3_bind_double(_statement, place, number),
        string text => BindText(place, text),
        byte[] bytes => raw.sqlite3_bind_blob(_statement, place, bytes),
        _ => throw new ArgumentException($"No column takes a {value.GetType().Name}.", nameof(value)),
    };

    private int BindText(int place, string text)
    {
        var length = Encoding.UTF8.GetMaxByteCount(text.Length);
        if (length <= 512)
        {
            Span<byte> few = stackalloc byte[length];
            return raw.sqlite3_bind_text(_statement, place, few[..Encoding.UTF8.GetBytes(text, few)]);
        }

        var many = ArrayPool<byte>.Shared.Rent(length);
        var result = raw.sqlite3_bind_text(_statement, place, many.AsSpan(0, Encoding.UTF8.GetBytes(text, many)));   // SQLite copies it
        ArrayPool<byte>.Shared.Return(many);
        return result;
    }

    private void Check(int result) => SqliteException.ThrowExceptionForRC(result, _database);
}
