using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Assay.Kernel;
using Assay.Registry;
using Assay.Registry.Approvals;
using Assay.Registry.Gates;
using Microsoft.Extensions.DependencyInjection;

namespace Assay.Tests.Registry.Approvals;

public sealed class ApprovalTests : IAsyncLifetime
{
    private readonly ApprovalScene _scene = new();

    private static CancellationToken Cancel => ApprovalScene.Cancel;

    public ValueTask InitializeAsync() => _scene.InitializeAsync();

    public ValueTask DisposeAsync() => _scene.DisposeAsync();

    [Fact]
    public async Task A_version_enters_production_when_two_people_have_approved_and_not_before()
    {
        await _scene.Register("churn");
        var (before, problem) = await _scene.Promote("churn");
        var request = await _scene.Ask("churn");
        await ApprovalScene.Approve(request.Id, _scene.Bob);
        var (withOne, one) = await _scene.Promote("churn");
        await ApprovalScene.Approve(request.Id, _scene.Carol);

        var (after, verdict) = await _scene.Promote("churn");

        Assert.Equal((HttpStatusCode.Forbidden, HttpStatusCode.Forbidden, HttpStatusCode.OK), (before, withOne, after));
        Assert.Equal(("approval-missing", "/models/churn/1/decision/Production"), (problem.GetProperty("code").GetString(), problem.GetProperty("request").GetString()));
        Assert.Contains("approvals from group risk: 1 of 2", one.GetProperty("detail").GetString(), StringComparison.Ordinal);
        Assert.Contains(verdict.Deserialize<GateVerdict>(AssayJson.Options)!.Rules, rule => rule == new GateRuleResult("approvals from group risk", true, "2 of 2", "2 within 30 d", Human: true));
        Assert.Equal(RequestState.Promoted, (await _scene.Show(request.Id)).Request.State);
        Assert.Equal(2, (await _scene.Events("model:churn@1", "approval.decided")).Count);
    }

    [Fact]
    public async Task One_person_sits_on_one_list_only_however_many_would_take_them()
    {
        var dora = await _scene.Member("dora", "approver");
        await Assay.Tests.Governance.Members.Group(_scene.Server, "quality", dora.Id, _scene.Bob.Id);
        await _scene.Publish("rules: []\napprovals:\n  - {from: {group: risk}, count: 2}\n  - {from: [{group: quality}, {role: auditor}]}\n");
        await _scene.Register("listed");
        var request = await _scene.Ask("listed");

        await ApprovalScene.Approve(request.Id, _scene.Bob, _scene.Carol);
        var (two, _) = await _scene.Promote("listed");
        await ApprovalScene.Approve(request.Id, dora);
        var (three, _) = await _scene.Promote("listed");

        Assert.Equal((HttpStatusCode.Forbidden, HttpStatusCode.OK), (two, three));
    }

    [Fact]
    public async Task Bob_makes_room_on_one_list_when_only_he_can_sit_on_the_other()
    {
        await Assay.Tests.Governance.Members.Group(_scene.Server, "quality", _scene.Bob.Id);
        await _scene.Publish("rules: []\napprovals:\n  - {from: {group: risk}}\n  - {from: {group: quality}}\n");
        await _scene.Register("moved");
        var request = await _scene.Ask("moved");

        await ApprovalScene.Approve(request.Id, _scene.Bob, _scene.Carol);

        Assert.Equal(HttpStatusCode.OK, (await _scene.Promote("moved")).Status);
    }

    [Fact]
    public async Task A_rejection_needs_a_reason_and_stands_against_any_approval_until_it_is_withdrawn()
    {
        await _scene.Register("doubted");
        var request = await _scene.Ask("doubted");
        var silent = await ApprovalScene.Decide(_scene.Rob.Client, request.Id, "rejected");
        await ApprovalScene.Decide(_scene.Rob.Client, request.Id, "rejected", "It was never tried on seniors.");
        await ApprovalScene.Approve(request.Id, _scene.Bob, _scene.Carol);

        var (rejected, problem) = await _scene.Promote("doubted");
        await ApprovalScene.Decide(_scene.Rob.Client, request.Id, "withdrawn");
        var (withdrawn, _) = await _scene.Promote("doubted");

        Assert.Equal(HttpStatusCode.BadRequest, silent.StatusCode);
        Assert.Equal((HttpStatusCode.Forbidden, HttpStatusCode.OK), (rejected, withdrawn));
        Assert.Contains("approvals: rejected by rob", problem.GetProperty("detail").GetString(), StringComparison.Ordinal);
        var statements = await Payloads("doubted", 1);
        Assert.Contains(statements, statement => statement.Contains($"rejected by {_scene.Rob.Id}", StringComparison.Ordinal));
        Assert.DoesNotContain(statements, statement => statement.Contains("rejected by rob", StringComparison.Ordinal));
    }

