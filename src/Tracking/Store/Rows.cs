using System.Data.Common;

namespace Assay.Tracking.Store;

/// <summary>
/// The rows that a statement finds, one after the other; on SQLite without ADO.NET around them. Of one statement they are
/// disposed of before it is asked for again.
/// </summary>
internal readonly struct Rows(SqliteStatement? sqlite, DbDataReader? reader) : IDisposable
{
    /// <summary>Goes to the next row; false when there is none.</summary>
    public bool Next() => sqlite?.Step() ?? reader!.Read();

    public bool IsNull(int column) => sqlite?.IsNull(column) ?? reader!.IsDBNull(column);

    public long Integer(int column) => sqlite?.Integer(column) ?? reader!.GetInt64(column);

    public double Number(int column) => sqlite?.Number(column) ?? reader!.GetDouble(column);

    public bool Flag(int column) => sqlite is null ? reader!.GetBoolean(column) : sqlite.Integer(column) != 0;

    public string Text(int column) => sqlite?.Text(column) ?? reader!.GetString(column);

    public string? TextOrNull(int column) => IsNull(column) ? null : Text(column);

    public void Dispose()
    {
        sqlite?.Reset();
        reader?.Dispose();
    }
}
