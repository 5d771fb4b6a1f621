using System.Net;
using System.Net.Http.Json;
using Assay.Governance;
using Assay.Governance.Access;
using Assay.Governance.Ledger;
using Assay.Kernel;
using Assay.Kernel.Paging;
using Assay.Kernel.Permissions;
using Microsoft.Extensions.DependencyInjection;

namespace Assay.Tests.Governance;

public class AccountTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_first_start_makes_the_person_admin_and_gives_it_the_token()
    {
        await using var server = await TestServer.Start();
        var token = (await server.Admin.GetFromJsonAsync<Page<TokenSummary>>("/api/v1/tokens", AssayJson.Options, Cancel))!.Items.Single();
        var admin = Directory(server).ByName("admin")!;
        Assert.Equal(admin.Id, token.Principal);
        Assert.Equal([Role.Administrator], Directory(server).Roles(admin.Id, "default"));
        Assert.Equal(admin, await Directory(server).Find($"token:{token.Id}", Cancel));
        Assert.Null(await Directory(server).Find("system:training", Cancel));
    }

    [Fact]
    public async Task Deactivating_a_person_ends_the_tokens_of_its_service_accounts_at_once()
    {
        await using var server = await TestServer.Start();
        var account = await server.Account();
        await server.Bind(account.Id, Role.Viewer);
        var program = await server.As(account);
        var owner = await server.Person("Ada");
        Assert.Equal("ada", owner.UserName);
        Assert.Equal(HttpStatusCode.OK, (await server.Admin.PatchAsJsonAsync($"/api/v1/service-accounts/{account.Id}", new { owner = owner.Id }, Cancel)).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await program.GetAsync("/api/v1/models", Cancel)).StatusCode);
        Assert.Equal(owner.Id, (await Directory(server).Find(account.Id, Cancel))!.Human);

        await server.Admin.PatchAsJsonAsync($"/api/v1/people/{owner.Id}", new { active = false }, Cancel);
        Assert.Equal(HttpStatusCode.Unauthorized, (await program.GetAsync("/api/v1/models", Cancel)).StatusCode);
        Assert.False((await Directory(server).Find(account.Id, Cancel))!.Active);

        await server.Admin.PatchAsJsonAsync($"/api/v1/people/{owner.Id}", new { active = true }, Cancel);
        Assert.Equal(HttpStatusCode.OK, (await program.GetAsync("/api/v1/models", Cancel)).StatusCode);
    }

    [Fact]
    public async Task Nobody_makes_a_token_of_somebody_else()
    {
        await using var server = await TestServer.Start();
        var ada = await server.Person("ada");
        var hers = await server.Account(ada.Id);
        foreach (var principal in new[] { ada.Id, hers.Id })
        {
            var refused = await server.Admin.PostAsJsonAsync("/api/v1/tokens", new { name = "x", role = "viewer", principal }, Cancel);
            Assert.Equal(HttpStatusCode.Forbidden, refused.StatusCode);
        }
    }

    [Fact]
    public async Task A_token_may_do_what_its_scope_and_its_account_have_in_common()
    {
        await using var server = await TestServer.Start();
        var account = await server.Account();
        await server.Bind(account.Id, Role.Viewer);
        var request = new { name = "x", principal = account.Id, permissions = new[] { "models.read", "models.promote" } };
        var token = server.Connect((await server.Make<CreatedToken>("tokens", request)).Token);
        Assert.Equal(HttpStatusCode.OK, (await token.GetAsync("/api/v1/models", Cancel)).StatusCode);
        Assert.Equal(HttpStatusCode.Forbidden, (await token.GetAsync("/api/v1/datasets", Cancel)).StatusCode);   // the account has it, the token does not
        Assert.Equal(HttpStatusCode.Forbidden, (await token.PostAsync("/api/v1/models/m/versions/1/promote", null, Cancel)).StatusCode);   // and the other way round
    }

    [Fact]
    public async Task The_last_use_of_a_token_is_written_down()
    {
        await using var server = await TestServer.Start();
        await server.Admin.GetAsync("/api/v1/models", Cancel);
        await server.Services.GetRequiredService<LastUses>().Write(Cancel);
        var token = (await server.Admin.GetFromJsonAsync<Page<TokenSummary>>("/api/v1/tokens", AssayJson.Options, Cancel))!.Items.Single();
        Assert.NotNull(token.LastUsedAt);
    }

    [Fact]
    public async Task The_directory_says_who_may_approve()
    {
        await using var server = await TestServer.Start();
        await server.Client(Role.Viewer, "fraud");
        var (ada, grace) = (await server.Person("ada"), await server.Person("grace"));
        var group = await server.Group("risk", ada.Id);
        await server.Bind(group.Id, Role.Approver, "fraud");
        await server.Bind(grace.Id, Role.Approver);
        var (directory, approve) = (Directory(server), new Permission("models.approve"));
        Assert.Equal(["admin", "ada", "grace"], directory.Holders(approve, "fraud").Select(who => who.Name).Order(StringComparer.Ordinal).OrderBy(name => name != "admin"));
        Assert.True(directory.Holds(ada.Id, approve, "fraud"));
        Assert.False(directory.Holds(ada.Id, approve, "default"));
        Assert.Equal([Role.Approver], directory.Roles(ada.Id, "fraud"));
        Assert.Equal(["ada"], directory.Members(directory.GroupId("risk")!).Select(who => who.Name));
    }

    [Fact]
    public async Task Nobody_changes_the_address_of_who_may_more_than_they()
    {
        // Where a provider's people are linked by their address, whoever chooses it chooses who the person is.
        await using var server = await TestServer.Start();
        (await server.Admin.PutAsJsonAsync("/api/v1/roles/keeper", new { permissions = new[] { "access.admin", "access.read" } }, Cancel)).EnsureSuccessStatusCode();
        var keeper = await server.Member("keeper");
        var admin = (await server.Admin.GetFromJsonAsync<Page<Assay.Governance.Access.Accounts.PersonSummary>>("/api/v1/people?userName=admin", AssayJson.Options, Cancel))!.Items.Single();
        var ada = await server.Person("ada");
        async Task<HttpStatusCode> Change(string id, object change) => (await keeper.PatchAsJsonAsync($"/api/v1/people/{id}", change, Cancel)).StatusCode;

        Assert.Equal(HttpStatusCode.Forbidden, await Change(admin.Id, new { email = "eve@example.org" }));
        Assert.Equal(HttpStatusCode.OK, await Change(admin.Id, new { displayName = "Root" }));
        Assert.Equal(HttpStatusCode.OK, await Change(ada.Id, new { email = "ada@example.org" }));
        await server.Bind(ada.Id, Role.MlEngineer);
        Assert.Equal(HttpStatusCode.OK, await Change(ada.Id, new { email = "ada@example.org" }));
        Assert.Equal(HttpStatusCode.Forbidden, await Change(ada.Id, new { email = "" }));
        Assert.Equal(HttpStatusCode.OK, (await server.Admin.PatchAsJsonAsync($"/api/v1/people/{ada.Id}", new { email = "a@example.org" }, Cancel)).StatusCode);
    }

    [Fact]
    public async Task The_ledger_names_people_by_pseudonym_only()
    {
        await using var server = await TestServer.Start();
        var ada = await server.Make<Assay.Governance.Access.Accounts.PersonSummary>("people", new { userName = "ada.lovelace", displayName = "Ada Lovelace", email = "ada@example.org" });
        await server.Bind(ada.Id, Role.Viewer);
        await server.Admin.PatchAsJsonAsync($"/api/v1/people/{ada.Id}", new { displayName = "A. Lovelace" }, Cancel);
        var ledger = await server.Admin.GetStringAsync("/api/v1/ledger", Cancel);
        Assert.Contains(ada.Id, ledger, StringComparison.Ordinal);
        Assert.DoesNotContain("lovelace", ledger, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("example.org", ledger, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("people", """{"userName":"has space","displayName":"x"}""")]
    [InlineData("people", """{"userName":"ada"}""")]
    [InlineData("people", """{"userName":"ada","displayName":"x","email":"no address"}""")]
    [InlineData("groups", """{"name":""}""")]
    [InlineData("service-accounts", """{"name":"Has Capitals"}""")]
    [InlineData("service-accounts", """{"name":"bot","owner":"person:000000000000"}""")]
    public async Task What_does_not_fit_is_refused(string things, string body)
    {
        await using var server = await TestServer.Start();
        using var content = new StringContent(body, System.Text.Encoding.UTF8, "application/json");
        Assert.Equal(HttpStatusCode.BadRequest, (await server.Admin.PostAsync($"/api/v1/{things}", content, Cancel)).StatusCode);
    }

    [Fact]
    public async Task A_name_ends_where_it_ends()
    {
        await using var server = await TestServer.Start();
        var role = await server.Admin.PutAsJsonAsync("/api/v1/roles/clerk%0A", new { permissions = new[] { "models.read" } }, Cancel);
        Assert.Equal(HttpStatusCode.BadRequest, role.StatusCode);
        foreach (var (things, body) in new (string, object)[]
        {
            ("projects", new { name = "team\n" }), ("groups", new { name = "team\n" }), ("people", new { userName = "ada\n", displayName = "x" }), ("service-accounts", new { name = "bot\n" }),
        })
            Assert.Equal(HttpStatusCode.BadRequest, (await server.Admin.PostAsJsonAsync($"/api/v1/{things}", body, Cancel)).StatusCode);
    }

    private static IDirectory Directory(TestServer server) => server.Services.GetRequiredService<IDirectory>();
}
