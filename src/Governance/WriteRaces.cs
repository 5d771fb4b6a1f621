using System.Data.Common;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;

namespace Assay.Governance;

/// <summary>Tells a write that came second from one that failed.</summary>
public static class WriteRaces
{
    /// <summary>Whether somebody else changed, removed or added the same row first.</summary>
    public static bool IsLost(DbUpdateException problem) => problem is DbUpdateConcurrencyException || IsTaken(problem);

    /// <summary>Whether there is a row of that key already.</summary>
    public static bool IsTaken(DbUpdateException problem) =>
        problem.InnerException is SqliteException { SqliteErrorCode: 19 } or DbException { SqlState: "23505" };
}
