using System.Runtime.InteropServices;

namespace Assay.Tracking.Store;

/// <summary>
/// Steps through rows and reads their numbers as SQLite's library offers it. A history has ten thousand rows of three numbers,
/// and counting who holds the statement at each of these calls takes longer than the calls (see <c>bench/tracking</c>).
/// </summary>
internal static partial class SqliteColumns
{
    private const string Library = "e_sqlite3";   // the one that Microsoft.Data.Sqlite has loaded

    /// <summary>Goes to the next row; answers with SQLite's code.</summary>
    [LibraryImport(Library, EntryPoint = "sqlite3_step")]
    public static partial int Step(nint statement);

    // Both only read memory of the current row, so the garbage collector may wait for them.
    [LibraryImport(Library, EntryPoint = "sqlite3_column_int64")]
    [SuppressGCTransition]
    public static partial long Integer(nint statement, int column);

    [LibraryImport(Library, EntryPoint = "sqlite3_column_double")]
    [SuppressGCTransition]
    public static partial double Number(nint statement, int column);
}
