using System.Net.Http.Json;
using Assay.Governance;
using Assay.Governance.Ledger;
using Assay.Kernel;
using Assay.Tests.Tracking;
using Assay.Tracking;
using Assay.Tracking.Experiments;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Assay.Tests.Governance;

/// <summary>The ledger states a row's changes in the order in which the row has them, whoever writes it at once.</summary>
public class LedgerOrderTests
{
    private const int Writers = 8;
    private const int Rounds = 10;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Writers_of_one_row_at_once_leave_a_ledger_that_verifies()
    {
        await using var server = await TestServer.Start();
        var id = await server.InProject<IServiceProvider, string>("default", AddExperiment);
        var saved = await Task.WhenAll(Enumerable.Range(0, Writers).Select(writer => Task.Run(() => Write(server, id, writer), Cancel)));
        Assert.True(saved.Sum() >= Rounds, $"Only {saved.Sum()} changes were saved.");

        Assert.Empty(await Problems(server));
    }

    [Fact]
    public async Task Of_two_who_change_different_columns_of_a_row_that_both_have_read_the_second_is_refused()
    {
        await using var server = await TestServer.Start();
        var id = await server.InProject<IServiceProvider, string>("default", AddExperiment);
        await server.InProject<IServiceProvider, int>("default", async services =>
        {
            var db = services.GetRequiredService<AssayDb>();
            var experiment = await db.Experiments.SingleAsync(row => row.Id == id, Cancel);
            Assert.Equal(1, await server.InProject<IServiceProvider, int>("default", other => Rename(other, id, "second")));

            experiment.UpdatedAt = DateTimeOffset.UnixEpoch.AddDays(1);
            services.GetRequiredService<ILedger>().Append(new Renamed("first"));
            await Assert.ThrowsAsync<DbUpdateConcurrencyException>(() => db.SaveChangesAsync(Cancel));
            return 0;
        });

        Assert.Empty(await Problems(server));
    }

    private static async Task<IReadOnlyList<string>> Problems(TestServer server)
    {
        var answer = await server.Admin.PostAsync("/api/v1/ledger/verify", null, Cancel);
        return (await answer.EnsureSuccessStatusCode().Content.ReadFromJsonAsync<LedgerVerification>(AssayJson.Options, Cancel))!.Problems;
    }

    private static async Task<string> AddExperiment(IServiceProvider services)
    {
        var db = services.GetRequiredService<AssayDb>();
        var now = DateTimeOffset.UnixEpoch;
        db.Experiments.Add(new Experiment { Key = 77, Id = "77", Name = "first", CreatedAt = now, UpdatedAt = now });
        services.GetRequiredService<ILedger>().Append(new Renamed("first"));
        await db.SaveChangesAsync(Cancel);
        return "77";
    }

    /// <returns>How many changes were saved; of two that read the same version of the row one is refused.</returns>
    private static async Task<int> Write(TestServer server, string id, int writer)
    {
        var saved = 0;
        for (var round = 0; round < Rounds; round++)
        {
            var name = FormattableString.Invariant($"{writer}-{round}");
            saved += await server.InProject<IServiceProvider, int>("default", services => Rename(services, id, name));
        }

        return saved;
    }

    private static async Task<int> Rename(IServiceProvider services, string id, string name)
    {
        var db = services.GetRequiredService<AssayDb>();
        (await db.Experiments.SingleAsync(row => row.Id == id, Cancel)).Name = name;
        services.GetRequiredService<ILedger>().Append(new Renamed(name));
        try
        {
            await db.SaveChangesAsync(Cancel);
            return 1;
        }
        catch (DbUpdateConcurrencyException)
        {
            return 0;   // another writer was first, and the caller would read again
        }
    }

    private sealed record Renamed(string Name) : LedgerEvent("test.renamed", "experiment:77");
}
