using System.Net;
using System.Text.Json;
using Assay.Inference.Models;
using Assay.Kernel.Paging;
using Assay.Registry;
using Assay.Registry.Retention;
using Microsoft.Extensions.DependencyInjection;
using Assay.Tests.Registry.Approvals;
using static Assay.Tests.Registry.Retention.RetentionCalls;

namespace Assay.Tests.Registry.Retention;

/// <summary>How long versions are kept, and what is left of one that was deleted.</summary>
public sealed class RetentionTests(ApprovalScene scene) : IClassFixture<ApprovalScene>
{
    private static CancellationToken Cancel => ApprovalScene.Cancel;

    private DateTimeOffset Now => scene.Clock.GetUtcNow();

    [Fact]
    public async Task A_version_that_was_in_no_stage_is_kept_for_30_days_and_can_then_be_deleted_with_all_that_was_said_about_it()
    {
        var registered = await scene.Register("fading");
        var digest = registered.Version.Digest;

        var early = await Refused(await scene.Alice.Client.Delete("fading", 1));
        scene.Clock.Move(TimeSpan.FromDays(31));
        Assert.Empty((await scene.Admin.Retention("fading", 1)).Obstacles);
        var tombstone = await Read<DeletedModelVersion>(await scene.Alice.Client.Delete("fading", 1, "Never used."));
        var gone = await Refused(await scene.Admin.GetAsync("/api/v1/models/fading/versions/1", Cancel), HttpStatusCode.NotFound);
        var again = await Refused(await scene.Alice.Client.Delete("fading", 1), HttpStatusCode.NotFound);
        var next = await scene.Register("fading", bias: 3);

        Assert.Contains($"It is kept until {registered.Version.CreatedAt.UtcDateTime.AddDays(30):yyyy-MM-dd}", early, StringComparison.Ordinal);
        Assert.Equal(("fading", 1, digest, "Never used."), (tombstone.Model, tombstone.Version, tombstone.Digest, tombstone.Reason));
        Assert.Contains(digest, gone, StringComparison.Ordinal);
        Assert.Contains("was deleted", again, StringComparison.Ordinal);
        Assert.Equal(2, next.Version.Version);
        var listed = await Read<Page<ModelVersionSummary>>(await scene.Admin.GetAsync("/api/v1/models/fading", Cancel));
        Assert.Equal([(2, "None"), (1, "Deleted")], listed.Items.Select(version => (version.Version, version.Stage)));
        Assert.Equal(tombstone.DeletedAt, listed.Items[1].DeletedAt);
        Assert.Equal(tombstone, await Read<DeletedModelVersion>(await scene.Admin.GetAsync("/api/v1/models/fading/versions/1/tombstone", Cancel)));
        var told = Assert.Single(await scene.Events("model:fading@1", "model.version-deleted"));
        Assert.Equal((digest, tombstone.DeletedBy), (told.Data.GetProperty("digest").GetString(), told.Actor));
        Assert.True((await VerifyLedger(scene.Server)).GetProperty("verified").GetBoolean());
    }

    [Fact]
    public async Task A_version_that_was_in_production_is_kept_for_7_years_from_the_day_on_which_it_left()
    {
        await scene.Release("served-well");
        scene.Clock.Move(TimeSpan.FromDays(100));
        await scene.Release("served-well", bias: 1);
        var left = Now;
        scene.Clock.Move(TimeSpan.FromDays(2550));

        var former = await scene.Admin.Retention("served-well", 1);
        var early = await Refused(await scene.Admin.Delete("served-well", 1));
        scene.Clock.Move(TimeSpan.FromDays(8));
        var late = await scene.Admin.Delete("served-well", 1);

        Assert.Equal(("Production", 2557), (former.Reached, former.Days));
        Assert.InRange(former.KeepUntil, left.AddDays(2557).AddMinutes(-1), left.AddDays(2557).AddMinutes(1));
        Assert.Contains("promised 2557 days", early, StringComparison.Ordinal);
        Assert.Equal("Production", (await Read<DeletedModelVersion>(late)).Reached);
    }

    [Fact]
    public async Task A_longer_rule_lengthens_what_versions_were_promised_and_a_shorter_one_shortens_nothing()
    {
        await using var server = await TestServer.Start();
        await Registered(server, "promised");
        var first = await server.Admin.Retention("promised", 1);
        var longer = await Read<RetentionRuleSummary>(await server.Admin.SetRule(4000, 400, 90));
        var lengthened = await server.Admin.Retention("promised", 1);
        var shorter = await Read<RetentionRuleSummary>(await server.Admin.SetRule(0, 0, 0));
        var same = await Read<RetentionRuleSummary>(await server.Admin.SetRule(0, 0, 0));
        var kept = await server.Admin.Retention("promised", 1);
        await Registered(server, "promised");
        var later = await server.Admin.Retention("promised", 2);

        Assert.Equal((1, 2, 2), (longer.Number, shorter.Number, same.Number));
        Assert.Equal(first.KeepUntil.AddDays(60), lengthened.KeepUntil);
        Assert.Equal((lengthened.KeepUntil, 90), (kept.KeepUntil, kept.Days));
        Assert.Equal(0, later.Days);
        Assert.Empty(later.Obstacles);
        var rules = await Read<Page<RetentionRuleSummary>>(await server.Admin.GetAsync("/api/v1/retention/versions", Cancel));
        Assert.Equal([2, 1, 0], rules.Items.Select(rule => rule.Number));
        Assert.True((await VerifyLedger(server)).GetProperty("verified").GetBoolean());
    }

