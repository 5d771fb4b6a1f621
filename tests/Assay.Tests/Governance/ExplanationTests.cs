using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Assay.Governance.Access;
using Assay.Governance.Access.Bindings;
using Assay.Governance.Access.Explanations;
using Assay.Kernel;
using Assay.Kernel.Paging;

namespace Assay.Tests.Governance;

public class ExplanationTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_explanation_names_the_binding_the_group_and_the_denial()
    {
        await using var server = await TestServer.Start();
        await server.Client(Role.Viewer, "credit");
        var ada = await server.Person("ada");
        var risk = await server.Group("risk", ada.Id);
        Assert.Contains("No binding gives ada", (await Explain(server, "ada", "models.promote")).Because, StringComparison.Ordinal);

        var given = await server.Bind(risk.Id, Role.MlEngineer, "credit");
        var allowed = await Explain(server, "ada", "models.promote", "models/churn");
        Assert.True(allowed.Allowed);
        Assert.Contains("given to the group 'risk'", allowed.Because, StringComparison.Ordinal);
        Assert.Equal(given.Id, Assert.Single(allowed.Bindings).Id);

        var denied = await server.Bind(ada.Id, Role.MlEngineer, "credit", "models/churn", BindingEffect.Deny);
        var refused = await Explain(server, ada.Id, "models.promote", "models/churn");
        Assert.False(refused.Allowed);
        Assert.Contains("denied to ada on models 'churn'", refused.Because, StringComparison.Ordinal);
        Assert.Equal([denied.Id, given.Id], refused.Bindings.Select(binding => binding.Id));
        Assert.True((await Explain(server, "ada", "models.promote", "models/fraud")).Allowed);

        await server.Admin.PatchAsJsonAsync($"/api/v1/people/{ada.Id}", new { active = false }, Cancel);
        Assert.Equal("ada is deactivated.", (await Explain(server, "ada", "models.promote", "models/fraud")).Because);
    }

    [Fact]
    public async Task A_token_is_explained_by_its_limits_too()
    {
        await using var server = await TestServer.Start();
        var token = await server.Make<CreatedToken>("tokens", new { name = "x", role = Role.Viewer, project = "default" });
        var who = $"token:{token.Summary.Id}";
        Assert.False((await Explain(server, who, "models.read")).Allowed);   // the question is about the project credit
        var here = await server.Admin.GetFromJsonAsync<AccessExplanation>($"/api/v1/access/explanation?who={who}&permission=models.promote", AssayJson.Options, Cancel);
        Assert.Contains("the role 'viewer' at most", here!.Because, StringComparison.Ordinal);
        await server.Admin.DeleteAsync($"/api/v1/tokens/{token.Summary.Id}", Cancel);
        Assert.Equal("The token was revoked.", (await Explain(server, who, "models.read")).Because);
    }

    [Fact]
    public async Task Explanations_agree_with_decisions_for_every_role_permission_and_place()
    {
        await using var server = await TestServer.Start();
        await server.Client(Role.Viewer, "credit");
        var ada = await server.Person("ada");
        await server.Bind(ada.Id, Role.DataScientist);
        await server.Bind(ada.Id, Role.Approver, "credit");
        await server.Bind(ada.Id, Role.Viewer, "credit", "models/secret", BindingEffect.Deny);
        foreach (var (resource, where) in new[] { (null, ""), ("models/secret", "&resource=models/secret"), ("models/open", "&resource=models/open") })
        {
            var holders = await server.Admin.GetFromJsonAsync<Page<PermissionHolder>>($"/projects/credit/api/v1/access/holders?limit=1000{where}", AssayJson.Options, Cancel);
            var held = holders!.Items.Single(holder => holder.Account.Id == ada.Id).Permissions.ToHashSet(StringComparer.Ordinal);
            var rights = await server.Admin.GetFromJsonAsync<AccountRights>("/projects/credit/api/v1/access/rights?who=ada", AssayJson.Options, Cancel);
            foreach (var permission in rights!.Permissions.Select(each => each.Permission).Where(each => resource is null || each.StartsWith("models.", StringComparison.Ordinal)))
                Assert.Equal(held.Contains(permission), (await Explain(server, "ada", permission, resource)).Allowed);
        }
    }

    [Fact]
    public async Task Who_sees_access_in_one_project_learns_nothing_of_bindings_elsewhere()
    {
        await using var server = await TestServer.Start();
        await server.Client(Role.Viewer, "credit");
        await server.Client(Role.Viewer, "merger");
        var ada = await server.Person("ada");
        await server.Bind(ada.Id, Role.Viewer);
        await server.Bind(ada.Id, Role.Approver, "credit");
        await server.Bind(ada.Id, Role.MlEngineer, "merger");
        var path = "/projects/credit/api/v1/access/rights?who=ada";
        var all = await server.Admin.GetFromJsonAsync<AccountRights>(path, AssayJson.Options, Cancel);
        Assert.Equal(3, all!.Bindings.Count);

        var seen = await (await server.Member(Role.Auditor, "credit")).GetFromJsonAsync<AccountRights>(path, AssayJson.Options, Cancel);
        Assert.Equal([null, "credit"], seen!.Bindings.Select(binding => binding.Project).Order());
        Assert.Equal(all.Permissions, seen.Permissions);
    }

    [Fact]
    public async Task Another_program_asks_by_AuthZen()
    {
        await using var server = await TestServer.Start();
        await server.Client(Role.Viewer, "credit");
        var ada = await server.Person("ada");
        await server.Bind(ada.Id, Role.Viewer, "credit");
        var configuration = await server.Guest.GetFromJsonAsync<JsonElement>("/.well-known/authzen-configuration", Cancel);
        var endpoint = configuration.GetProperty("access_evaluation_endpoint").GetString()!;

        var answer = await Ask(server, endpoint, """{"subject":{"type":"user","id":"ada"},"action":{"name":"read"},"resource":{"type":"models","id":"churn","properties":{"project":"credit"}}}""");
        Assert.Equal("42", answer.Headers.GetValues("X-Request-ID").Single());
        Assert.True((await Json(answer)).GetProperty("decision").GetBoolean());

        var unknown = await Ask(server, endpoint, """{"subject":{"type":"user","id":"nobody"},"action":{"name":"models.read"},"resource":{"type":"project","id":"credit"}}""");
        Assert.False((await Json(unknown)).GetProperty("decision").GetBoolean());

        var incomplete = await Ask(server, endpoint, """{"subject":{"type":"user"},"action":{"name":"models.read"},"resource":{"type":"project","id":"credit"}}""");
        Assert.Equal(HttpStatusCode.BadRequest, incomplete.StatusCode);
    }

    [Theory]
    [InlineData("execute_all", 3)]
    [InlineData("deny_on_first_deny", 2)]
    [InlineData("permit_on_first_permit", 1)]
    public async Task A_batch_is_worked_through_as_it_asks(string semantic, int answers)
    {
        await using var server = await TestServer.Start();
        await server.Bind((await server.Person("ada")).Id, Role.Viewer);
        var body = $$$"""
            {"subject":{"type":"user","id":"ada"},"resource":{"type":"models","id":"churn"},"options":{"evaluations_semantic":"{{{semantic}}}"},
             "evaluations":[{"action":{"name":"read"}},{"action":{"name":"promote"}},{"action":{"name":"read"}}]}
            """;
        var decisions = (await Json(await Ask(server, "/access/v1/evaluations", body))).GetProperty("evaluations").EnumerateArray().Select(each => each.GetProperty("decision").GetBoolean());
        Assert.Equal(new[] { true, false, true }.Take(answers), decisions);
    }

    [Fact]
    public async Task Who_may_train_needs_the_rights_that_the_training_uses()
    {
        await using var server = await TestServer.Start();
        var account = await server.Account();
        await server.Bind(account.Id, Role.DataScientist);
        await server.Bind(account.Id, Role.Viewer, "default", "datasets/salaries", BindingEffect.Deny);
        var member = await server.As(account);

        var promoting = await member.PostAsJsonAsync("/api/v1/trainings", new { model = "m", datasets = new[] { new { name = "churn" } }, label = "y", promote = true }, Cancel);
        Assert.Equal(HttpStatusCode.Forbidden, promoting.StatusCode);
        Assert.Contains("models.promote", await promoting.Content.ReadAsStringAsync(Cancel), StringComparison.Ordinal);
        var reading = await member.PostAsJsonAsync("/api/v1/trainings", new { model = "m", datasets = new[] { new { name = "salaries" } }, label = "y" }, Cancel);
        Assert.Equal(HttpStatusCode.Forbidden, reading.StatusCode);

        var recorded = await server.Admin.GetStringAsync("/api/v1/ledger?type=access.refused", Cancel);
        Assert.Equal(2, recorded.Split("/api/v1/trainings").Length - 1);
    }

    private static async Task<AccessExplanation> Explain(TestServer server, string who, string permission, string? resource = null)
    {
        var path = $"/projects/credit/api/v1/access/explanation?who={who}&permission={permission}{(resource is null ? "" : $"&resource={resource}")}";
        await server.Admin.PostAsJsonAsync("/api/v1/projects", new { name = "credit" }, Cancel);
        return (await server.Admin.GetFromJsonAsync<AccessExplanation>(path, AssayJson.Options, Cancel))!;
    }

    private static async Task<HttpResponseMessage> Ask(TestServer server, string endpoint, string body)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, endpoint) { Content = new StringContent(body, System.Text.Encoding.UTF8, "application/json") };
        request.Headers.Add("X-Request-ID", "42");
        return await server.Admin.SendAsync(request, Cancel);
    }

    private static async Task<JsonElement> Json(HttpResponseMessage answer)
    {
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync(Cancel));
        return await answer.Content.ReadFromJsonAsync<JsonElement>(Cancel);
    }
}
