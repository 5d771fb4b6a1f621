using Assay.Kernel.Homes;
using Assay.Server.Hosting;
using Microsoft.Data.Sqlite;

namespace Assay.Tests.Kernel;

public sealed class MigrationTests
{
    /// <summary>The entity framework's own lock is a row that only who made it takes away.</summary>
    [Theory]
    [InlineData("WAL")]
    [InlineData("DELETE")]   // killed before the first connection had switched to the write-ahead log
    public async Task A_process_that_was_killed_while_it_made_the_tables_does_not_hold_up_the_next_one(string journal)
    {
        using var folder = new TemporaryFolder();
        var home = folder["home"];
        Directory.CreateDirectory(home);
        await using (var connection = new SqliteConnection($"Data Source={new AssayHome(home).DatabaseFile};Pooling=False"))
        {
            await connection.OpenAsync(TestContext.Current.CancellationToken);
            await using var command = connection.CreateCommand();
            command.CommandText = $"""
                PRAGMA journal_mode={journal};
                CREATE TABLE "__EFMigrationsLock" ("Id" INTEGER NOT NULL CONSTRAINT "PK___EFMigrationsLock" PRIMARY KEY, "Timestamp" TEXT NOT NULL);
                INSERT INTO "__EFMigrationsLock" VALUES (1, '2026-11-26 17:00:00');
                """;
            await command.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
        }

        await using var server = await AssayServer.Start(new ServerOptions { Home = home, Port = 0, MetricsPort = 0 }, TestContext.Current.CancellationToken)
            .WaitAsync(TimeSpan.FromMinutes(1), TestContext.Current.CancellationToken);

        Assert.True(server.AdminTokenIsNew);
    }

    [Fact]
    public async Task A_home_that_has_lost_its_database_or_whose_PostgreSQL_is_not_named_gets_no_new_one()
    {
        using var folder = new TemporaryFolder();
        var options = new ServerOptions { Home = folder["home"], Port = 0, MetricsPort = 0 };
        await using (await AssayServer.Start(options, TestContext.Current.CancellationToken))
        {
            // Its end signs the ledger's head.
        }

        var file = new AssayHome(options.Home).DatabaseFile;
        SqliteConnection.ClearAllPools();
        File.Delete(file);

        var refused = await Assert.ThrowsAsync<StartRefusedException>(() => AssayServer.Start(options, TestContext.Current.CancellationToken));
        Assert.Contains("has been used, but has no database of its own: name its PostgreSQL by ASSAY_POSTGRES", refused.Message, StringComparison.Ordinal);
    }
}
