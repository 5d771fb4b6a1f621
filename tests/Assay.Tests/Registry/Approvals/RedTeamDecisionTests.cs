using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Assay.Governance.Access;
using Assay.Governance.Access.Accounts;
using Assay.Kernel;
using Assay.Tests.Governance;
using Assay.Tests.Tracking.Mlflow;

namespace Assay.Tests.Registry.Approvals;

/// <summary>Those who may not decide, by whatever door: refused, and recorded.</summary>
public sealed class RedTeamDecisionTests(ApprovalScene scene) : IClassFixture<ApprovalScene>
{
    private static CancellationToken Cancel => ApprovalScene.Cancel;

    [Fact]
    public async Task Whoever_trained_a_version_does_not_approve_it()
    {
        await scene.Register("own", author: scene.Bob.Id);
        var request = await scene.Ask("own");

        await Refused(scene.Bob.Client, request.Id, "own", "trained or made the version");
    }

    // What the client says of its user is its own choice: the account that stored the files made the model.
    [Fact]
    public async Task Whoever_logged_a_model_does_not_approve_it_though_another_account_registers_it_or_a_copy()
    {
        var maker = await scene.Member("ines", Role.MlEngineer);
        await scene.Server.Bind(maker.Id, Role.Approver);
        await Join("risk", maker.Id);
        var mine = new MlflowClient(maker.Client);
        var run = (string)(await mine.Post("/runs/create", new { experiment_id = "0", user_id = "somebody-else" }))["run"]!["info"]!["run_id"]!;
        (await maker.Client.PutAsync($"/api/2.0/mlflow-artifacts/artifacts/0/{run}/artifacts/model/weights.json", new StringContent("[1]"), Cancel)).EnsureSuccessStatusCode();

        var pipeline = new MlflowClient(await scene.Server.Member(Role.MlEngineer));
        foreach (var (name, source) in new[] { ("logged", $"mlflow-artifacts:/0/{run}/artifacts/model"), ("copied", "models:/logged/1") })
        {
            await pipeline.Post("/registered-models/create", new { name });
            await pipeline.Post("/model-versions/create", new { name, source, run_id = run });
            var request = await scene.Ask(name);
            await Refused(maker.Client, request.Id, name, "trained or made the version");
        }
    }

    [Fact]
    public async Task Whoever_asks_does_not_approve()
    {
        var maker = await scene.Member("frank", Role.MlEngineer);
        await scene.Server.Bind(maker.Id, Role.Approver);
        await Join("risk", maker.Id);
        await scene.Register("asked");
        var request = await scene.Ask("asked", by: maker.Client);

        await Refused(maker.Client, request.Id, "asked", "asked for this approval");
    }

    [Fact]
    public async Task Whoever_edited_the_card_last_does_not_approve()
    {
        var writer = await scene.Member("lena", Role.MlEngineer);
        await scene.Server.Bind(writer.Id, Role.Approver);
        await Join("risk", writer.Id);
        await scene.Register("carded");
        (await writer.Client.PutAsJsonAsync("/api/v1/models/carded/versions/1/card", new { words = new { intendedUses = new[] { "Letters to customers." } }, after = 0 }, Cancel)).EnsureSuccessStatusCode();
        var request = await scene.Ask("carded");

        await Refused(writer.Client, request.Id, "carded", "edited the version's card last");
    }

    [Fact]
    public async Task Whoever_makes_promotes_or_approves_models_does_not_do_away_with_the_approvals()
    {
        const string Nobody = "rules:\n  - signature: valid\n";
        var keeper = await scene.Member("keith", "maintainer");
        foreach (var client in new[] { scene.Alice.Client, scene.Bob.Client, keeper.Client })
        {
            var refused = await client.PutAsync("/api/v1/policies/production", new StringContent(Nobody), Cancel);
            Assert.Equal(HttpStatusCode.Forbidden, refused.StatusCode);
            Assert.Contains("models.policy", await refused.Content.ReadAsStringAsync(Cancel), StringComparison.Ordinal);
        }

        (await scene.Admin.PutAsJsonAsync("/api/v1/roles/policy-keeper", new { permissions = new[] { "models.policy", "models.read" } }, Cancel)).EnsureSuccessStatusCode();
        await scene.Server.Bind(keeper.Id, "policy-keeper");
        await scene.Publish(ApprovalScene.Policy, keeper.Client);   // as it is already: nothing changes for others
    }

    [Fact]
    public async Task The_administrator_who_published_the_policy_is_not_exempt()
    {
        var admin = (await scene.Server.Admin.GetFromJsonAsync<JsonElement>("/api/v1/people", AssayJson.Options, Cancel)).GetProperty("items").EnumerateArray()
            .Single(person => person.GetProperty("userName").GetString() == "admin").GetProperty("id").GetString()!;
        await Join("risk", admin);
        await scene.Register("administered");
        var request = await scene.Ask("administered");

        await Refused(scene.Admin, request.Id, "administered", "published the policy of Production");
    }

    [Fact]
    public async Task A_second_token_of_the_same_person_is_the_same_person()
    {
        await scene.Register("token", author: scene.Bob.Id);
        var request = await scene.Ask("token");

        await Refused(await scene.Token(scene.Bob.Id, Role.Approver), request.Id, "token", "trained or made the version");
    }

