using System.ComponentModel.DataAnnotations;
using Assay.Governance.Access;
using Assay.Kernel;
using Microsoft.EntityFrameworkCore;

namespace Assay.Governance.Ledger;

/// <summary>
/// Which events are wanted: those that fit everything that is given. Type, subject and actor are exact, or prefixes when
/// they end in an asterisk.
/// </summary>
public sealed record LedgerSearch
{
    /// <summary>Such as <c>model.promoted</c>, or <c>model.*</c>.</summary>
    [StringLength(100)]
    public string? Type { get; init; }

    /// <summary>Such as <c>model:churn@3</c>, or <c>model:churn@*</c>.</summary>
    [StringLength(300)]
    public string? Subject { get; init; }

    /// <summary>Pseudonymous id of who did it, such as <c>token:0123456789ab</c>.</summary>
    [StringLength(80)]
    public string? Actor { get; init; }

    /// <summary>How it ended: <c>success</c>, <c>refused</c> or <c>failed</c>.</summary>
    [RegularExpression("^(success|refused|failed)$", ErrorMessage = "An outcome is success, refused or failed.")]
    public string? Outcome { get; init; }

    /// <summary>The one project to which they belong.</summary>
    [StringLength(63)]
    public string? Project { get; init; }

    /// <summary>Earliest time, included.</summary>
    public DateTimeOffset? Since { get; init; }

    /// <summary>Latest time, not included.</summary>
    public DateTimeOffset? Until { get; init; }

    /// <summary>Name or id of a person or service account: all that was done with any of its tokens, revoked ones too.</summary>
    [StringLength(200)]
    public string? Person { get; init; }
}

/// <summary>A search as a query. Each condition has an index that ends with the place in the tree, in which pages are sorted.</summary>
internal static class LedgerQuery
{
    // Sorts after every text that starts with what stands before it.
    private const string AfterAll = "\U0010FFFF";

    public static IQueryable<LedgerRow> Fitting(this IQueryable<LedgerRow> rows, LedgerSearch search, AssayDb db)
    {
        rows = rows.Matching(nameof(LedgerRow.Type), search.Type, db);
        rows = rows.Matching(nameof(LedgerRow.Subject), search.Subject, db);
        rows = rows.Matching(nameof(LedgerRow.Actor), search.Actor, db);
        if (Enum.TryParse<EventOutcome>(search.Outcome, ignoreCase: true, out var outcome))
            rows = rows.Where(row => row.Outcome == outcome);
        if (!string.IsNullOrEmpty(search.Project))
            rows = rows.Where(row => row.Project == search.Project);
        if (search.Since is { } since)
            rows = rows.Where(row => row.At >= since);
        if (search.Until is { } until)
            rows = rows.Where(row => row.At < until);
        return rows;
    }

    /// <summary>What an account did, by itself or with any of its tokens.</summary>
    public static IQueryable<LedgerRow> By(this IQueryable<LedgerRow> rows, string account, AssayDb db)
    {
        var tokens = db.Tokens.Where(token => token.PrincipalId == account).Select(token => "token:" + token.Id);
        return rows.Where(row => row.Actor == account || tokens.Contains(row.Actor));
    }

    private static IQueryable<LedgerRow> Matching(this IQueryable<LedgerRow> rows, string column, string? wanted, AssayDb db)
    {
        if (string.IsNullOrEmpty(wanted))
            return rows;
        if (!wanted.EndsWith('*'))
            return rows.Where(row => EF.Property<string>(row, column) == wanted);

        // LIKE of SQLite minds no case and so uses no index, but its texts are compared by their bytes. PostgreSQL compares
        // by the language of the database, but its LIKE uses the index.
        var prefix = wanted[..^1];
        if (db.Database.GetDbConnection() is not Microsoft.Data.Sqlite.SqliteConnection)
            return rows.Where(row => EF.Property<string>(row, column).StartsWith(prefix));
        var after = prefix + AfterAll;
        return rows.Where(row => string.Compare(EF.Property<string>(row, column), prefix) >= 0 && string.Compare(EF.Property<string>(row, column), after) < 0);
    }

    /// <summary>The same search in memory, for readers that follow the ledger.</summary>
    public static bool Fits(string pattern, string text) =>
        pattern.EndsWith('*') ? text.StartsWith(pattern[..^1], StringComparison.Ordinal) : text == pattern;
}
