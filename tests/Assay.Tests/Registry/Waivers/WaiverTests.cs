using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Assay.Kernel;
using Assay.Registry;
using Assay.Registry.Gates;
using Assay.Registry.Scans;
using Assay.Registry.Versions;
using Assay.Registry.Waivers;
using Assay.Tests.Registry.Approvals;
using Microsoft.Extensions.DependencyInjection;

namespace Assay.Tests.Registry.Waivers;

public sealed class WaiverTests(WaiverScene scene) : IClassFixture<WaiverScene>
{
    private static CancellationToken Cancel => ApprovalScene.Cancel;

    private ApprovalScene People => scene.People;

    [Fact]
    public async Task A_version_in_quarantine_goes_nowhere_until_somebody_else_has_waived_what_was_found()
    {
        await People.RegisterBlocked("held");
        await scene.InQuarantine("held", "1 finding blocks");
        var (kept, looked) = (await WaiverScene.Download(People.Alice.Client, "held"), await WaiverScene.Download(People.Bob.Client, "held"));

        var waiver = await scene.Ask("held");
        var granted = await WaiverScene.Decide(People.Bob.Client, waiver);
        var (promoted, verdict) = await People.Promote("held");

        Assert.Equal((HttpStatusCode.Forbidden, HttpStatusCode.OK), (kept.StatusCode, looked.StatusCode));
        Assert.Equal((HttpStatusCode.OK, HttpStatusCode.OK), (granted.StatusCode, promoted));
        Assert.DoesNotContain(verdict.GetProperty("rules").EnumerateArray(), rule => rule.GetProperty("name").GetString() == "scan");
        Assert.Equal(HttpStatusCode.OK, (await People.Deploy("held", "held", "production")).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await WaiverScene.Download(People.Alice.Client, "held")).StatusCode);
        var scan = await scene.Scan("held");
        Assert.Null(scan.Quarantine);
        Assert.Equal((WaiverState.Granted, "bob", null), (scan.Waivers![0].State, scan.Waivers[0].DeciderName, scan.Waivers[0].Problem));
        Assert.Single(await People.Events("model:held@1", "waiver.asked"));
        var decided = Assert.Single(await People.Events("model:held@1", "waiver.decided"));
        Assert.Equal((People.Bob.Id, "granted"), (decided.Data.GetProperty("person").GetString(), decided.Data.GetProperty("decision").GetString()));
    }

    [Fact]
    public async Task The_gate_tells_by_whom_until_when_and_why()
    {
        await People.Publish("rules:\n  - scan: passed\n");
        await scene.Waived("told");

        var (status, verdict) = await People.Promote("told");
        var explained = (await People.Admin.GetFromJsonAsync<GateExplanation>("/api/v1/models/told/versions/1/gate/Production", AssayJson.Options, Cancel))!;

        Assert.Equal(HttpStatusCode.OK, status);
        Assert.Contains($"waived by {People.Bob.Id} until ", WaiverScene.ScanRule(verdict), StringComparison.Ordinal);
        Assert.Contains("because: Our own class, reviewed.", WaiverScene.ScanRule(verdict), StringComparison.Ordinal);
        Assert.Equal("bob", Assert.Single(explained.Waivers).DeciderName);
        await People.Publish(WaiverScene.Policy);
    }

    [Fact]
    public async Task The_decision_is_a_signed_statement_about_the_models_digest_and_the_scan()
    {
        var (version, waiver) = await scene.Waived("signed");

        await using var scope = People.Scope();
        var attestations = scope.ServiceProvider.GetRequiredService<IAttestations>();
        var statement = Assert.Single(await attestations.List("signed", 1, Cancel), row => row.PredicateType == Predicates.Waiver);
        var predicate = (await attestations.Open("signed", 1, statement.Id, Cancel)).Predicate;

        Assert.Equal((version.Version.Digest, statement.Digest), (waiver.Digest, (await scene.Show(waiver)).Attestation));
        Assert.Equal(waiver.Findings, predicate.GetProperty("findings").EnumerateArray().Select(finding => finding.GetProperty("id").GetString()));
        Assert.Equal(waiver.Scan, $"sha256:{predicate.GetProperty("scan").GetProperty("digest").GetProperty("sha256").GetString()}");
        Assert.Equal(People.Bob.Id, predicate.GetProperty("decidedBy").GetProperty("id").GetString());
    }

    [Fact]
    public async Task A_waiver_of_one_finding_leaves_the_other_standing()
    {
        await People.RegisterBlocked("two", "first.pkl", "second.pkl");
        var findings = await scene.Blocking("two");
        var asked = (await (await scene.TryAsk("two", findings.Take(1))).Content.ReadFromJsonAsync<WaiverSummary>(AssayJson.Options, Cancel))!;
        await WaiverScene.Decide(People.Bob.Client, asked);
        await scene.InQuarantine("two", $"1 finding blocks, first {findings[1]}");

        await WaiverScene.Decide(People.Carol.Client, await AskRest("two", findings[1]));

        Assert.Equal(HttpStatusCode.OK, (await People.Promote("two")).Status);
    }

    [Fact]
    public async Task A_waiver_ends_at_its_hour_and_nothing_is_loaded_any_more()
    {
        var (_, waiver) = await scene.Waived("timed");
        Assert.Equal(HttpStatusCode.OK, (await People.Promote("timed")).Status);
        Assert.Equal(HttpStatusCode.OK, (await People.Deploy("timed", "timed", "production")).StatusCode);

        People.Clock.Move(TimeSpan.FromDays(31));
        var again = await People.Deploy("timed-again", "timed", "production");
        await People.Server.Services.GetRequiredService<WaiverClock>().Tick(Cancel);

        Assert.Equal(HttpStatusCode.Forbidden, again.StatusCode);
        Assert.Contains("is in quarantine", await ApprovalScene.Problem(again), StringComparison.Ordinal);
        Assert.Single(await People.Events("endpoint:timed-again", "endpoint.deployment-refused"));
        Assert.Equal(WaiverState.Expired, (await scene.Show(waiver)).State);
        Assert.Single(await People.Events("model:timed@1", "waiver.expired"));
    }

    [Fact]
    public async Task A_waiver_that_is_revoked_counts_no_more_and_can_be_asked_for_again()
    {
        var (_, waiver) = await scene.Waived("revoked");
        var silent = await WaiverScene.Decide(People.Carol.Client, waiver, "revoked", comment: null);
        var revoked = await WaiverScene.Decide(People.Carol.Client, waiver, "revoked", "The class opens files.");

        Assert.Equal((HttpStatusCode.BadRequest, HttpStatusCode.OK), (silent.StatusCode, revoked.StatusCode));
        await scene.InQuarantine("revoked", "1 finding blocks");
        await WaiverScene.Decide(People.Carol.Client, await scene.Ask("revoked"));
        Assert.Equal(HttpStatusCode.OK, (await People.Promote("revoked")).Status);
    }

    [Fact]
    public async Task A_refusal_and_a_withdrawal_leave_the_version_where_it_is()
    {
        await People.RegisterBlocked("refused");
        var first = await scene.Ask("refused");
        var second = await scene.TryAsk("refused", first.Findings);
        var byAnother = await People.Bob.Client.PostAsync($"/api/v1/models/refused/versions/1/waivers/{first.Id}/withdraw", null, Cancel);
        var withdrawn = await People.Alice.Client.PostAsync($"/api/v1/models/refused/versions/1/waivers/{first.Id}/withdraw", null, Cancel);
        var refused = await WaiverScene.Decide(People.Bob.Client, await scene.Ask("refused"), "refused", "Export it as ONNX.");

        Assert.Equal((HttpStatusCode.Conflict, HttpStatusCode.Forbidden), (second.StatusCode, byAnother.StatusCode));
        Assert.Equal((HttpStatusCode.OK, HttpStatusCode.OK), (withdrawn.StatusCode, refused.StatusCode));
        await scene.InQuarantine("refused", "1 finding blocks");
    }

    [Fact]
    public async Task A_scan_by_other_rules_or_with_another_finding_makes_a_waiver_stale_and_the_same_scan_again_does_not()
    {
        var (_, waiver) = await scene.Waived("stale");
        (await People.Alice.Client.PostAsync("/api/v1/models/stale/versions/1/scan", null, Cancel)).EnsureSuccessStatusCode();
        Assert.Null((await scene.Show(waiver)).Problem);

        await ScanAgain("stale", report => report with { RulesDigest = Digest.Of([1]).ToString() });
        Assert.Equal("stale: the scanner goes by other rules now", (await scene.Show(waiver)).Problem);
        await ScanAgain("stale", report => report with { Findings = [.. report.Findings, report.Findings[0] with { Id = "00aa11bb22cc33dd" }] });

        Assert.Equal("stale: other findings block now", (await scene.Show(waiver)).Problem);
        await scene.InQuarantine("stale", "2 findings block");
    }

    [Fact]
    public async Task An_approval_that_was_given_before_the_waiver_is_stale()
    {
        await People.RegisterBlocked("order");
        await People.Publish(ApprovalScene.Policy);
        var request = await People.Ask("order");
        await ApprovalScene.Approve(request.Id, People.Bob, People.Carol);
        await WaiverScene.Decide(People.Rob.Client, await scene.Ask("order"));

        var (before, problem) = await People.Promote("order");
        await ApprovalScene.Approve(request.Id, People.Bob, People.Carol);

        Assert.Equal(HttpStatusCode.Forbidden, before);
        Assert.Contains("0 of 2", problem.GetProperty("detail").GetString(), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.OK, (await People.Promote("order")).Status);
        await People.Publish(WaiverScene.Policy);
    }

    [Theory]
    [InlineData("none-such", 30, "findings")]
    [InlineData(null, 400, "expiresAt")]
    [InlineData(null, -1, "expiresAt")]
    public async Task A_request_that_makes_no_sense_names_the_field(string? finding, int days, string field)
    {
        await People.RegisterBlocked("senseless");
        var findings = finding is null ? await scene.Blocking("senseless") : [finding];

        var answer = await scene.TryAsk("senseless", findings, expiresAt: People.Clock.GetUtcNow().AddDays(days));

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Equal(field, (await answer.Content.ReadFromJsonAsync<JsonElement>(Cancel)).GetProperty("field").GetString());
    }

    private async Task<WaiverSummary> AskRest(string model, string finding) =>
        (await (await scene.TryAsk(model, [finding])).Content.ReadFromJsonAsync<WaiverSummary>(AssayJson.Options, Cancel))!;

    private async Task ScanAgain(string model, Func<ScanReport, ScanReport> change)
    {
        await using var scope = People.Scope();
        var (scans, book) = (scope.ServiceProvider.GetRequiredService<ScanBook>(), scope.ServiceProvider.GetRequiredService<VersionBook>());
        var version = await book.Get(model, "1", Cancel);
        await scans.Add(version, change(await scans.ScanStored(version, Cancel)), Cancel);
        await scope.ServiceProvider.GetRequiredService<AssayDb>().SaveChangesAsync(Cancel);
    }
}
