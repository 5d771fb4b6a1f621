using System.Reflection;
using Assay.Kernel;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata;

namespace Assay.Governance.Ledger;

/// <summary>Compares the rows of every recorded table with the last statement that the ledger makes of each.</summary>
internal sealed class RowCheck(AssayDb db, RowDigests digests, Problems problems)
{
    private static readonly MethodInfo CompareMethod =
        typeof(RowCheck).GetMethod(nameof(CompareTable), BindingFlags.Instance | BindingFlags.NonPublic)!;

    /// <summary>Rows compared.</summary>
    public async Task<long> Compare(Dictionary<(string Table, string Key), string?> statements, CancellationToken cancel)
    {
        var rows = 0L;
        foreach (var type in db.Model.GetEntityTypes().Where(Recorded.HasStatements))
            rows += await (Task<long>)CompareMethod.MakeGenericMethod(type.ClrType).Invoke(this, [type, statements, cancel])!;

        foreach (var ((table, key), mac) in statements)
        {
            if (mac is not null)
                problems.Add($"Row {key} was deleted from {table} without an event.");
        }

        return rows;
    }

    private async Task<long> CompareTable<T>(
        IEntityType type, Dictionary<(string Table, string Key), string?> statements, CancellationToken cancel)
        where T : class
    {
        var rows = 0L;
        await foreach (var row in db.Set<T>().IgnoreQueryFilters().AsNoTracking().AsAsyncEnumerable().WithCancellation(cancel))
        {
            var now = digests.State(type, row);
            rows++;
            if (!statements.Remove((now.Table, now.Key), out var stated) || stated is null)
                problems.Add($"Row {now.Key} was added to {now.Table} without an event.");
            else if (stated != now.Mac)
                problems.Add($"Row {now.Key} of {now.Table} was changed without an event.");
        }

        return rows;
    }
}

/// <summary>A read transaction that sees one state of the database, on either provider, without holding up writers.</summary>
internal static class Snapshot
{
    public static async Task<IAsyncDisposable> Begin(AssayDb db, CancellationToken cancel)
    {
        // SQLite: a deferred transaction takes its snapshot at the first read; EF's own would lock the database for writing.
        if (db.Database.GetDbConnection() is Microsoft.Data.Sqlite.SqliteConnection sqlite)
        {
            await db.Database.OpenConnectionAsync(cancel);
            return (await db.Database.UseTransactionAsync(sqlite.BeginTransaction(deferred: true), cancel))!;
        }

        return await db.Database.BeginTransactionAsync(System.Data.IsolationLevel.RepeatableRead, cancel);
    }
}
