using System.Collections.Concurrent;
using System.Data.Common;
using Assay.Kernel;
using Assay.Kernel.Homes;
using Assay.Server.Storage;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace Assay.Tests;

/// <summary>
/// The database of one test host: SQLite in its home, or, in the build of these tests for PostgreSQL, a database of its own
/// on the server that ASSAY_TEST_POSTGRES points at. Each is a copy of one that was migrated once, since making all tables
/// takes longer than most tests do.
/// </summary>
public sealed class TestDatabase : IAsyncDisposable
{
    private static async Task Migrate(AssayHome home, string? postgres)
    {
        var services = new ServiceCollection();
        services.AddDatabase(home, postgres);
        services.AddKernel(home);
        foreach (var tables in DesignTime.Tables())
            services.AddSingleton(tables);
        await using var provider = services.BuildServiceProvider();
        await Server.Storage.Database.Migrate(provider, home, CancellationToken.None);
    }

#if POSTGRES
    // Rows go and numbers begin at one again; no trigger and no foreign key has a say in it.
    private const string Empty = """
        SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid();
        SET session_replication_role = replica;
        DO $$
        DECLARE
            place regclass;
            used boolean;
        BEGIN
            FOR place IN SELECT oid FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace AND relname <> '__EFMigrationsHistory' AND pg_relation_size(oid) > 0 LOOP
                EXECUTE format('SELECT EXISTS (SELECT 1 FROM %s)', place) INTO used;
                IF used THEN
                    EXECUTE format('DELETE FROM %s', place);
                END IF;
            END LOOP;
            PERFORM setval(oid, 1, false) FROM pg_class WHERE relkind = 'S' AND relnamespace = 'public'::regnamespace;
        END $$
        """;

    private static readonly Lazy<Task<string>> Migrated = new(MakeMigrated);
    private static readonly ConcurrentBag<string> Emptied = [];   // emptying one takes far less than copying its files and removing them

    private readonly string _name;

    // The name of the application keeps its connections apart from those of a host that had this database before. Every new
    // host would ask for all types, and each table has two, though it uses those alone that come with PostgreSQL.
    private TestDatabase(string name) =>
        (_name, Postgres) = (name, $"{Cluster};Database={name};Application Name={Guid.NewGuid():N};Server Compatibility Mode=NoTypeLoading");

    /// <summary>Connection string; null for SQLite.</summary>
    public string? Postgres { get; }

    private static string Cluster => new NpgsqlConnectionStringBuilder(Environment.GetEnvironmentVariable("ASSAY_TEST_POSTGRES")) { Database = null, Pooling = true, MaxPoolSize = 20 }.ConnectionString;

    /// <summary>A database with all tables and no rows.</summary>
    public static async Task<TestDatabase> Create(string root)
    {
        Assert.SkipWhen(
            string.IsNullOrEmpty(Environment.GetEnvironmentVariable("ASSAY_TEST_POSTGRES")), "ASSAY_TEST_POSTGRES names no PostgreSQL server; ./test starts one where it is installed.");
        if (Emptied.TryTake(out var emptied))
            return new(emptied);
        var name = NewName();
        await Run("postgres", $"CREATE DATABASE {name} TEMPLATE {await Migrated.Value}");
        return new(name);
    }

    public async Task<DbConnection> Open(AssayHome home)
    {
        var connection = new NpgsqlConnection(Postgres);
        await connection.OpenAsync(TestContext.Current.CancellationToken);
        return connection;
    }

    // Left on the server at the end, like the one that was migrated: it belongs to ./test, which removes it whole.
    public async ValueTask DisposeAsync()
    {
        ClearPool();
        await Run(_name, Empty);
        Emptied.Add(_name);
    }

    private static async Task<string> MakeMigrated()
    {
        var name = NewName();
        await Run("postgres", $"CREATE DATABASE {name}");
        var database = new TestDatabase(name);
        using var folder = new TemporaryFolder();
        await Migrate(new(folder.Path), database.Postgres);
        database.ClearPool();   // nobody may be connected to what is copied
        return name;
    }

    private static string NewName() => $"assay_{Guid.NewGuid():N}";

    private static async Task Run(string database, string sql)
    {
        await using var connection = new NpgsqlConnection($"{Cluster};Database={database};Pooling=false");
        await connection.OpenAsync();
        await using var command = connection.CreateCommand();
        command.CommandText = sql;
        await command.ExecuteNonQueryAsync();
    }

    private void ClearPool()
    {
        using var pooled = new NpgsqlConnection(Postgres);
        NpgsqlConnection.ClearPool(pooled);
    }
#else
    private static readonly Lazy<Task<byte[]>> Migrated = new(MakeMigrated);

    private readonly string _root;

    private TestDatabase(string root) => _root = root;

    /// <summary>Connection string; null for SQLite.</summary>
    public string? Postgres => null;

    /// <summary>A database with all tables and no rows, for the home at <paramref name="root"/>.</summary>
    public static async Task<TestDatabase> Create(string root)
    {
        await File.WriteAllBytesAsync(new AssayHome(root).DatabaseFile, await Migrated.Value);
        return new(root);
    }

    public async Task<DbConnection> Open(AssayHome home)
    {
        var connection = new Microsoft.Data.Sqlite.SqliteConnection($"Data Source={home.DatabaseFile};Pooling=False");
        await connection.OpenAsync(TestContext.Current.CancellationToken);
        return connection;
    }

    public ValueTask DisposeAsync()
    {
        ClearPool(new(_root));
        return ValueTask.CompletedTask;
    }

    private static async Task<byte[]> MakeMigrated()
    {
        using var folder = new TemporaryFolder();
        var home = new AssayHome(folder.Path);
        await Migrate(home, null);
        ClearPool(home);   // the last connection to close writes the log into the file
        return await File.ReadAllBytesAsync(home.DatabaseFile);
    }

    private static void ClearPool(AssayHome home)
    {
        using var pooled = new Microsoft.Data.Sqlite.SqliteConnection(Server.Storage.Database.SqliteString(home));
        Microsoft.Data.Sqlite.SqliteConnection.ClearPool(pooled);
    }
#endif
}
