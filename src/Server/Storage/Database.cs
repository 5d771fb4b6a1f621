using System.Text.RegularExpressions;
using Assay.Kernel;
using Assay.Kernel.Databases;
using Assay.Kernel.Homes;
using Assay.Server.Hosting;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;
using Npgsql;

namespace Assay.Server.Storage;

/// <summary>SQLite in the home, or PostgreSQL: the one switch between the two.</summary>
internal static class Database
{
    private static readonly TimeSpan MatchMax = TimeSpan.FromMilliseconds(500);

    public static void AddDatabase(this IServiceCollection services, AssayHome home, string? postgres)
    {
        services.AddSingleton(SourceOf(home, postgres));
        services.AddDbContext<AssayDb>((provider, db) =>
        {
            if (postgres is not null)
                db.UseNpgsql(postgres, npgsql => npgsql.MigrationsAssembly("Assay.Migrations.Postgres"));
            else
                db.UseSqlite(SqliteString(home), sqlite => sqlite.MigrationsAssembly("Assay.Migrations.Sqlite"))
                    .ReplaceService<IMigrationsSqlGenerator, ClusteredTables>()
                    .AddInterceptors(new SqliteDurability());
            db.UseSnakeCaseNamingConvention();
            db.AddInterceptors(provider.GetServices<IInterceptor>());
        });
    }

    public static string SqliteString(AssayHome home) =>
        new SqliteConnectionStringBuilder { DataSource = home.DatabaseFile, DefaultTimeout = 30, ForeignKeys = true }.ConnectionString;

    // Not pooled with the connections of the entity framework: these have settings of their own, and are kept open.
    private static DatabaseSource SourceOf(AssayHome home, string? postgres)
    {
        if (postgres is null)
        {
            var text = new SqliteConnectionStringBuilder(SqliteString(home)) { Pooling = false }.ConnectionString;
            return new(() => Matching(new(text)), isPostgres: false);
        }

        var server = new NpgsqlConnectionStringBuilder(postgres) { MaxAutoPrepare = 100 }.ConnectionString;
        return new(() => new NpgsqlConnection(server), isPostgres: true);
    }

    // SQLite has no regular expressions of its own. These never look back, so no pattern takes for ever; a long one on a long
    // text may still take too long.
    private static SqliteConnection Matching(SqliteConnection connection)
    {
        Regex? last = null;   // a connection is used by one thread at a time, mostly with one pattern
        connection.CreateFunction(
            "regexp",
            (string pattern, string? text) =>
            {
                if (last?.ToString() != pattern)
                    last = new(pattern, RegexOptions.NonBacktracking, MatchMax);
                try
                {
                    return text is not null && last.IsMatch(text);
                }
                catch (RegexMatchTimeoutException)
                {
                    throw new SqliteException("A regular expression takes too long.", DatabaseSource.SqliteInterrupted);
                }
            },
            isDeterministic: true);
        return connection;
    }

    // A process that is killed while it migrates leaves this table, and the next one would wait for it for ever
    // (https://learn.microsoft.com/ef/core/providers/sqlite/limitations, migrations' lock). A home belongs to one process.
    private const string DropStaleLock = "DROP TABLE IF EXISTS \"__EFMigrationsLock\"";

    /// <summary>Brings the tables up to this version.</summary>
    /// <exception cref="StartRefusedException">They are of a newer version, or those of the home are elsewhere.</exception>
    public static async Task Migrate(IServiceProvider services, AssayHome home, CancellationToken cancel)
    {
        await using var scope = services.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<AssayDb>();
        var known = db.GetService<IMigrationsAssembly>().Migrations.Keys.ToHashSet();
        var applied = (await db.Database.GetAppliedMigrationsAsync(cancel)).ToHashSet();
        if (applied.FirstOrDefault(name => !known.Contains(name)) is { } unknown)
            throw new StartRefusedException($"The home {home.Root} belongs to a newer version of Assay (its database has '{unknown}'): start that version, or choose another --home.");

        // Also with nothing to do it would compare the whole model with its snapshot at each start; a test does that.
        if (known.SetEquals(applied))
            return;
        if (applied.Count == 0 && File.Exists(home.CheckpointFile))
            throw new StartRefusedException(Elsewhere(home.Root, db.Database.IsSqlite()));
        if (db.Database.IsSqlite())
            await db.Database.ExecuteSqlRawAsync(DropStaleLock, cancel);
        await db.Database.MigrateAsync(cancel);
    }

    // A new ledger in place of the one whose head was signed would look like a ledger that was cut off.
    private static string Elsewhere(string home, bool isSqlite) => isSqlite
        ? $"The home {home} has been used, but has no database of its own: name its PostgreSQL by ASSAY_POSTGRES, or bring back assay.db from a backup."
        : $"The home {home} has been used, and the PostgreSQL database that is named is empty: name the one that the home had, or choose another --home.";

    /// <summary>The sentence for a start that failed because the database can't be opened or written; null for any other failure.</summary>
    public static StartRefusedException? WhyNot(Exception problem, string home) => problem switch
    {
        SqliteException => new(
            $"The database in {home} can't be opened: {problem.Message.TrimEnd('.')}. Check free disk space and that the home is yours.", problem),
        NpgsqlException => new($"PostgreSQL can't be used: {problem.Message} Check the connection string and that the server runs.", problem),
        DbUpdateException { InnerException: { } inner } => WhyNot(inner, home),
        _ => null,
    };

    /// <summary>The same for the entity framework's connections as for all others. LIKE minds capitals, as on PostgreSQL.</summary>
    private sealed class SqliteDurability : DbConnectionInterceptor
    {
        private const string ForReading = "PRAGMA case_sensitive_like=ON;";
        private const string ForWriting = DatabaseSource.Durability + " " + ForReading;

        public override void ConnectionOpened(System.Data.Common.DbConnection connection, ConnectionEndEventData eventData)
        {
            using var command = connection.CreateCommand();
            command.CommandText = PragmasOf(connection);
            command.ExecuteNonQuery();
        }

        public override async Task ConnectionOpenedAsync(
            System.Data.Common.DbConnection connection, ConnectionEndEventData eventData, CancellationToken cancellationToken = default)
        {
            await using var command = connection.CreateCommand();
            command.CommandText = PragmasOf(connection);
            await command.ExecuteNonQueryAsync(cancellationToken);
        }

        // The entity framework looks by a read-only connection whether there is a database, and the file of a process that
        // was killed while it made one has no write-ahead log yet.
        private static string PragmasOf(System.Data.Common.DbConnection connection) =>
            new SqliteConnectionStringBuilder(connection.ConnectionString).Mode == SqliteOpenMode.ReadOnly ? ForReading : ForWriting;
    }
}
