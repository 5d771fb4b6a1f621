using System.Net;
using System.Net.Http.Json;
using Assay.Governance.Access;
using Assay.Tests.Governance;
using Assay.Tests.Registry.Approvals;
using Assay.Tests.Serving;

namespace Assay.Tests.Registry.Waivers;

/// <summary>Ways past a finding without somebody else's waiver: all refused, those that are attempts of people recorded.</summary>
public sealed class RedTeamWaiverTests(WaiverScene scene) : IClassFixture<WaiverScene>
{
    private static CancellationToken Cancel => ApprovalScene.Cancel;

    private ApprovalScene People => scene.People;

    [Fact]
    public async Task Whoever_asks_does_not_waive_also_by_a_second_token_or_as_an_administrator()
    {
        var both = await People.Member("frank", Role.Administrator);
        await People.RegisterBlocked("self");
        var waiver = await scene.Ask("self", both.Client);

        await Refused(both.Client, "asked for the waiver");
        await Refused(await People.Token(both.Id, Role.Approver), "asked for the waiver");
        Assert.Equal(2, (await People.Events("model:self@1", "waiver.refused")).Count);

        async Task Refused(HttpClient by, string reason)
        {
            var answer = await WaiverScene.Decide(by, waiver);
            Assert.Equal(HttpStatusCode.Forbidden, answer.StatusCode);
            Assert.Contains(reason, await ApprovalScene.Problem(answer), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Whoever_made_the_version_does_not_waive_whoever_asks()
    {
        var maker = await People.Member("gina", Role.Approver);
        await People.RegisterBlockedOf(maker, "made");

        var answer = await WaiverScene.Decide(maker.Client, await scene.Ask("made"));

        Assert.Equal(HttpStatusCode.Forbidden, answer.StatusCode);
        Assert.Contains("trained or made the version", await ApprovalScene.Problem(answer), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_second_account_of_the_same_owner_neither_waives_nor_lends_another_name_to_who_asks()
    {
        var owner = await People.Member("hugo", Role.Administrator);
        var robot = await People.Server.Account(owner.Id);
        await People.Server.Bind(robot.Id, Role.Administrator);
        var robots = await People.Token(robot.Id);
        await People.RegisterBlocked("robot");
        var asked = await scene.Ask("robot", robots);

        var byRobot = await WaiverScene.Decide(robots, asked);
        var byOwner = await WaiverScene.Decide(owner.Client, asked);

        Assert.Equal((HttpStatusCode.Forbidden, HttpStatusCode.Forbidden), (byRobot.StatusCode, byOwner.StatusCode));
        Assert.Contains("only people decide", await ApprovalScene.Problem(byRobot), StringComparison.Ordinal);
        Assert.Contains("asked for the waiver", await ApprovalScene.Problem(byOwner), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_maker_a_viewer_and_a_token_without_the_permission_do_not_get_that_far()
    {
        await People.RegisterBlocked("permission");
        var waiver = await scene.Ask("permission");

        Assert.Equal(HttpStatusCode.Forbidden, (await WaiverScene.Decide(People.Alice.Client, waiver)).StatusCode);
        Assert.Equal(HttpStatusCode.Forbidden, (await WaiverScene.Decide(await People.Token(People.Bob.Id, Role.Viewer), waiver)).StatusCode);
        Assert.Equal(HttpStatusCode.Forbidden, (await scene.TryAsk("permission", waiver.Findings, People.Bob.Client)).StatusCode);
    }

    [Fact]
    public async Task A_byte_swapped_after_the_waiver_keeps_the_version_out()
    {
        var (version, _) = await scene.Waived("byte");
        ServingHost.Damage(People.Server, version, "model.onnx");

        var (status, problem) = await People.Promote("byte");

        Assert.Equal(HttpStatusCode.Conflict, status);
        Assert.Contains("model.onnx", problem.GetProperty("detail").GetString(), StringComparison.Ordinal);
        Assert.False((await People.Deploy("byte", "byte", "1")).IsSuccessStatusCode);
    }

    [Theory]
    [InlineData("UPDATE registry_waivers SET state = 1, decided_by = 'person:bob' WHERE model = 'rows0'", 0)]
    [InlineData("UPDATE registry_scans SET passed = true, report_json = '{\"passed\":true,\"findings\":[],\"files\":[],\"scanner\":\"1\",\"rulesDigest\":\"\"}' WHERE model = 'rows1'", 1)]
    [InlineData("DELETE FROM registry_scans WHERE model = 'rows2'", 2)]
    [InlineData("DELETE FROM registry_attestations WHERE predicate_type LIKE '%/attestation/scan/v1' AND model = 'rows3'", 3)]
    public async Task A_row_that_was_changed_by_other_means_lets_nothing_out(string change, int number)
    {
        var model = $"rows{number}";
        await People.RegisterBlocked(model);
        await scene.Ask(model);
        await People.Server.Tamper(change);

        Assert.Equal(HttpStatusCode.Conflict, (await People.Promote(model)).Status);
        Assert.Equal(HttpStatusCode.Forbidden, (await People.Deploy(model, model, "1")).StatusCode);
        Assert.Equal(HttpStatusCode.Forbidden, (await WaiverScene.Download(People.Alice.Client, model)).StatusCode);
    }

    [Fact]
    public async Task Another_requester_written_into_the_row_does_not_let_who_asked_decide()
    {
        var both = await People.Member("ivan", Role.Administrator);
        await People.RegisterBlocked("renamed");
        var waiver = await scene.Ask("renamed", both.Client);
        await People.Server.Tamper($"UPDATE registry_waivers SET requested_by = '{People.Alice.Id}' WHERE model = 'renamed'");

        var answer = await WaiverScene.Decide(both.Client, waiver);

        Assert.Equal(HttpStatusCode.Conflict, answer.StatusCode);
        Assert.Contains("is not what the ledger says was asked for", await ApprovalScene.Problem(answer), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_revocation_taken_out_of_the_database_does_not_bring_the_waiver_back()
    {
        var (_, waiver) = await scene.Waived("muted");
        (await WaiverScene.Decide(People.Carol.Client, waiver, "revoked", "It opens files.")).EnsureSuccessStatusCode();
        await People.Server.Tamper("DELETE FROM registry_attestations WHERE model = 'muted' AND id = (SELECT MAX(id) FROM registry_attestations WHERE model = 'muted' AND predicate_type LIKE '%/attestation/waiver/v1')");

        await scene.InQuarantine("muted", "the ledger names 2 decisions on waivers");
    }

    [Fact]
    public async Task A_waiver_of_one_version_is_not_replayed_on_another()
    {
        await scene.Waived("replayed");
        await People.RegisterBlocked("replayed", "extra.pkl", "other.pkl");
        await People.Server.Tamper("UPDATE registry_attestations SET version = 2 WHERE model = 'replayed' AND predicate_type LIKE '%/attestation/waiver/v1'");

        var (status, _) = await People.Promote("replayed", 2);

        Assert.Equal(HttpStatusCode.Conflict, status);
        Assert.Equal(HttpStatusCode.Forbidden, (await People.Deploy("replayed", "replayed", "2")).StatusCode);
    }

    [Fact]
    public async Task Who_has_lost_the_right_to_waive_has_waived_nothing_at_the_next_gate()
    {
        var leaver = await People.Member("judy", Role.Approver);
        await People.RegisterBlocked("left");
        (await WaiverScene.Decide(leaver.Client, await scene.Ask("left"))).EnsureSuccessStatusCode();
        (await People.Admin.PatchAsJsonAsync($"/api/v1/people/{leaver.Id}", new { active = false }, Cancel)).EnsureSuccessStatusCode();

        var (status, _) = await People.Promote("left");

        Assert.Equal(HttpStatusCode.Conflict, status);
        Assert.Equal("who granted it may not do so any more", (await scene.Scan("left")).Waivers![0].Problem);
    }

    [Fact]
    public async Task No_emergency_leads_out_of_quarantine()
    {
        await People.Publish(ApprovalScene.Policy);
        await People.RegisterBlocked("urgent");

        var answer = await People.Admin.PostAsJsonAsync("/api/v1/models/urgent/versions/1/break-glass", new { reason = "Fraud wave tonight, nobody of risk answers." }, Cancel);

        Assert.Equal(HttpStatusCode.Conflict, answer.StatusCode);
        Assert.Contains("scan is", await ApprovalScene.Problem(answer), StringComparison.Ordinal);
        await People.Publish(WaiverScene.Policy);
    }

    [Fact]
    public async Task Registry_tools_get_neither_manifest_nor_layers_nor_a_mounted_copy_until_it_is_waived()
    {
        await People.RegisterBlocked("pulled");
        var looking = new OciClient(People.Bob.Client, "default/pulled");
        var manifest = await looking.Json("/manifests/1");
        await looking.Json("/manifests/1-image");
        var layers = manifest.GetProperty("layers").EnumerateArray().Select(layer => layer.GetProperty("digest").GetString()!).ToList();
        var pulling = new OciClient(People.Alice.Client, "default/pulled");

        foreach (var path in layers.Select(layer => $"/blobs/{layer}").Concat(["/manifests/1", "/manifests/latest", "/manifests/1-image"]))
        {
            using var answer = await pulling.Get(path);
            Assert.Equal((path, HttpStatusCode.Forbidden, "DENIED"), (path, answer.StatusCode, (await OciClient.Error(answer)).Code));
        }

        using var mounted = await People.Alice.Client.PostAsync($"/v2/default/own/blobs/uploads/?mount={layers[0]}&from=default/pulled", OciClient.Empty, Cancel);
        Assert.Equal(HttpStatusCode.Accepted, mounted.StatusCode);   // to be uploaded by who has the bytes
        (await WaiverScene.Decide(People.Carol.Client, await scene.Ask("pulled"))).EnsureSuccessStatusCode();
        foreach (var layer in layers)
            Assert.Equal(HttpStatusCode.OK, (await pulling.Get($"/blobs/{layer}")).StatusCode);
    }
}
