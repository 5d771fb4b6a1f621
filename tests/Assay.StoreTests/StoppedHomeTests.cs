using System.Diagnostics;
using Assay.Tests.Pipelines;
using Npgsql;

namespace Assay.Tests;

/// <summary>A verb on a home whose server is stopped, and whose database is PostgreSQL.</summary>
public sealed class StoppedHomeTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_verb_opens_the_database_that_the_environment_names_and_no_new_one_in_its_place()
    {
        var server = await TestServer.Start();
        var (home, postgres) = (server.Root, server.Database.Postgres!);
        await server.StopKeepingHome();
        try
        {
            var verified = await Verify(home, postgres);
            Assert.True(verified.ExitCode == 0, verified.Error);

            var unnamed = await Verify(home, null);
            Assert.Equal(1, unnamed.ExitCode);
            Assert.Contains("name its PostgreSQL by ASSAY_POSTGRES", unnamed.Error, StringComparison.Ordinal);

            var other = await EmptyDatabase(postgres);
            var empty = await Verify(home, other);
            Assert.Equal(1, empty.ExitCode);
            Assert.Contains("the PostgreSQL database that is named is empty", empty.Error, StringComparison.Ordinal);
        }
        finally
        {
            await (await TestServer.Restart(server)).DisposeAsync();   // which removes what it owns
        }
    }

    private static async Task<(int ExitCode, string Error)> Verify(string home, string? postgres)
    {
        var start = new ProcessStartInfo("dotnet", [TrainingWork.Program, "ledger", "verify", "--home", home]) { RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["ASSAY_POSTGRES"] = postgres;
        using var process = Process.Start(start)!;
        var (output, error) = (process.StandardOutput.ReadToEndAsync(Cancel), process.StandardError.ReadToEndAsync(Cancel));
        await process.WaitForExitAsync(Cancel);
        return (process.ExitCode, await output + await error);
    }

    // It stays on the server, which is removed whole.
    private static async Task<string> EmptyDatabase(string beside)
    {
        var name = $"assay_{Guid.NewGuid():N}";
        await using var connection = new NpgsqlConnection(beside);
        await connection.OpenAsync(Cancel);
        await using var command = connection.CreateCommand();
        command.CommandText = $"CREATE DATABASE {name}";
        await command.ExecuteNonQueryAsync(Cancel);
        return new NpgsqlConnectionStringBuilder(beside) { Database = name }.ConnectionString;
    }
}
