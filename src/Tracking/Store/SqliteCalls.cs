using System.Runtime.InteropServices;

namespace Assay.Tracking.Store;

/// <summary>
/// Binds numbers, steps through rows and reads their numbers as SQLite's library offers it. A history has ten thousand rows of
/// three numbers, a batch a hundred points of four, and counting who holds the statement at each of these calls takes longer
/// than the calls (see <c>bench/tracking</c>).
/// </summary>
internal static partial class SqliteCalls
{
    private const string Library = "e_sqlite3";   // the one that Microsoft.Data.Sqlite has loaded
    private static readonly nint Transient = -1;   // SQLite copies the bytes

    /// <summary>Goes to the next row; answers with SQLite's code.</summary>
    [LibraryImport(Library, EntryPoint = "sqlite3_step")]
    public static partial int Step(nint statement);

    /// <summary>Ends an execution; what was bound stays.</summary>
    [LibraryImport(Library, EntryPoint = "sqlite3_reset")]
    public static partial int Reset(nint statement);

    // These only touch memory of the statement, so the garbage collector may wait for them.
    [LibraryImport(Library, EntryPoint = "sqlite3_column_int64")]
    [SuppressGCTransition]
    public static partial long Integer(nint statement, int column);

    [LibraryImport(Library, EntryPoint = "sqlite3_column_double")]
    [SuppressGCTransition]
    public static partial double Number(nint statement, int column);

    [LibraryImport(Library, EntryPoint = "sqlite3_column_type")]
    [SuppressGCTransition]
    public static partial int Type(nint statement, int column);

    [LibraryImport(Library, EntryPoint = "sqlite3_bind_int64")]
    [SuppressGCTransition]
    public static partial int Bind(nint statement, int place, long value);

    [LibraryImport(Library, EntryPoint = "sqlite3_bind_double")]
    [SuppressGCTransition]
    public static partial int Bind(nint statement, int place, double value);

    [LibraryImport(Library, EntryPoint = "sqlite3_bind_null")]
    [SuppressGCTransition]
    public static partial int BindNull(nint statement, int place);

    public static int Bind(nint statement, int place, ReadOnlySpan<byte> text)
    {
        // An empty text has an address, too, for none would be null.
        var bytes = text.IsEmpty ? "\0"u8 : text;
        return BindText(statement, place, in MemoryMarshal.GetReference(bytes), text.Length, Transient);
    }

    [LibraryImport(Library, EntryPoint = "sqlite3_bind_text")]
    private static partial int BindText(nint statement, int place, in byte text, int length, nint after);
}
