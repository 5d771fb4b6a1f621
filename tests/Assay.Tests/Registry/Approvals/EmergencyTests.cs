using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Assay.Governance.Access;
using Assay.Kernel;
using Assay.Registry;
using Assay.Registry.Approvals;
using Assay.Registry.Gates;
using Assay.Tests.Governance;
using Microsoft.Extensions.DependencyInjection;

namespace Assay.Tests.Registry.Approvals;

public sealed class EmergencyTests : IAsyncLifetime
{
    private readonly ApprovalScene _scene = new();

    private static CancellationToken Cancel => ApprovalScene.Cancel;

    public ValueTask InitializeAsync() => _scene.InitializeAsync();

    public ValueTask DisposeAsync() => _scene.DisposeAsync();

    [Fact]
    public async Task An_emergency_leads_past_the_approvals_for_a_time_and_then_the_version_falls_back()
    {
        await _scene.Release("urgent");
        await _scene.Register("urgent", bias: 1);
        var before = _scene.Clock.GetUtcNow();
        var glass = await Break("urgent", 2);
        Assert.Equal(HttpStatusCode.OK, (await _scene.Deploy("live", "urgent", "production")).StatusCode);

        _scene.Clock.Move(TimeSpan.FromHours(25));
        await Tick();

        Assert.Equal(1, glass.Former);
        Assert.InRange(glass.Until, before.AddHours(24), _scene.Clock.GetUtcNow().AddHours(-1));
        Assert.Equal("Production", await StageOf("urgent", 1));
        Assert.Equal("Archived", await StageOf("urgent", 2));
        var ended = Assert.Single(await _scene.Events("model:urgent@2", "glass.ended"));
        Assert.Equal((false, 1), (ended.Data.GetProperty("kept").GetBoolean(), ended.Data.GetProperty("fellBackTo").GetInt32()));
        Assert.Single(await _scene.Events("model:urgent@2", "glass.broken"));
    }

    [Fact]
    public async Task A_version_that_got_its_approvals_meanwhile_stays()
    {
        await _scene.Register("caughtup");
        await Break("caughtup", 1);
        var glass = await Explain("caughtup", 1);

        Assert.Contains("glass broken until", Assert.Single(glass.Verdict.Rules, rule => rule.Human).Value, StringComparison.Ordinal);
        var request = await _scene.Ask("caughtup");
        await ApprovalScene.Approve(request.Id, _scene.Bob, _scene.Carol);
        _scene.Clock.Move(TimeSpan.FromHours(25));
        await Tick();

        Assert.Equal("Production", await StageOf("caughtup", 1));
        Assert.True(Assert.Single(await _scene.Events("model:caughtup@1", "glass.ended")).Data.GetProperty("kept").GetBoolean());
        Assert.Equal(RequestState.Promoted, (await _scene.Show(request.Id)).Request.State);
    }

    [Fact]
    public async Task It_stays_red_until_somebody_who_had_no_hand_in_it_has_reviewed_it()
    {
        await _scene.Register("red");
        var glass = await Break("red", 1);
        await Tick();
        var before = await Explain("red", 1);
        var own = await Review(_scene.Admin, glass.Id);
        var maker = await _scene.Member("kate", Role.Approver);

        var reviewed = await Review(maker.Client, glass.Id);
        var after = await Explain("red", 1);

        Assert.Single(before.Emergencies, emergency => emergency.ReviewedBy is null);
        Assert.Equal(1, _scene.Server.Services.GetRequiredService<ApprovalMeter>().Unreviewed);
        Assert.Equal((HttpStatusCode.Forbidden, HttpStatusCode.OK), (own.StatusCode, reviewed.StatusCode));
        Assert.Contains("this person broke the glass", await ApprovalScene.Problem(own), StringComparison.Ordinal);
        Assert.Equal(maker.Id, Assert.Single(after.Emergencies).ReviewedBy);
        await Tick();
        Assert.Equal(0, _scene.Server.Services.GetRequiredService<ApprovalMeter>().Unreviewed);
    }

    [Fact]
    public async Task No_emergency_leads_past_the_other_rules_and_nobody_breaks_the_glass_without_the_permission()
    {
        await _scene.Publish("rules:\n  - {metric: auc, min: 0.99}\napprovals:\n  - {from: {group: risk}}\n");
        await _scene.Register("weak");

        var weak = await Try(_scene.Admin, "weak");
        var notPermitted = await Try(_scene.Alice.Client, "weak");
        var bot = await Try(await _scene.Server.Member(Role.Administrator), "weak");

        Assert.Equal((HttpStatusCode.Conflict, HttpStatusCode.Forbidden, HttpStatusCode.Forbidden), (weak.StatusCode, notPermitted.StatusCode, bot.StatusCode));
        Assert.Equal("None", await StageOf("weak", 1));
        Assert.Empty(await _scene.Admin.GetFromJsonAsync<List<BrokenGlassSummary>>("/api/v1/broken-glass", AssayJson.Options, Cancel) ?? []);
    }

    private async Task<BrokenGlassSummary> Break(string model, int version)
    {
        var answer = await Try(_scene.Admin, model, version);
        Assert.True(answer.StatusCode == HttpStatusCode.OK, await answer.Content.ReadAsStringAsync(Cancel));
        return (await answer.Content.ReadFromJsonAsync<BrokenGlassSummary>(AssayJson.Options, Cancel))!;
    }

    private static Task<HttpResponseMessage> Try(HttpClient by, string model, int version = 1) =>
        by.PostAsJsonAsync($"/api/v1/models/{model}/versions/{version}/break-glass", new { reason = "Fraud wave tonight, nobody of risk answers." }, Cancel);

    private static Task<HttpResponseMessage> Review(HttpClient by, string glass) =>
        by.PostAsJsonAsync($"/api/v1/broken-glass/{glass}/review", new { justified = true, comment = "It was." }, Cancel);

    private async Task<GateExplanation> Explain(string model, int version) =>
        (await _scene.Admin.GetFromJsonAsync<GateExplanation>($"/api/v1/models/{model}/versions/{version}/gate/Production", AssayJson.Options, Cancel))!;

    private async Task<string> StageOf(string model, int version) =>
        (await _scene.Admin.GetFromJsonAsync<ModelVersionDetail>($"/api/v1/models/{model}/versions/{version}", AssayJson.Options, Cancel))!.Version.Stage;

    private Task Tick() => _scene.Server.Services.GetRequiredService<ApprovalClock>().Tick(Cancel);
}
