using System.Net.Http.Json;
using System.Text;
using Assay.Governance;
using Assay.Governance.Access;
using Assay.Governance.Ledger;
using Assay.Kernel;
using Microsoft.Extensions.DependencyInjection;

namespace Assay.Tests.Governance;

public class LedgerTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_untouched_ledger_verifies()
    {
        await using var server = await TestServer.Start();
        await MakeProjects(server, 5);
        var found = await Verify(server);
        Assert.Empty(found.Problems);
        Assert.True(found.Verified);
        Assert.True(found.Size >= 7, $"{found.Size} events");
        Assert.True(found.RowsChecked >= 7, $"{found.RowsChecked} rows");
    }

    [Theory]
    [InlineData("UPDATE governance_ledger_events SET body = replace(body, 'team-2', 'team-9') WHERE subject = 'project:team-2'", "project:team-2")]
    [InlineData("UPDATE governance_ledger_events SET actor = 'nobody' WHERE subject = 'project:team-2'", "project:team-2")]
    [InlineData("UPDATE governance_ledger_events SET outcome = 'Refused' WHERE subject = 'project:team-2'", "project:team-2")]
    [InlineData("DELETE FROM governance_ledger_events WHERE subject = 'project:team-2'", "was deleted from governance_ledger_events")]
    [InlineData("DELETE FROM governance_ledger_heads WHERE number = 2", "Head 2 was deleted")]
    [InlineData("DELETE FROM governance_ledger_heads WHERE number = (SELECT max(number) FROM governance_ledger_heads)", "governance_ledger_heads has none of that size")]
    [InlineData("UPDATE governance_ledger_heads SET checkpoint = replace(checkpoint, 'assay', 'essay') WHERE number = 1", "signature of head 1")]
    [InlineData("UPDATE governance_ledger_tiles SET hashes = substr(hashes, 1, 64)", "The hash of event 2 is missing from governance_ledger_tiles")]
    [InlineData("UPDATE governance_projects SET created_at = created_at + 1 WHERE name = 'team-2'", "Row team-2 of governance_projects was changed")]
    [InlineData("DELETE FROM governance_projects WHERE name = 'team-2'", "Row team-2 was deleted from governance_projects")]
    [InlineData("INSERT INTO governance_projects (name, created_at) VALUES ('sneaked', 1)", "Row sneaked was added to governance_projects")]
    [InlineData("UPDATE governance_tokens SET role = NULL, name = 'x'", "of governance_tokens was changed")]
    public async Task A_row_changed_with_a_database_tool_is_found_and_named(string sql, string named)
    {
        await using var server = await TestServer.Start();
        await MakeProjects(server, 4);
        await Execute(server, sql);
        var found = await Verify(server);
        Assert.False(found.Verified);
        Assert.Contains(found.Problems, problem => problem.Contains(named, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Who_reads_the_ledger_of_one_project_is_told_how_many_problems_there_are_and_not_which()
    {
        await using var server = await TestServer.Start();
        await MakeProjects(server, 4);
        var bound = await server.Client(Role.Viewer, "team-1");
        await Execute(server, "UPDATE governance_projects SET created_at = created_at + 1 WHERE name IN ('team-2', 'team-3')");
        Assert.True((await VerifyAsMember(bound)).Verified);   // what was found a moment ago
        Assert.Equal(2, (await Verify(server)).Problems.Count);
        var found = await VerifyAsMember(bound);
        var head = await bound.GetFromJsonAsync<LedgerHeadSummary>("/projects/team-1/api/v1/ledger/head", AssayJson.Options, Cancel);
        Assert.All(new[] { found, head!.LastVerification! }, told =>
        {
            Assert.False(told.Verified);
            Assert.StartsWith("2 problems were found.", Assert.Single(told.Problems), StringComparison.Ordinal);
        });
    }

    [Fact]
    public async Task Verifications_that_are_asked_for_at_once_are_few()
    {
        await using var server = await TestServer.Start();
        await MakeProjects(server, 20);
        var verification = server.Services.GetRequiredService<SharedVerification>();
        var found = await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => verification.Run(Cancel)));
        Assert.All(found, each => Assert.True(each.Verified));
        Assert.True(found.Distinct(ReferenceEqualityComparer.Instance).Count() <= 3, "Each that asked had one of its own.");

        // One that runs already is not shared: it may have read what is changed now.
        var running = verification.Run(Cancel);
        await server.Tamper("DELETE FROM governance_projects WHERE name = 'team-2'");
        Assert.False((await verification.Run(Cancel)).Verified);
        await running;
    }

    [Fact]
    public async Task Cutting_off_the_end_with_everything_that_belongs_to_it_is_found_by_the_head_in_the_home()
    {
        await using var server = await TestServer.Start();
        await MakeProjects(server, 3);
        await Verify(server);

        // The last head may have placed more than one event: all of them go.
        const string Cut = "(SELECT max(size) FROM governance_ledger_heads WHERE size < (SELECT max(size) FROM governance_ledger_heads))";
        await Execute(server, $"DELETE FROM governance_ledger_events WHERE place >= {Cut}");
        await Execute(server, $"UPDATE governance_ledger_tiles SET hashes = substr(hashes, 1, CAST({Cut} * 32 AS integer))");
        await Execute(server, "DELETE FROM governance_ledger_heads WHERE number = (SELECT max(number) FROM governance_ledger_heads)");
        await Execute(server, "DELETE FROM governance_projects WHERE name = 'team-2'");
        Assert.Contains((await Verify(server)).Problems, problem => problem.Contains("its end was cut off", StringComparison.Ordinal));

        // Growing past the cut does not cover it up.
        await MakeProjects(server, 12);
        Assert.Contains((await Verify(server)).Problems, problem => problem.Contains("the database was rewritten", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_proof_leads_from_the_entry_to_the_signed_head()
    {
        await using var server = await TestServer.Start();
        await MakeProjects(server, 6);
        await Verify(server);
        var proof = (await server.Admin.GetFromJsonAsync<LedgerProof>("/api/v1/ledger/3/proof", AssayJson.Options, Cancel))!;
        var lines = proof.Checkpoint.Split('\n');
        var root = Convert.FromBase64String(lines[2]);
        var size = long.Parse(lines[1], System.Globalization.CultureInfo.InvariantCulture);
        var leaf = MerkleTree.LeafHash(Encoding.UTF8.GetBytes(proof.Entry));
        Assert.True(MerkleTree.VerifyInclusion(leaf, 3, size, [.. proof.Hashes.Select(Convert.FromBase64String)], root));
        Assert.False(MerkleTree.VerifyInclusion(leaf, 2, size, [.. proof.Hashes.Select(Convert.FromBase64String)], root));
    }

    [Fact]
    public async Task A_tree_of_several_tiles_keeps_its_roots_and_proofs()
    {
        await using var server = await TestServer.Start();
        await MakeProjects(server, 300);
        var found = await Verify(server);
        Assert.Empty(found.Problems);
        foreach (var index in new[] { 0, 255, 256, 299 })
        {
            var proof = (await server.Admin.GetFromJsonAsync<LedgerProof>($"/api/v1/ledger/{index}/proof", AssayJson.Options, Cancel))!;
            var lines = proof.Checkpoint.Split('\n');
            Assert.True(MerkleTree.VerifyInclusion(
                Convert.FromHexString(proof.LeafHash), index, long.Parse(lines[1], System.Globalization.CultureInfo.InvariantCulture),
                [.. proof.Hashes.Select(Convert.FromBase64String)], Convert.FromBase64String(lines[2])));
        }
    }

    [Fact]
    public async Task A_reader_sees_every_event_once_and_in_order()
    {
        await using var server = await TestServer.Start();
        await MakeProjects(server, 3);
        var feed = Microsoft.Extensions.DependencyInjection.ServiceProviderServiceExtensions.GetRequiredService<ILedgerFeed>(server.Services);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        var seen = new List<long>();
        var wanted = await feed.Size(Cancel) + 1;
        var reading = Task.Run(
            async () =>
            {
                await foreach (var entry in feed.Follow(0, stop.Token))
                {
                    seen.Add(entry.Index);
                    if (seen.Count == wanted)
                        break;
                }
            },
            Cancel);
        await server.Admin.PostAsJsonAsync("/api/v1/projects", new { name = "later" }, Cancel);
        await reading.WaitAsync(TimeSpan.FromSeconds(20), Cancel);
        Assert.Equal(Enumerable.Range(0, (int)wanted).Select(index => (long)index), seen);
    }

    private static async Task MakeProjects(TestServer server, int count)
    {
        for (var i = 0; i < count; i++)
            await server.Admin.PostAsJsonAsync("/api/v1/projects", new { name = $"team-{i}" }, Cancel);
    }

    private static async Task<LedgerVerification> VerifyAsMember(HttpClient member)
    {
        var answer = await member.PostAsync("/projects/team-1/api/v1/ledger/verify", null, Cancel);
        return (await answer.EnsureSuccessStatusCode().Content.ReadFromJsonAsync<LedgerVerification>(AssayJson.Options, Cancel))!;
    }

    private static async Task<LedgerVerification> Verify(TestServer server)
    {
        var answer = await server.Admin.PostAsync("/api/v1/ledger/verify", null, Cancel);
        return (await answer.EnsureSuccessStatusCode().Content.ReadFromJsonAsync<LedgerVerification>(AssayJson.Options, Cancel))!;
    }

    private static async Task Execute(TestServer server, string sql)
    {
        // A verification first, so that every event has its place and the heads are written.
        await Verify(server);
        Assert.True(await server.Tamper(sql) > 0, "The tampering changed nothing.");
    }
}
