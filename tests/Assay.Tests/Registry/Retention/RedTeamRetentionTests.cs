using System.Net;
using System.Text.Json;
using Assay.Governance.Access;
using Assay.Kernel;
using Assay.Registry.Retention;
using Assay.Tests.Governance;
using Assay.Tests.Registry.Approvals;
using static Assay.Tests.Registry.Retention.RetentionCalls;

namespace Assay.Tests.Registry.Retention;

/// <summary>Ways to be rid of a version too early. All of them are refused and recorded.</summary>
public sealed class RedTeamRetentionTests(ApprovalScene scene) : IClassFixture<ApprovalScene>
{
    private static CancellationToken Cancel => ApprovalScene.Cancel;

    [Fact]
    public async Task An_administrator_who_shortens_the_rule_does_not_get_rid_of_a_version_sooner()
    {
        await scene.Release("short-cut");
        await scene.Register("short-cut", bias: 1);
        Assert.True((await scene.Admin.SetRule(0, 0, 0)).IsSuccessStatusCode);
        scene.Clock.Move(TimeSpan.FromDays(1));
        await scene.Release("short-cut", bias: 2);

        var former = await Refused(await scene.Admin.Delete("short-cut", 1));
        var candidate = await Refused(await scene.Admin.Delete("short-cut", 2));

        Assert.Contains("nobody can shorten", former, StringComparison.Ordinal);
        Assert.Contains("kept for 30 days", candidate, StringComparison.Ordinal);
        var refused = Assert.Single(await scene.Events("model:short-cut@1", "model.deletion-refused"));
        Assert.Equal(["retained"], refused.Data.GetProperty("obstacles").EnumerateArray().Select(kind => kind.GetString()));
        await scene.Admin.SetRule(2557, 365, 30);
    }