    /// <summary>What the signed statements about a version say.</summary>
    private async Task<List<string>> Payloads(string model, int version)
    {
        var lines = await _scene.Admin.GetStringAsync($"/api/v1/models/{model}/versions/{version}/attestations.intoto.jsonl", Cancel);
        return [.. lines.Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(line => Encoding.UTF8.GetString(JsonDocument.Parse(line).RootElement.GetProperty("payload").GetBytesFromBase64()))];
    }

    [Fact]
    public async Task Who_decides_on_what_they_have_not_seen_is_told_to_look_again()
    {
        await _scene.Register("seen");
        var request = await _scene.Ask("seen");
        var seen = await _scene.Show(request.Id, _scene.Bob.Client);
        await Attest("seen", 1);

        var stale = await _scene.Bob.Client.PostAsJsonAsync($"/api/v1/approval-requests/{request.Id}/decisions", new { decision = "approved", seen.PolicyDigest, seen.EvidenceDigest }, Cancel);
        var again = await _scene.Show(request.Id, _scene.Bob.Client);
        var good = await _scene.Bob.Client.PostAsJsonAsync($"/api/v1/approval-requests/{request.Id}/decisions", new { decision = "approved", again.PolicyDigest, again.EvidenceDigest }, Cancel);

        Assert.True(seen.MayDecide);
        Assert.Equal((HttpStatusCode.Conflict, HttpStatusCode.OK), (stale.StatusCode, good.StatusCode));
        Assert.Equal(seen.Evidence.Count + 1, again.Evidence.Count);
    }

