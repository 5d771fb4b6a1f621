using System.Net;
using System.Net.Http.Json;
using Assay.Governance;
using Assay.Governance.Access;
using Assay.Kernel;

namespace Assay.Tests.Governance;

/// <summary>Somebody who can write into the database and has no keys puts events there for the server to sign.</summary>
public class ForgedEventTests
{
    private const string WithoutTheServer = "was put into the database without the server";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_event_that_says_a_row_was_deleted_is_left_aside_and_the_row_is_missed()
    {
        await using var server = await TestServer.Start();
        await MakeProject(server, "held");
        var before = await Verify(server);
        Assert.Equal(1, await server.Tamper("DELETE FROM governance_projects WHERE name = 'held'"));
        await Forge(server, "0123456789abcdef0123456789abcdef", "project.deleted", "project:held", """[["governance_projects","held",null]]""");

        var found = await Verify(server);
        Assert.False(found.Verified);
        Assert.Contains(found.Problems, problem => problem.StartsWith("Event 0123456789abcdef0123456789abcdef (project.deleted, project:held) " + WithoutTheServer, StringComparison.Ordinal));
        Assert.Contains("Row held was deleted from governance_projects without an event.", found.Problems);
        Assert.Equal((before.Size, before.Root), (found.Size, found.Root));
        Assert.Empty((await LedgerSearchTests.Search(server.Admin, "subject=project:held&type=project.deleted")).Items);
    }

    [Fact]
    public async Task An_event_with_a_copied_digest_of_an_older_state_is_left_aside_and_the_row_is_found()
    {
        await using var server = await TestServer.Start();
        await PutRole(server, "models.read", "models.write");
        await Verify(server);
        await server.Tamper("CREATE TABLE kept AS SELECT permissions FROM governance_roles WHERE name = 'keeper'");
        await server.Tamper("CREATE TABLE said AS SELECT * FROM governance_ledger_events WHERE subject = 'role:keeper'");
        await PutRole(server, "models.read");
        await Verify(server);
        Assert.Equal(1, await server.Tamper("UPDATE governance_roles SET permissions = (SELECT permissions FROM kept) WHERE name = 'keeper'"));

        // With the MAC that the server gave the event, under another id, since the true one is taken.
        Assert.Equal(1, await server.Tamper(
            "INSERT INTO governance_ledger_events (id, at, type, subject, actor, project, outcome, body, mac) "
            + "SELECT 'fedcba9876543210fedcba9876543210', at, type, subject, actor, project, outcome, body, mac FROM said"));
        var found = await Verify(server);
        Assert.Contains(found.Problems, problem => problem.StartsWith("Event fedcba9876543210fedcba9876543210 ", StringComparison.Ordinal) && problem.Contains(WithoutTheServer, StringComparison.Ordinal));
        Assert.Contains("Row keeper of governance_roles was changed without an event.", found.Problems);

        // Under its own id, with the index gone that keeps ids unique.
        await server.Tamper("DELETE FROM governance_ledger_events WHERE id = 'fedcba9876543210fedcba9876543210'");
        await server.Tamper("DROP INDEX ix_governance_ledger_events_id");
        Assert.Equal(1, await server.Tamper(
            "INSERT INTO governance_ledger_events (id, at, type, subject, actor, project, outcome, body, mac) "
            + "SELECT id, at, type, subject, actor, project, outcome, body, mac FROM said"));
        var copied = await Verify(server);
        Assert.Contains(copied.Problems, problem => problem.EndsWith("is there more than once: it was copied in the database.", StringComparison.Ordinal));
        Assert.Contains("Row keeper of governance_roles was changed without an event.", copied.Problems);
        Assert.Equal((found.Size, found.Root), (copied.Size, copied.Root));
    }

    [Fact]
    public async Task However_many_are_put_there_the_events_of_others_have_their_place_and_the_ledger_is_right_again_without_them()
    {
        await using var server = await TestServer.Start();
        await Verify(server);
        Assert.Equal(1100, await server.Tamper(
            "WITH RECURSIVE forged(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM forged WHERE n < 1100) "
            + "INSERT INTO governance_ledger_events (id, at, type, subject, actor, project, outcome, body) "
            + "SELECT 'forged-' || n, 1, 'x.forged', 'x', 'x', 'default', 'Success', '{}' FROM forged"));
        await MakeProject(server, "later");
        Assert.Single((await LedgerSearchTests.Search(server.Admin, "subject=project:later")).Items);
        Assert.Contains((await Verify(server)).Problems, problem => problem.Contains(WithoutTheServer, StringComparison.Ordinal));

        Assert.Equal(1100, await server.Tamper("DELETE FROM governance_ledger_events WHERE type = 'x.forged'"));
        Assert.Empty((await Verify(server)).Problems);
    }

