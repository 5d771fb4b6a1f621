using System.Data.Common;
using Assay.Kernel.Homes;

namespace Assay.Tests;

/// <summary>
/// The database of one test host: SQLite in its home, or, in the build of these tests for PostgreSQL, a database of its own
/// on the server that ASSAY_TEST_POSTGRES points at.
/// </summary>
public sealed class TestDatabase : IAsyncDisposable
{
#if POSTGRES
    private readonly string _name = $"assay_{Guid.NewGuid():N}";
    private readonly string _server;

    private TestDatabase(string server) => _server = server;

    /// <summary>Connection string; null for SQLite.</summary>
    public string? Postgres => $"{_server};Database={_name}";

    public static async Task<TestDatabase> Create()
    {
        var server = Environment.GetEnvironmentVariable("ASSAY_TEST_POSTGRES");
        Assert.SkipWhen(string.IsNullOrEmpty(server), "ASSAY_TEST_POSTGRES names no PostgreSQL server; ./test starts one where it is installed.");
        var database = new TestDatabase(WithoutDatabase(server!));
        await database.OnServer($"CREATE DATABASE {database._name}");
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
        Npgsql.NpgsqlConnection.ClearAllPools();
        await OnServer($"DROP DATABASE IF EXISTS {_name} WITH (FORCE)");
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
    /// <summary>Connection string; null for SQLite.</summary>
    public string? Postgres => null;

    public static Task<TestDatabase> Create() => Task.FromResult(new TestDatabase());

    public async Task<DbConnection> Open(AssayHome home)
    {
        var connection = new Microsoft.Data.Sqlite.SqliteConnection($"Data Source={home.DatabaseFile}");
        await connection.OpenAsync(TestContext.Current.CancellationToken);
        return connection;
    }

    public ValueTask DisposeAsync()
    {
        Microsoft.Data.Sqlite.SqliteConnection.ClearAllPools();
        return ValueTask.CompletedTask;
    }
#endif
}
