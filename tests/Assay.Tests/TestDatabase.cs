using System.Data.Common;
using Assay.Kernel;
using Assay.Kernel.Homes;
using Assay.Server.Storage;
using Microsoft.Extensions.DependencyInjection;

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
        await Server.Storage.Database.Migrate(provider, home.Root, CancellationToken.None);
    }

#if POSTGRES
    private static readonly Lazy<Task<string>> Migrated = new(MakeMigrated);

    private readonly string _name = $"assay_{Guid.NewGuid():N}";
    private readonly string _server;

    private TestDatabase(string server) => _server = server;

    /// <summary>Connection string; null for SQLite.</summary>
    public string? Postgres => $"{_server};Database={_name}";

    /// <summary>A database with all tables and no rows.</summary>
    public static async Task<TestDatabase> Create(string root)
    {
        var server = Environment.GetEnvironmentVariable("ASSAY_TEST_POSTGRES");
        Assert.SkipWhen(string.IsNullOrEmpty(server), "ASSAY_TEST_POSTGRES names no PostgreSQL server; ./test starts one where it is installed.");
        var template = await Migrated.Value;
        var database = new TestDatabase(WithoutDatabase(server!));
        await database.OnServer($"CREATE DATABASE {database._name} TEMPLATE {template}");
        return database;
    }

    public async Task<DbConnection> Open(AssayHome home)
    {
        var connection = new Npgsql.NpgsqlConnection(Postgres);
        await connection.OpenAsync(TestContext.Current.CancellationToken);
        return connection;
    }

    public async ValueTask DisposeAsync()
    {
        await OnServer($"DROP DATABASE IF EXISTS {_name} WITH (FORCE)");
        using var pooled = new Npgsql.NpgsqlConnection(Postgres);
        Npgsql.NpgsqlConnection.ClearPool(pooled);
    }

    // Left on the server at the end: it belongs to ./test, which removes it whole.
    private static async Task<string> MakeMigrated()
    {
        var database = new TestDatabase(WithoutDatabase(Environment.GetEnvironmentVariable("ASSAY_TEST_POSTGRES")!));
        await database.OnServer($"CREATE DATABASE {database._name}");
        using var folder = new TemporaryFolder();
        await Migrate(new(folder.Path), database.Postgres);
        using var pooled = new Npgsql.NpgsqlConnection(database.Postgres);
        Npgsql.NpgsqlConnection.ClearPool(pooled);   // nobody may be connected to what is copied
        return database._name;
    }

    private static string WithoutDatabase(string server) =>
        new Npgsql.NpgsqlConnectionStringBuilder(server) { Database = null, Pooling = true, MaxPoolSize = 20 }.ConnectionString;

    private async Task OnServer(string sql)
    {
        await using var connection = new Npgsql.NpgsqlConnection($"{_server};Database=postgres;Pooling=false");
        await connection.OpenAsync();
        await using var command = connection.CreateCommand();
        command.CommandText = sql;
        await command.ExecuteNonQueryAsync();
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