    [Fact]
    public async Task Events_that_had_no_place_when_the_server_died_have_one_after_the_next_start()
    {
        var dying = await TestServer.Start();
        await Verify(dying);
        await MakeProject(dying, "waiting");
        await Verify(dying);
        var last = (await LedgerSearchTests.Search(dying.Admin, "subject=project:waiting")).Items.Single().Index;
        await dying.StopKeepingHome();

        // As it was between the commit of the change and that of the head.
        await dying.Tamper($"UPDATE governance_ledger_events SET place = NULL WHERE place >= {last}");
        await dying.Tamper($"DELETE FROM governance_ledger_heads WHERE size > {last}");
        await dying.Tamper($"UPDATE governance_ledger_tiles SET hashes = substr(hashes, 1, {last * 32}) WHERE level = 0");
        File.Delete(dying.Home.CheckpointFile);

        await using var server = await TestServer.Restart(dying);
        var found = await Verify(server);
        Assert.Empty(found.Problems);
        Assert.Equal(last, (await LedgerSearchTests.Search(server.Admin, "subject=project:waiting")).Items.Single().Index);
    }

    [Fact]
    public async Task Events_of_before_they_had_macs_keep_their_places_and_those_that_still_wait_get_none()
    {
        await using var server = await TestServer.Start();
        await MakeProject(server, "early");
        await Verify(server);
        Assert.NotEqual(0, await server.Tamper("UPDATE governance_ledger_events SET mac = NULL"));
        Assert.Empty((await Verify(server)).Problems);
        await MakeProject(server, "late");
        Assert.Empty((await Verify(server)).Problems);

        Assert.Equal(1, await server.Tamper("UPDATE governance_ledger_events SET place = NULL WHERE subject = 'project:early'"));
        Assert.Contains((await Verify(server)).Problems, problem => problem.Contains("(project.created, project:early) " + WithoutTheServer, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_token_put_into_a_stopped_home_is_given_to_nobody_at_the_next_start_and_is_found()
    {
        var stopped = await TestServer.Start();
        await stopped.StopKeepingHome();
        const string Own = "assay_0a1b2c3d4e5f_of-somebody-else";
        var hash = Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(Own)));
        Assert.Equal(1, await stopped.Tamper(
            $"INSERT INTO governance_tokens (id, name, role, hash, created_at) VALUES ('0a1b2c3d4e5f', 'x', 'Administrator', '{hash}', 1)"));

        await using var server = await TestServer.Restart(stopped);
        using var somebody = server.Connect(Own);
        Assert.Equal(HttpStatusCode.Unauthorized, (await somebody.GetAsync("/api/v1/projects", Cancel)).StatusCode);
        Assert.Contains("Row 0a1b2c3d4e5f was added to governance_tokens without an event.", (await Verify(server)).Problems);
    }

    private static async Task Forge(TestServer server, string id, string type, string subject, string rows)
    {
        var body = $$"""{"actor":"system:start","at":"1970-01-01T00:00:00.000Z","data":{},"id":"{{id}}","project":"default","rows":{{rows}},"subject":"{{subject}}","type":"{{type}}"}""";
        Assert.Equal(1, await server.Tamper(
            "INSERT INTO governance_ledger_events (id, at, type, subject, actor, project, outcome, body, mac) "
            + $"VALUES ('{id}', 0, '{type}', '{subject}', 'system:start', 'default', 'Success', '{body}', '{new string('0', 64)}')"));
    }

    private static async Task MakeProject(TestServer server, string name) => await server.Make<ProjectSummary>("projects", new { name });

    private static async Task PutRole(TestServer server, params string[] permissions) =>
        (await server.Admin.PutAsJsonAsync("/api/v1/roles/keeper", new { permissions }, Cancel)).EnsureSuccessStatusCode();

    private static async Task<LedgerVerification> Verify(TestServer server)
    {
        var answer = await server.Admin.PostAsync("/api/v1/ledger/verify", null, Cancel);
        return (await answer.EnsureSuccessStatusCode().Content.ReadFromJsonAsync<LedgerVerification>(AssayJson.Options, Cancel))!;
    }
}