    [Fact]
    public async Task Talk_mentions_people_and_the_inbox_shows_what_waits_for_its_reader()
    {
        await _scene.Register("talked");
        var request = await _scene.Ask("talked");

        var remark = await _scene.Bob.Client.PostAsJsonAsync($"/api/v1/approval-requests/{request.Id}/comments", new { text = "@carol, have you seen the lift chart?" }, Cancel);
        var misspelt = await _scene.Bob.Client.PostAsJsonAsync($"/api/v1/approval-requests/{request.Id}/comments", new { text = "Ask @nobody." }, Cancel);
        await ApprovalScene.Approve(request.Id, _scene.Bob);

        Assert.Equal((HttpStatusCode.OK, HttpStatusCode.BadRequest), (remark.StatusCode, misspelt.StatusCode));
        var shown = Assert.Single((await _scene.Show(request.Id)).Remarks);
        Assert.Equal(("bob", _scene.Carol.Id), (shown.AuthorName, Assert.Single(shown.Mentions)));
        Assert.True((await Inbox(_scene.Carol)).MayDecide);
        Assert.False((await Inbox(_scene.Bob)).MayDecide);
        Assert.False((await Inbox(_scene.Alice)).MayDecide);
        var said = Assert.Single(await _scene.Events("model:talked@1", "approval.commented"));
        Assert.DoesNotContain("lift chart", said.Data.GetRawText(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_request_that_waits_is_reminded_of_once()
    {
        await _scene.Register("forgotten");
        var request = await _scene.Ask("forgotten");
        var clock = _scene.Server.Services.GetRequiredService<ApprovalClock>();

        await clock.Tick(Cancel);
        var early = await _scene.Events("model:forgotten@1", "approval.reminded");
        _scene.Clock.Move(TimeSpan.FromHours(49));
        await clock.Tick(Cancel);
        await clock.Tick(Cancel);

        Assert.Empty(early);
        var reminded = Assert.Single(await _scene.Events("model:forgotten@1", "approval.reminded"));
        Assert.Equal(
            new[] { _scene.Bob.Id, _scene.Carol.Id, _scene.Rob.Id }.Order(),
            reminded.Data.GetProperty("people").EnumerateArray().Select(person => person.GetString()!).Order());
        Assert.Equal(request.Id, reminded.Data.GetProperty("request").GetString());
    }

    [Fact]
    public async Task A_request_that_can_not_be_looked_at_keeps_no_other_one_from_its_reminder()
    {
        await _scene.Register("broken");
        await _scene.Register("forgotten");
        var broken = await _scene.Ask("broken");   // the older one, which is looked at first
        await _scene.Ask("forgotten");
        await _scene.Server.Tamper($"UPDATE registry_approval_requests SET stage = 'Nowhere' WHERE id = '{broken.Id}'");

        _scene.Clock.Move(TimeSpan.FromHours(49));
        await _scene.Server.Services.GetRequiredService<ApprovalClock>().Tick(Cancel);

        Assert.Single(await _scene.Events("model:forgotten@1", "approval.reminded"));
        Assert.Empty(await _scene.Events("model:broken@1", "approval.reminded"));
    }

    [Fact]
    public async Task During_an_absence_another_person_sits_in_the_place_but_takes_no_second_one()
    {
        var erin = await _scene.Member("erin", "approver");
        await _scene.Register("lent");
        var request = await _scene.Ask("lent");
        var uninvited = await ApprovalScene.Decide(erin.Client, request.Id, actingFor: _scene.Bob.Id);
        await Delegate(_scene.Bob, "erin");

        await ApprovalScene.Approve(request.Id, _scene.Bob);
        var lent = await ApprovalScene.Decide(erin.Client, request.Id, actingFor: _scene.Bob.Id);
        var (same, _) = await _scene.Promote("lent");
        await ApprovalScene.Approve(request.Id, _scene.Carol);
        var (both, _) = await _scene.Promote("lent");

        Assert.Equal((HttpStatusCode.Forbidden, HttpStatusCode.OK), (uninvited.StatusCode, lent.StatusCode));
        Assert.Equal((HttpStatusCode.Forbidden, HttpStatusCode.OK), (same, both));
    }

    [Fact]
    public async Task A_gate_explains_who_may_not_decide_and_why_a_decision_does_not_count()
    {
        await _scene.Register("explained");
        var request = await _scene.Ask("explained");
        await ApprovalScene.Approve(request.Id, _scene.Bob);
        await Attest("explained", 1);

        var explained = (await _scene.Admin.GetFromJsonAsync<GateExplanation>("/api/v1/models/explained/versions/1/gate/production", AssayJson.Options, Cancel))!;

        Assert.False(explained.Verdict.Passed);
        Assert.Equal("trained or made the version", explained.Excluded[_scene.Alice.Id]);
        Assert.Equal(("approved", "stale: 1 statements were added since"), (explained.Decisions[0].Decision, explained.Decisions[0].Problem));
        Assert.Equal((request.Id, "/models/explained/1/decision/Production"), (explained.Request, explained.DecisionPage));
        Assert.Equal(new ApproverList("group risk", 2, 0, "30 d"), Assert.Single(explained.Lists));
    }

    private async Task Attest(string model, int version)
    {
        await using var scope = _scene.Scope();
        await scope.ServiceProvider.GetRequiredService<IAttestations>().Add(model, version, "https://example.org/finding/v1", JsonNode.Parse("{}")!, Cancel);
        await scope.ServiceProvider.GetRequiredService<AssayDb>().SaveChangesAsync(Cancel);
    }

    private async Task Delegate(Member from, string to)
    {
        var answer = await from.Client.PostAsJsonAsync("/api/v1/delegations", new { to, endsAt = _scene.Clock.GetUtcNow().AddDays(7) }, Cancel);
        Assert.Equal(HttpStatusCode.Created, answer.StatusCode);
    }

    private static async Task<InboxItem> Inbox(Member member) =>
        Assert.Single((await member.Client.GetFromJsonAsync<List<InboxItem>>("/api/v1/approval-requests/inbox", AssayJson.Options, Cancel))!);
}