    [Fact]
    public async Task A_service_account_decides_nothing_whoever_owns_it()
    {
        var account = await scene.Server.Account(scene.Carol.Id);
        await scene.Server.Bind(account.Id, Role.Approver);
        await Join("risk", account.Id);
        await scene.Register("bot");
        var request = await scene.Ask("bot");

        await Refused(await scene.Token(account.Id), request.Id, "bot", "only people decide");
    }

    [Fact]
    public async Task What_a_service_account_registers_its_owner_made()
    {
        var account = await scene.Server.Account(scene.Bob.Id);
        await scene.Register("owned", author: account.Id);
        var request = await scene.Ask("owned");

        await Refused(scene.Bob.Client, request.Id, "owned", "trained or made the version");
    }

    [Fact]
    public async Task Acting_for_somebody_who_is_excluded_is_excluded()
    {
        var deputy = await scene.Member("gina", Role.Approver);
        await scene.Register("deputy", author: scene.Bob.Id);
        var request = await scene.Ask("deputy");
        await scene.Bob.Client.PostAsJsonAsync("/api/v1/delegations", new { to = "gina", endsAt = scene.Clock.GetUtcNow().AddDays(7) }, Cancel);

        var answer = await ApprovalScene.Decide(deputy.Client, request.Id, actingFor: scene.Bob.Id);

        Assert.Equal(HttpStatusCode.Forbidden, answer.StatusCode);
        Assert.Contains("the person acted for trained or made the version", await ApprovalScene.Problem(answer), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_excluded_person_does_not_act_for_somebody_else()
    {
        var maker = await scene.Member("hugo", Role.Approver);
        await scene.Register("puppet", author: maker.Id);
        var request = await scene.Ask("puppet");
        await scene.Carol.Client.PostAsJsonAsync("/api/v1/delegations", new { to = "hugo", endsAt = scene.Clock.GetUtcNow().AddDays(7) }, Cancel);

        var answer = await ApprovalScene.Decide(maker.Client, request.Id, actingFor: scene.Carol.Id);

        Assert.Equal(HttpStatusCode.Forbidden, answer.StatusCode);
        Assert.Contains("this person trained or made the version", await ApprovalScene.Problem(answer), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Whoever_is_on_no_list_is_told_whom_the_policy_asks()
    {
        var stranger = await scene.Member("ivan", Role.Approver);
        await scene.Register("stranger");
        var request = await scene.Ask("stranger");

        await Refused(stranger.Client, request.Id, "stranger", "the policy asks group risk, and this person is none of them");
    }

    [Fact]
    public async Task A_viewer_a_maker_and_a_revoked_token_do_not_get_that_far()
    {
        await scene.Register("revoked");
        var request = await scene.Ask("revoked");
        var token = await scene.Token(scene.Rob.Id);
        var id = token.DefaultRequestHeaders.Authorization!.Parameter!.Split('_')[1];
        (await scene.Admin.DeleteAsync($"/api/v1/tokens/{id}", Cancel)).EnsureSuccessStatusCode();

        Assert.Equal(HttpStatusCode.Unauthorized, (await ApprovalScene.Decide(token, request.Id)).StatusCode);
        Assert.Equal(HttpStatusCode.Forbidden, (await ApprovalScene.Decide(scene.Alice.Client, request.Id)).StatusCode);
        Assert.Equal(HttpStatusCode.Forbidden, (await ApprovalScene.Decide(await scene.Token(scene.Rob.Id, Role.Viewer), request.Id)).StatusCode);
    }

    [Fact]
    public async Task An_approver_who_has_left_counts_no_more()
    {
        var leaver = await scene.Member("judy", Role.Approver);
        await Join("risk", leaver.Id);
        await scene.Register("left");
        var request = await scene.Ask("left");
        await ApprovalScene.Approve(request.Id, scene.Bob, leaver);
        (await scene.Admin.PatchAsJsonAsync($"/api/v1/people/{leaver.Id}", new { active = false }, Cancel)).EnsureSuccessStatusCode();

        var (status, problem) = await scene.Promote("left");

        Assert.Equal(HttpStatusCode.Forbidden, status);
        Assert.Contains("1 of 2", problem.GetProperty("detail").GetString(), StringComparison.Ordinal);
    }

    private async Task Refused(HttpClient by, string request, string model, string reason)
    {
        var answer = await ApprovalScene.Decide(by, request);

        Assert.Equal(HttpStatusCode.Forbidden, answer.StatusCode);
        Assert.Contains(reason, await ApprovalScene.Problem(answer), StringComparison.Ordinal);
        var recorded = Assert.Single(await scene.Events($"model:{model}@1", "approval.refused"));
        Assert.Contains(reason, recorded.Data.GetProperty("reason").GetString(), StringComparison.Ordinal);
        Assert.Empty((await scene.Show(request)).Decisions);
    }

    private async Task Join(string group, string member)
    {
        var groups = await scene.Admin.GetFromJsonAsync<JsonElement>("/api/v1/groups", AssayJson.Options, Cancel);
        var id = groups.GetProperty("items").EnumerateArray().Single(each => each.GetProperty("name").GetString() == group).GetProperty("id").GetString();
        (await scene.Admin.PutAsync($"/api/v1/groups/{id}/members/{member}", null, Cancel)).EnsureSuccessStatusCode();
    }
}