    [Fact]
    public async Task A_version_that_something_needs_is_not_deleted_and_the_answer_says_what_and_what_to_do()
    {
        await scene.Release("needed");
        Assert.True((await scene.Deploy("needed-here", "needed", "1")).IsSuccessStatusCode);
        await scene.Register("needed", bias: 1);
        await scene.Ask("needed", 2);
        scene.Clock.Move(TimeSpan.FromDays(20_000));

        var served = await Refused(await scene.Admin.Delete("needed", 1));
        var asked = await Refused(await scene.Admin.Delete("needed", 2));
        var kinds = (await scene.Admin.Retention("needed", 1)).Obstacles.Select(obstacle => obstacle.Kind);

        Assert.Contains("It is in Production. Promote another version in its place first.", served, StringComparison.Ordinal);
        Assert.Contains("The endpoint 'needed-here' serves it.", served, StringComparison.Ordinal);
        Assert.Contains("A request for its approval for Production is open. Withdraw it first.", asked, StringComparison.Ordinal);
        Assert.Equal(["staged", "served"], kinds);
        Assert.Equal(2, (await scene.Events("model:needed@1", "model.deletion-refused")).Count + (await scene.Events("model:needed@2", "model.deletion-refused")).Count);
    }

    [Fact]
    public async Task The_registry_protocol_deletes_a_version_by_the_same_rules()
    {
        var files = TinyModelFolder();
        using var folder = files;
        var client = new OciClient(scene.Admin, "default/by-oci");
        using var pushed = await client.Put("candidate", await client.UploadModel(folder["package"]));
        var manifest = pushed.Headers.GetValues("Docker-Content-Digest").Single();

        using var early = await client.Delete($"/manifests/{manifest}");
        scene.Clock.Move(TimeSpan.FromDays(31));
        using var aliased = await client.Delete($"/manifests/{manifest}");
        using var untagged = await client.Delete("/manifests/candidate");
        using var deleted = await client.Delete($"/manifests/{manifest}");

        Assert.Equal((HttpStatusCode.Conflict, "DENIED"), (early.StatusCode, (await OciClient.Error(early)).Code));
        Assert.Contains("kept until", (await OciClient.Error(early)).Message, StringComparison.Ordinal);
        Assert.Contains("The alias 'candidate' leads to it", (await OciClient.Error(aliased)).Message, StringComparison.Ordinal);
        Assert.Equal((HttpStatusCode.Accepted, HttpStatusCode.Accepted), (untagged.StatusCode, deleted.StatusCode));
        Assert.Equal(HttpStatusCode.NotFound, (await client.Head($"/manifests/{manifest}")).StatusCode);
        using var taken = await client.Put("1", await client.UploadModel(folder["package"], "-again"));
        Assert.Contains("version 1, which never changes", (await OciClient.Error(taken)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Versions_of_before_there_were_promises_get_one_that_is_no_shorter_than_the_rule()
    {
        await using var server = await TestServer.Start();
        await Registered(server, "old");
        await Registered(server, "old");
        await server.Tamper("DELETE FROM registry_retentions WHERE version = 1");
        await server.Tamper("DELETE FROM governance_ledger_events WHERE type = 'retention.promised' AND subject = 'retention:old@1'");
        await server.Tamper("UPDATE registry_versions SET stage = 'Archived' WHERE version = 1");   // nobody knows when it was archived
        var clock = server.Services.GetServices<Microsoft.Extensions.Hosting.IHostedService>().OfType<RetentionClock>().Single();

        await clock.Tick(Cancel);
        await clock.Tick(Cancel);

        var events = await Read<Page<Assay.Governance.LedgerEntry>>(await server.Admin.GetAsync("/api/v1/ledger?type=retention.promised", Cancel));
        Assert.Equal(["retention:old@1", "retention:old@2"], events.Items.Select(entry => entry.Subject));
        var promise = await server.Admin.Retention("old", 1);
        Assert.Equal(("Production", 2557), (promise.Reached, promise.Days));
        Assert.InRange(promise.KeepUntil, DateTimeOffset.UtcNow.AddDays(2556), DateTimeOffset.UtcNow.AddDays(2558));
    }

    [Theory]
    [InlineData(-1, 0, 0)]
    [InlineData(0, 40_000, 0)]
    public async Task A_rule_that_makes_no_sense_is_refused(int production, int staging, int other) =>
        Assert.Equal(HttpStatusCode.BadRequest, (await scene.Admin.SetRule(production, staging, other)).StatusCode);

    [Fact]
    public async Task A_deletion_without_a_reason_is_refused() =>
        Assert.Equal(HttpStatusCode.BadRequest, (await scene.Admin.DeleteAsync("/api/v1/models/any/versions/1", Cancel)).StatusCode);

    private static TemporaryFolder TinyModelFolder()
    {
        var folder = new TemporaryFolder();
        Inference.TinyModel.WriteTo(folder["package"], 7);
        return folder;
    }

    private static async Task Registered(TestServer server, string model)
    {
        using var folder = TinyModelFolder();
        var client = new OciClient(server.Admin, $"default/{model}");
        using var pushed = await client.Put("latest", await client.UploadModel(folder["package"], Guid.NewGuid().ToString()));
        Assert.Equal(HttpStatusCode.Created, pushed.StatusCode);
    }
}
