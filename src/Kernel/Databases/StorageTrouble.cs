using System.Data.Common;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;

namespace Assay.Kernel.Databases;

/// <summary>Tells what befell a database or a disk from what is wrong with a question.</summary>
public static class StorageTrouble
{
    private const int SqliteKey = 1555;      // SQLITE_CONSTRAINT_PRIMARYKEY
    private const int SqliteUnique = 2067;   // SQLITE_CONSTRAINT_UNIQUE
    private const int SqliteFull = 13;

    /// <summary>Whether the database is away for a while, so that the same may do in a moment: the driver says so, inside whatever wraps its word.</summary>
    public static bool IsAway(Exception problem) =>
        problem is DbException { IsTransient: true } || (problem.InnerException is { } inner && IsAway(inner));

    /// <summary>Whether no space is left, on the disk of the home or on that of the database, whatever wraps it.</summary>
    public static bool IsFull(Exception problem) => problem switch
    {
        IOException => (problem.HResult & 0xFFFF) is 28 or 0x70,   // ENOSPC, and its like on Windows
        SqliteException { SqliteErrorCode: SqliteFull } or DbException { SqlState: "53100" } => true,
        _ => problem.InnerException is { } inner && IsFull(inner),
    };

    /// <summary>Whether a write came second: somebody else changed, removed or added the same row first.</summary>
    public static bool IsLost(DbUpdateException problem) => problem is DbUpdateConcurrencyException || IsTaken(problem);

    /// <summary>Whether there is a row of that key already.</summary>
    public static bool IsTaken(DbUpdateException problem) =>
        problem.InnerException is SqliteException { SqliteExtendedErrorCode: SqliteKey or SqliteUnique } or DbException { SqlState: "23505" };
}
