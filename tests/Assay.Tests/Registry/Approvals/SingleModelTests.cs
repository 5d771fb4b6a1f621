using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Assay.Governance.Access;
using Assay.Governance.Access.Bindings;
using Assay.Kernel;
using Assay.Tests.Governance;

namespace Assay.Tests.Registry.Approvals;

/// <summary>People whose role is bound to one model alone.</summary>
public sealed class SingleModelTests(ApprovalScene scene) : IClassFixture<ApprovalScene>
{
    private static CancellationToken Cancel => ApprovalScene.Cancel;

    [Fact]
    public async Task An_approver_of_one_model_decides_on_it_and_on_no_other()
    {
        await scene.Publish("rules: []\napprovals:\n  - {from: {role: approver}}\n");
        var only = await On("models/theirs", "onlyapprover");
        await scene.Register("theirs");
        await scene.Register("others");
        var (theirs, others) = (await scene.Ask("theirs"), await scene.Ask("others"));

        var read = await scene.Show(theirs.Id, only.Client);
        var decided = await ApprovalScene.Decide(only.Client, theirs.Id);
        var refused = await ApprovalScene.Decide(only.Client, others.Id);
        var unknown = await ApprovalScene.Decide(only.Client, "019ab33c2f0a7d0b8a5d2c3e4f5a6b7c");

        Assert.True(read.MayDecide);
        Assert.Equal((HttpStatusCode.OK, HttpStatusCode.OK), (decided.StatusCode, (await scene.Promote("theirs")).Status));
        Assert.Equal((HttpStatusCode.Forbidden, HttpStatusCode.Forbidden), (refused.StatusCode, unknown.StatusCode));
        Assert.Equal(await ApprovalScene.Problem(refused), await ApprovalScene.Problem(unknown));
        Assert.Equal(HttpStatusCode.Forbidden, (await only.Client.GetAsync($"/api/v1/approval-requests/{others.Id}", Cancel)).StatusCode);
    }

    [Fact]
    public async Task An_approver_of_one_model_lends_the_place_there_and_sees_no_other_delegations()
    {
        await scene.Publish("rules: []\napprovals:\n  - {from: {role: approver}}\n");
        var only = await On("models/lent", "lender");
        await scene.Register("lent");
        var request = await scene.Ask("lent");
        var ends = scene.Clock.GetUtcNow().AddDays(7);
        (await scene.Carol.Client.PostAsJsonAsync("/api/v1/delegations", new { to = "rob", endsAt = ends }, Cancel)).EnsureSuccessStatusCode();

        var lent = await only.Client.PostAsJsonAsync("/api/v1/delegations", new { to = "bob", endsAt = ends }, Cancel);
        var decided = await ApprovalScene.Decide(scene.Bob.Client, request.Id, actingFor: only.Id);
        var seen = (await only.Client.GetFromJsonAsync<JsonElement>("/api/v1/delegations", AssayJson.Options, Cancel)).EnumerateArray().ToList();
        var ended = await only.Client.DeleteAsync($"/api/v1/delegations/{seen[0].GetProperty("id").GetString()}", Cancel);

        Assert.Equal((HttpStatusCode.Created, HttpStatusCode.OK, HttpStatusCode.NoContent), (lent.StatusCode, decided.StatusCode, ended.StatusCode));
        Assert.Equal(only.Id, Assert.Single(seen).GetProperty("from").GetString());
    }

    [Fact]
    public async Task Lists_show_what_the_caller_may_read_and_nothing_else()
    {
        var only = await On("models/listed", "onlyreader");
        await scene.Register("listed");
        await scene.Register("unlisted");
        await scene.Ask("listed");
        await scene.Ask("unlisted");

        Assert.Equal(["listed"], await Names(only.Client, "/api/v1/models", "name"));
        Assert.Equal(["listed"], await Names(only.Client, "/api/v1/approval-requests", "model"));
        Assert.Equal("""{"repositories":["default/listed"]}""", await only.Client.GetStringAsync("/v2/_catalog", Cancel));
        Assert.DoesNotContain("unlisted", await only.Client.GetStringAsync("/api/v1/approval-requests/inbox", Cancel), StringComparison.Ordinal);
        Assert.Empty(await Names(only.Client, "/api/v1/waivers", "model"));
        foreach (var path in new[] { "/api/v1/datasets", "/api/v1/endpoints", "/api/v1/monitors" })
            Assert.Equal((path, HttpStatusCode.Forbidden), (path, (await only.Client.GetAsync(path, Cancel)).StatusCode));
    }

    [Fact]
    public async Task A_list_leaves_out_what_is_denied_to_whoever_reads_the_project()
    {
        var reader = await scene.Member("deniedreader", Role.Viewer);
        await scene.Register("open");
        await scene.Register("secretive");
        await scene.Server.Bind(reader.Id, Role.Viewer, "default", "models/secretive", BindingEffect.Deny);

        var names = await Names(reader.Client, "/api/v1/models", "name");

        Assert.Contains("open", names);
        Assert.DoesNotContain("secretive", names);
        Assert.Contains("secretive", await Names(scene.Admin, "/api/v1/models", "name"));
        Assert.Equal(HttpStatusCode.Forbidden, (await reader.Client.GetAsync("/api/v1/models/secretive", Cancel)).StatusCode);
    }

    private async Task<Member> On(string resource, string name)
    {
        var person = await scene.Server.Person(name);
        await scene.Server.Bind(person.Id, Role.Approver, "default", resource);
        return new(person, await scene.Token(person.Id));
    }

    private static async Task<List<string>> Names(HttpClient client, string path, string member) =>
        [.. (await client.GetFromJsonAsync<JsonElement>(path, AssayJson.Options, Cancel)).GetProperty("items").EnumerateArray().Select(item => item.GetProperty(member).GetString()!)];
}
