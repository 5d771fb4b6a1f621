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
        Bind(values);
        return Execute();
    }

    /// <summary>Runs it to its end with what is bound, which stays bound.</summary>
    /// <returns>How many rows it has changed.</returns>
    public int Execute()
    {
        try
        {
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
        for (var i = 0; i < values.Length; i++)
        {
            if (Place(i) is not 0 and var place)
                Check(Bind(place, values[i]));
        }
    }

    /// <summary>Sets one parameter.</summary>
    public void Bind(int parameter, long value) => Check(SqliteCalls.Bind(_native, Place(parameter), value));

    /// <inheritdoc cref="Bind(int, long)"/>
    public void Bind(int parameter, double value) => Check(SqliteCalls.Bind(_native, Place(parameter), value));

    /// <inheritdoc cref="Bind(int, long)"/>
    public void Bind(int parameter, string value) => Check(BindText(Place(parameter), value));

    /// <summary>Goes to the next row; false when there is none.</summary>
    public bool Step()
    {
        var result = SqliteCalls.Step(_native);
        if (result is not (raw.SQLITE_ROW or raw.SQLITE_DONE))
            SqliteException.ThrowExceptionForRC(result, _database);
        return result == raw.SQLITE_ROW;
    }

    public long Integer(int column) => SqliteCalls.Integer(_native, column);

    public double Number(int column) => SqliteCalls.Number(_native, column);

    public bool IsNull(int column) => SqliteCalls.Type(_native, column) == raw.SQLITE_NULL;

    /// <summary>A text, which may hold the character 0: hence its bytes, and not what ends at the first 0.</summary>
    public string Text(int column) => Encoding.UTF8.GetString(raw.sqlite3_column_blob(_statement, column));

    /// <summary>Ends an execution, so that it holds no lock.</summary>
    public void Reset() => _ = SqliteCalls.Reset(_native);   // it repeats the last error, which was thrown already

    public void Dispose() => _statement.Dispose();

    // 0 for one that the statement does not have.
    private int Place(int parameter)
    {
        if (_places.Length <= parameter)
            _places = [.. Enumerable.Range(0, Math.Max(parameter + 1, raw.sqlite3_bind_parameter_count(_statement))).Select(i => raw.sqlite3_bind_parameter_index(_statement, $"@p{i}"))];
        return _places[parameter];
    }

    private int Bind(int place, object? value) => value switch
    {
        null => SqliteCalls.BindNull(_native, place),
        long number => SqliteCalls.Bind(_native, place, number),
        int number => SqliteCalls.Bind(_native, place, (long)number),
        bool flag => SqliteCalls.Bind(_native, place, flag ? 1L : 0L),
        double number => SqliteCalls.Bind(_native, place, number),
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
            return SqliteCalls.Bind(_native, place, few[..Encoding.UTF8.GetBytes(text, few)]);
        }

        var many = ArrayPool<byte>.Shared.Rent(length);
        var result = SqliteCalls.Bind(_native, place, many.AsSpan(0, Encoding.UTF8.GetBytes(text, many)));
        ArrayPool<byte>.Shared.Return(many);
        return result;
    }

    private void Check(int result)
    {
        if (result != raw.SQLITE_OK)
            SqliteException.ThrowExceptionForRC(result, _database);
    }
}