    [Fact]
    public async Task A_promise_that_was_shortened_in_the_database_still_holds_and_the_ledger_names_the_row()
    {
        await scene.Register("edited");
        Assert.Equal(1, await scene.Server.Tamper("UPDATE registry_retentions SET keep_until = 1, days = 0, since = 1 WHERE model = 'edited'"));

        var refused = await Refused(await scene.Admin.Delete("edited", 1));
        var found = (await VerifyLedger(scene.Server)).GetProperty("problems").EnumerateArray().Select(problem => problem.GetString()!).ToList();
        Assert.Equal(1, await scene.Server.Tamper("DELETE FROM registry_retentions WHERE model = 'edited'"));
        var without = await Refused(await scene.Admin.Delete("edited", 1));

        Assert.Contains("nobody can shorten", refused, StringComparison.Ordinal);
        Assert.Contains(found, problem => problem.Contains("registry_retentions", StringComparison.Ordinal) && problem.Contains("edited", StringComparison.Ordinal));
        Assert.Contains("nobody can shorten", without, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_held_version_outlives_its_time_and_whoever_put_the_hold_does_not_release_it()
    {
        await scene.Register("held");
        var audrey = await scene.Member("audrey", Role.Auditor);
        var hold = await Read<LegalHoldSummary>(await scene.Admin.Hold("held", 1), HttpStatusCode.Created);
        scene.Clock.Move(TimeSpan.FromDays(40));

        var kept = await Refused(await scene.Admin.Delete("held", 1));
        var own = await Refused(await scene.Admin.Release(hold), HttpStatusCode.Forbidden);
        var robot = await Refused(await (await scene.Server.Member(Role.Administrator)).Release(hold), HttpStatusCode.Forbidden);
        var engineer = await scene.Alice.Client.Release(hold);
        var released = await Read<LegalHoldSummary>(await audrey.Client.Release(hold));
        var twice = await Refused(await audrey.Client.Release(hold));
        var deleted = await scene.Admin.Delete("held", 1);

        Assert.Contains("A legal hold on held version 1 (case 26-114) is in force", kept, StringComparison.Ordinal);
        Assert.Contains("whoever put a hold does not release it", own, StringComparison.Ordinal);
        Assert.Contains("only people release holds", robot, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.Forbidden, engineer.StatusCode);
        Assert.Equal(audrey.Id, released.ReleasedBy);
        Assert.Contains("released already", twice, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.OK, deleted.StatusCode);
        Assert.Equal(2, (await scene.Events("hold:held@1", "hold.release-refused")).Count);
        Assert.Equal(hold.Id, Assert.Single(await scene.Events("hold:held@1", "hold.placed")).Data.GetProperty("holdId").GetString());
        Assert.Equal(audrey.Id, Assert.Single(await scene.Events("hold:held@1", "hold.released")).Data.GetProperty("person").GetString());
    }

    [Fact]
    public async Task A_service_account_that_puts_a_hold_does_not_let_its_owner_release_it()
    {
        await scene.Register("by-robot");
        var hold = await Read<LegalHoldSummary>(await (await scene.Server.Member(Role.Administrator)).Hold("by-robot"), HttpStatusCode.Created);

        var owner = await Refused(await scene.Admin.Release(hold), HttpStatusCode.Forbidden);

        Assert.Contains("whoever put a hold does not release it", owner, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_hold_on_a_model_holds_the_versions_that_come_after_it()
    {
        await scene.Register("held-whole");
        await Read<LegalHoldSummary>(await scene.Admin.Hold("held-whole"), HttpStatusCode.Created);
        await scene.Register("held-whole", bias: 1);
        scene.Clock.Move(TimeSpan.FromDays(40));

        foreach (var version in new[] { 1, 2 })
            Assert.Contains("A legal hold on every version of held-whole", await Refused(await scene.Admin.Delete("held-whole", version)), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("UPDATE registry_holds SET released_at = 1 WHERE model = 'lifted'")]
    [InlineData("DELETE FROM registry_holds WHERE model = 'lifted'")]
    [InlineData("DELETE FROM registry_holds WHERE model = 'lifted'; INSERT INTO governance_ledger_events (id, at, type, subject, actor, project, outcome, body) VALUES ('forged', 1, 'hold.released', 'hold:lifted@{version}', 'x', 'default', 'Success', '{}')")]
    public async Task A_hold_that_was_lifted_in_the_database_still_holds(string tampering)
    {
        var version = (await scene.Register("lifted")).Version.Version;
        await Read<LegalHoldSummary>(await scene.Admin.Hold("lifted", version), HttpStatusCode.Created);
        scene.Clock.Move(TimeSpan.FromDays(40));
        Assert.NotEqual(0, await scene.Server.Tamper(tampering.Replace("{version}", $"{version}", StringComparison.Ordinal)));

        var refused = await Refused(await scene.Admin.Delete("lifted", version));

        Assert.Contains("The ledger knows of a legal hold whose row was changed or taken away", refused, StringComparison.Ordinal);
        var problems = (await VerifyLedger(scene.Server)).GetProperty("problems").EnumerateArray().Select(problem => problem.GetString()!);
        Assert.Contains(problems, problem => problem.Contains("registry_holds", StringComparison.Ordinal));
    }

    [Fact]
    public async Task What_others_attached_to_a_held_version_stays_with_it()
    {
        await scene.Register("held-paper");
        var client = new OciClient(scene.Admin, "default/held-paper");
        var subject = (await client.Head("/manifests/1")).Headers.GetValues("Docker-Content-Digest").Single();
        var size = (await client.Get($"/manifests/{subject}")).Content.Headers.ContentLength ?? (await (await client.Get($"/manifests/{subject}")).Content.ReadAsByteArrayAsync(Cancel)).Length;
        byte[] empty = [(byte)'{', (byte)'}'];
        await client.Upload(empty);
        var manifest = JsonSerializer.Serialize(new
        {
            schemaVersion = 2,
            mediaType = OciClient.Manifest,
            artifactType = "application/x.note",
            config = new { mediaType = "application/vnd.oci.empty.v1+json", digest = Digest.Of(empty).ToString(), size = empty.Length },
            layers = Array.Empty<object>(),
            subject = new { mediaType = OciClient.Manifest, digest = subject, size },
        });
        var digest = Digest.Of(System.Text.Encoding.UTF8.GetBytes(manifest)).ToString();
        using var attached = await client.Put(digest, manifest);
        Assert.Equal(HttpStatusCode.Created, attached.StatusCode);
        await Read<LegalHoldSummary>(await scene.Admin.Hold("held-paper", 1), HttpStatusCode.Created);

        using var refused = await client.Delete($"/manifests/{digest}");

        Assert.Equal(HttpStatusCode.Forbidden, refused.StatusCode);
        Assert.Contains("a legal hold is in force", (await OciClient.Error(refused)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Nobody_holds_releases_or_deletes_beyond_their_role_or_in_another_project()
    {
        await scene.Register("fenced");
        var hold = await Read<LegalHoldSummary>(await scene.Admin.Hold("fenced", 1), HttpStatusCode.Created);
        await scene.Server.Client(Role.Viewer, "elsewhere");
        var elsewhere = await scene.Server.Member(Role.Administrator, "elsewhere");

        Assert.Equal(HttpStatusCode.Forbidden, (await scene.Bob.Client.Delete("fenced", 1)).StatusCode);
        Assert.Equal(HttpStatusCode.Forbidden, (await scene.Alice.Client.Hold("fenced")).StatusCode);
        Assert.Equal(HttpStatusCode.Forbidden, (await scene.Alice.Client.SetRule(0, 0, 0)).StatusCode);
        Assert.Equal(HttpStatusCode.Forbidden, (await elsewhere.Delete("fenced", 1)).StatusCode);
        Assert.Equal(HttpStatusCode.Forbidden, (await elsewhere.Release(hold)).StatusCode);
        using var inOwn = await elsewhere.DeleteAsync("/projects/elsewhere/api/v1/models/fenced/versions/1?reason=mine", Cancel);
        Assert.Equal(HttpStatusCode.NotFound, inOwn.StatusCode);
    }
}
