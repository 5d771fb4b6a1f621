using System.Text.Json;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Http;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace Assay.Tests.Hosting;

/// <summary>What callers are told when disk or database give out.</summary>
public sealed class StorageTroubleTests
{
    private const int NoSpaceLeft = 28;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_full_disk_is_a_507_and_a_database_that_is_away_a_503_however_they_are_wrapped()
    {
        await using var server = await TestServer.Start();
        Assert.Equal((507, "Disk full"), await Told(server, new IOException("full", NoSpaceLeft)));
        Assert.Equal((507, "Disk full"), await Told(server, new DbUpdateException("not saved", new SqliteException("database or disk is full", 13))));
        Assert.Equal((507, "Disk full"), await Told(server, new DbUpdateException("not saved", new PostgresException("could not extend file", "ERROR", "ERROR", "53100"))));
        Assert.Equal((503, "Database away"), await Told(server, new InvalidOperationException("likely transient", new NpgsqlException("refused", new IOException("broken")))));
        Assert.Equal((503, "Database away"), await Told(server, new PostgresException("going down", "FATAL", "FATAL", "57P01")));
        Assert.Equal((500, "Defect"), await Told(server, new InvalidOperationException("a defect", new IOException("another"))));
        Assert.Equal((500, "Defect"), await Told(server, new PostgresException("no such column", "ERROR", "ERROR", "42703")));
    }

    private static async Task<(int Status, string? Title)> Told(TestServer server, Exception problem)
    {
        await using var scope = server.Services.CreateAsyncScope();
        using var body = new MemoryStream();
        var http = new DefaultHttpContext { RequestServices = scope.ServiceProvider, Response = { Body = body } };
        http.Request.Headers.Accept = "application/json";
        foreach (var handler in scope.ServiceProvider.GetServices<IExceptionHandler>())
        {
            if (await handler.TryHandleAsync(http, problem, Cancel))
                break;
        }

        return (http.Response.StatusCode, JsonElement.Parse(body.ToArray()).GetProperty("title").GetString());
    }
}
