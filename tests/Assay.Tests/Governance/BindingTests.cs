using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Assay.Governance;
using Assay.Governance.Access;
using Assay.Governance.Access.Bindings;
using Assay.Kernel;
using Assay.Kernel.Paging;
using Microsoft.Extensions.DependencyInjection;

namespace Assay.Tests.Governance;

public class BindingTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_role_holds_where_it_is_bound_and_nowhere_else()
    {
        await using var server = await TestServer.Start();
        await server.Client(Role.Viewer, "fraud");
        var viewer = await server.Member(Role.Viewer, "fraud");
        Assert.Equal(HttpStatusCode.OK, await Get(viewer, "/projects/fraud/api/v1/models"));
        Assert.Equal(HttpStatusCode.Forbidden, await Get(viewer, "/api/v1/models"));
        Assert.Equal(["fraud"], await Projects(viewer, "/projects/fraud"));
    }

    [Fact]
    public async Task A_role_on_one_resource_opens_that_resource_only()
    {
        await using var server = await TestServer.Start();
        var member = await server.Member(Role.MlEngineer, "default", "models/churn");
        Assert.Equal(HttpStatusCode.NotFound, await Get(member, "/api/v1/models/churn"));   // let through, and there is none
        Assert.Equal(HttpStatusCode.Forbidden, await Get(member, "/api/v1/models/fraud"));
        Assert.Equal(HttpStatusCode.OK, await Get(member, "/api/v1/models"));   // with that model alone in it
        Assert.Equal(HttpStatusCode.Forbidden, await Get(member, "/api/v1/datasets"));
        Assert.Equal(HttpStatusCode.Forbidden, await Get(member, "/api/v1/datasets/churn"));
    }

    [Theory]
    [InlineData(null, null)]
    [InlineData("default", null)]
    [InlineData("default", "models/churn")]
    public async Task A_denial_wins_over_every_allowance(string? project, string? resource)
    {
        await using var server = await TestServer.Start();
        var account = await server.Account();
        await server.Bind(account.Id, Role.Administrator);
        await server.Bind(account.Id, Role.Viewer, "default", "models/churn");
        var member = await server.As(account);
        Assert.Equal(HttpStatusCode.NotFound, await Get(member, "/api/v1/models/churn"));

        var denial = await server.Bind(account.Id, Role.Viewer, project, resource, BindingEffect.Deny);
        Assert.Equal(HttpStatusCode.Forbidden, await Get(member, "/api/v1/models/churn"));

        Assert.Equal(HttpStatusCode.NoContent, (await server.Admin.DeleteAsync($"/api/v1/bindings/{denial.Id}", Cancel)).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, await Get(member, "/api/v1/models/churn"));
    }

    [Fact]
    public async Task Lists_show_each_of_the_resources_that_the_caller_may_read_and_no_other()
    {
        await using var server = await TestServer.Start();
        foreach (var name in new[] { "a", "b", "c", "d" })
            Assert.Equal(HttpStatusCode.OK, (await server.Admin.PostAsJsonAsync("/api/2.0/mlflow/registered-models/create", new { name }, Cancel)).StatusCode);
        var (few, most) = (await server.Account(), await server.Account());
        await server.Bind(most.Id, Role.Viewer, "default");
        foreach (var name in new[] { "a", "c" })
        {
            await server.Bind(few.Id, Role.Viewer, "default", $"models/{name}");
            await server.Bind(most.Id, Role.Viewer, "default", $"models/{name}", BindingEffect.Deny);
        }

        Assert.Equal(["a", "c"], await Models(await server.As(few)));
        Assert.Equal(["b", "d"], await Models(await server.As(most)));
    }

    private static async Task<IEnumerable<string>> Models(HttpClient client) =>
        (await client.GetFromJsonAsync<JsonObject>("/api/v1/models", Cancel))!["items"]!.AsArray().Select(model => (string)model!["name"]!);

    [Fact]
    public async Task A_group_gives_its_roles_to_its_members_while_they_belong_to_it()
    {
        await using var server = await TestServer.Start();
        var account = await server.Account();
        var member = await server.As(account);
        Assert.Equal(HttpStatusCode.Forbidden, await Get(member, "/api/v1/models"));

        var group = await server.Group("readers", account.Id);
        await server.Bind(group.Id, Role.Viewer);
        Assert.Equal(HttpStatusCode.OK, await Get(member, "/api/v1/models"));

        await server.Admin.DeleteAsync($"/api/v1/groups/{group.Id}/members/{account.Id}", Cancel);
        Assert.Equal(HttpStatusCode.Forbidden, await Get(member, "/api/v1/models"));
    }

    [Fact]
    public async Task A_binding_ends_when_it_expires()
    {
        var clock = new HandClock();
        await using var server = await TestServer.Start(adjust: clock.Into);
        var account = await server.Account();
        await server.Bind(account.Id, Role.Viewer, expiresAt: clock.GetUtcNow().AddMinutes(10));
        var member = await server.As(account);
        Assert.Equal(HttpStatusCode.OK, await Get(member, "/api/v1/models"));
        clock.Move(TimeSpan.FromMinutes(10));
        Assert.Equal(HttpStatusCode.Forbidden, await Get(member, "/api/v1/models"));
    }

    [Fact]
    public async Task A_custom_role_gives_exactly_its_permissions_and_follows_their_change()
    {
        await using var server = await TestServer.Start();
        await server.Admin.PutAsJsonAsync("/api/v1/roles/reader", new { permissions = new[] { "models.read" } }, Cancel);
        var member = await server.Member("reader");
        Assert.Equal(HttpStatusCode.OK, await Get(member, "/api/v1/models"));
        Assert.Equal(HttpStatusCode.Forbidden, await Get(member, "/api/v1/datasets"));

        await server.Admin.PutAsJsonAsync("/api/v1/roles/reader", new { permissions = new[] { "datasets.read" } }, Cancel);
        Assert.Equal(HttpStatusCode.Forbidden, await Get(member, "/api/v1/models"));
        Assert.Equal(HttpStatusCode.OK, await Get(member, "/api/v1/datasets"));
        Assert.Equal(HttpStatusCode.Conflict, (await server.Admin.DeleteAsync("/api/v1/roles/reader", Cancel)).StatusCode);
    }

    [Fact]
    public async Task Nobody_gives_what_they_do_not_have()
    {
        await using var server = await TestServer.Start();
        await server.Client(Role.Viewer, "fraud");
        await server.Admin.PutAsJsonAsync("/api/v1/roles/clerk", new { permissions = new[] { "bindings.admin", "access.admin", "access.read", "models.read" } }, Cancel);
        var clerk = await server.Member("clerk");
        var friend = await server.Account();
        Task<HttpResponseMessage> Give(string role, string? project = null) =>
            clerk.PostAsJsonAsync("/api/v1/bindings", new { principal = friend.Id, role, project }, Cancel);

        var refused = await Give(Role.Administrator);
        Assert.Equal(HttpStatusCode.Forbidden, refused.StatusCode);
        Assert.Contains("do not have", await refused.Content.ReadAsStringAsync(Cancel), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.Forbidden, (await Give(Role.MlEngineer, "default")).StatusCode);
        Assert.Equal(HttpStatusCode.Forbidden, (await clerk.PutAsJsonAsync("/api/v1/roles/clerk", new { permissions = new[] { "models.promote" } }, Cancel)).StatusCode);
        Assert.Equal(HttpStatusCode.Created, (await Give("clerk")).StatusCode);

        var administrators = await server.Group("administrators");
        await server.Bind(administrators.Id, Role.Administrator);
        Assert.Equal(HttpStatusCode.Forbidden, (await clerk.PutAsync($"/api/v1/groups/{administrators.Id}/members/{friend.Id}", null, Cancel)).StatusCode);

        var local = await server.Member(Role.Administrator, "fraud");
        var here = await local.PostAsJsonAsync("/projects/fraud/api/v1/bindings", new { principal = friend.Id, role = Role.Viewer, project = "fraud" }, Cancel);
        Assert.Equal(HttpStatusCode.Created, here.StatusCode);
        var there = await local.PostAsJsonAsync("/projects/fraud/api/v1/bindings", new { principal = friend.Id, role = Role.Viewer, project = "default" }, Cancel);
        Assert.Equal(HttpStatusCode.Forbidden, there.StatusCode);
        var everywhere = await local.PostAsJsonAsync("/projects/fraud/api/v1/bindings", new { principal = friend.Id, role = Role.Viewer }, Cancel);
        Assert.Equal(HttpStatusCode.Forbidden, everywhere.StatusCode);
    }

    [Fact]
    public async Task The_last_administrator_stays()
    {
        await using var server = await TestServer.Start();
        var admin = server.Services.GetRequiredService<IDirectory>().ByName("admin")!;
        var binding = (await server.Admin.GetFromJsonAsync<Page<BindingSummary>>($"/api/v1/bindings?principal={admin.Id}", AssayJson.Options, Cancel))!.Items.Single();
        Assert.Equal(HttpStatusCode.Conflict, (await server.Admin.DeleteAsync($"/api/v1/bindings/{binding.Id}", Cancel)).StatusCode);
        Assert.Equal(HttpStatusCode.Conflict, (await server.Admin.PatchAsJsonAsync($"/api/v1/people/{admin.Id}", new { active = false }, Cancel)).StatusCode);
        var denial = await server.Admin.PostAsJsonAsync("/api/v1/bindings", new { principal = admin.Id, role = Role.Viewer, effect = "deny" }, Cancel);
        Assert.Equal(HttpStatusCode.Conflict, denial.StatusCode);
        Assert.Equal(HttpStatusCode.OK, await Get(server.Admin, "/api/v1/people"));   // nothing of it was done

        var second = await server.Person("second");
        await server.Bind(second.Id, Role.Administrator);
        Assert.Equal(HttpStatusCode.NoContent, (await server.Admin.DeleteAsync($"/api/v1/bindings/{binding.Id}", Cancel)).StatusCode);
        Assert.Equal(HttpStatusCode.Forbidden, await Get(server.Admin, "/api/v1/people"));
    }

    [Theory]
    [InlineData("person:000000000000", "viewer", null, null, "principal")]
    [InlineData(null, "no-such", null, null, "role")]
    [InlineData(null, "viewer", "no-such", null, "project")]
    [InlineData(null, "viewer", null, "models/churn", "project")]
    [InlineData(null, "viewer", "default", "churn", "resource")]
    [InlineData(null, "viewer", "default", "planets/mars", "resource")]
    public async Task A_binding_that_makes_no_sense_is_refused_by_the_name_of_the_field(
        string? principal, string role, string? project, string? resource, string field)
    {
        await using var server = await TestServer.Start();
        principal ??= (await server.Account()).Id;
        var refused = await server.Admin.PostAsJsonAsync("/api/v1/bindings", new { principal, role, project, resource }, Cancel);
        Assert.Equal(HttpStatusCode.BadRequest, refused.StatusCode);
        Assert.Contains($"\"field\":\"{field}\"", await refused.Content.ReadAsStringAsync(Cancel), StringComparison.Ordinal);
    }

    private static async Task<HttpStatusCode> Get(HttpClient client, string path) => (await client.GetAsync(path, Cancel)).StatusCode;

    private static async Task<IEnumerable<string>> Projects(HttpClient client, string prefix) =>
        (await client.GetFromJsonAsync<Page<ProjectSummary>>($"{prefix}/api/v1/projects", AssayJson.Options, Cancel))!.Items.Select(project => project.Name);
}
