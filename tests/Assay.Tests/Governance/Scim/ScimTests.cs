using System.Net;
using System.Net.Http.Json;
using Assay.Governance;
using Assay.Governance.Access;
using Assay.Governance.Access.Accounts;
using Assay.Kernel;
using Assay.Kernel.Paging;
using Assay.Tests.Governance.SignIn;

namespace Assay.Tests.Governance.Scim;

public class ScimTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_directory_learns_what_is_supported()
    {
        await using var server = await TestServer.Start();
        var directory = await Directory.Of(server);
        var configuration = await directory.Get("ServiceProviderConfig");
        Assert.True(configuration["patch"]!["supported"]!.GetValue<bool>());
        Assert.True(configuration["etag"]!["supported"]!.GetValue<bool>());
        Assert.Equal(["User", "Group"], await directory.Names("ResourceTypes", "name"));
        Assert.Equal(2, (await directory.Get("Schemas"))["totalResults"]!.GetValue<int>());
        Assert.Equal("User", (await directory.Get("Schemas/urn:ietf:params:scim:schemas:core:2.0:User"))["name"]!.GetValue<string>());
    }

    [Fact]
    public async Task People_are_made_found_and_paged()
    {
        await using var server = await TestServer.Start();
        var directory = await Directory.Of(server);
        foreach (var name in new[] { "ada", "alan", "grace" })
            await directory.Create("Users", new { userName = $"{name}@example.org", externalId = $"x-{name}", displayName = $"{name} X", active = name != "alan", emails = new[] { new { value = $"{name}@example.org", type = "work", primary = true } } });

        Assert.Equal(["ada@example.org"], await directory.Names("Users?filter=userName eq \"ADA@example.org\""));
        Assert.Equal(["ada@example.org", "admin", "alan@example.org"], await directory.Names("Users?filter=userName sw \"a\""));
        Assert.Equal(["grace@example.org"], await directory.Names("Users?filter=externalId eq \"x-grace\""));
        Assert.Equal(["ada@example.org"], await directory.Names("Users?filter=userName sw \"a\" and displayName co \"a x\" and active eq true"));
        Assert.Equal(["alan@example.org"], await directory.Names("Users?filter=active eq \"False\""));
        Assert.Equal(["admin", "alan@example.org"], await directory.Names("Users?startIndex=2&count=2"));
        var nothing = await directory.Get("Users?count=0");
        Assert.Equal((4, 0), (nothing["totalResults"]!.GetValue<int>(), nothing["Resources"]!.AsArray().Count));

        var (status, problem, _) = await directory.Send(HttpMethod.Post, "Users", """{"userName":"Ada@example.org"}""");
        Assert.Equal((HttpStatusCode.Conflict, "uniqueness", "409"), (status, problem!["scimType"]!.GetValue<string>(), problem["status"]!.GetValue<string>()));
    }

    [Theory]
    [InlineData("Users?filter=userName ne \"x\"", "invalidFilter")]
    [InlineData("Users?filter=password eq \"x\"", "invalidFilter")]
    [InlineData("Users?filter=userName eq \"x\" or active eq true", "invalidFilter")]
    [InlineData("Users?filter=active co true", "invalidFilter")]
    [InlineData("Users?startIndex=first", "invalidValue")]
    public async Task What_is_not_understood_is_said_in_scims_form(string path, string kind)
    {
        await using var server = await TestServer.Start();
        var (status, problem, _) = await (await Directory.Of(server)).Send(HttpMethod.Get, path);
        Assert.Equal((HttpStatusCode.BadRequest, kind), (status, problem!["scimType"]!.GetValue<string>()));
        Assert.Equal("urn:ietf:params:scim:api:messages:2.0:Error", problem["schemas"]![0]!.GetValue<string>());
        Assert.NotEmpty(problem["detail"]!.GetValue<string>());
    }

    [Theory]
    [InlineData("""[{"op":"Replace","path":"active","value":"False"}]""")]
    [InlineData("""[{"op":"replace","value":{"active":false}}]""")]
    [InlineData("""[{"op":"Replace","value":{"urn:ietf:params:scim:schemas:core:2.0:User:active":"false"}}]""")]
    [InlineData("""[{"op":"add","path":"urn:ietf:params:scim:schemas:core:2.0:User:active","value":false}]""")]
    [InlineData("DELETE")]
    public async Task Deactivation_in_each_directorys_way_ends_tokens_and_sessions_at_once(string operations)
    {
        await using var server = await TestServer.Start();
        var directory = await Directory.Of(server);
        var id = await directory.Create("Users", new { userName = "ada", externalId = "x-ada" });
        using var browser = new Browser(server);
        await browser.Choose(await server.PasswordLink(id), Browser.GoodPassword);
        var made = await browser.Send(new(HttpMethod.Post, "/api/v1/account/tokens") { Content = JsonContent.Create(new { name = "x", permissions = new[] { "models.read" }, expiresInDays = 1 }) });
        Assert.Equal(HttpStatusCode.Forbidden, made.StatusCode);
        await server.Bind(id, Role.Viewer);
        made = await browser.Send(new(HttpMethod.Post, "/api/v1/account/tokens") { Content = JsonContent.Create(new { name = "x", role = "viewer", expiresInDays = 1 }) });
        using var program = server.Connect((await made.Content.ReadFromJsonAsync<CreatedToken>(AssayJson.Options, Cancel))!.Token);
        Assert.Equal(HttpStatusCode.OK, (await program.GetAsync("/api/v1/models", Cancel)).StatusCode);

        var (status, _, _) = operations == "DELETE" ? await directory.Send(HttpMethod.Delete, $"Users/{id}") : await directory.Patch($"Users/{id}", operations);
        Assert.True(status is HttpStatusCode.OK or HttpStatusCode.NoContent, $"{status}");
        Assert.False((await directory.Get($"Users/{id}"))["active"]!.GetValue<bool>());
        Assert.Equal(HttpStatusCode.Unauthorized, (await program.GetAsync("/api/v1/models", Cancel)).StatusCode);
        Assert.False(await browser.IsSignedIn());
        Assert.Contains("problem=password", await browser.SignIn("ada", Browser.GoodPassword), StringComparison.Ordinal);
        Assert.True((await Verify(server)).Verified);
    }

    [Fact]
    public async Task People_change_by_paths_without_paths_and_as_a_whole()
    {
        await using var server = await TestServer.Start();
        var directory = await Directory.Of(server);
        var id = await directory.Create("Users", new { userName = "ada", externalId = "x-ada", displayName = "Ada" });
        await Patched("""[{"op":"add","path":"emails[type eq \"work\"].value","value":"ada@example.org"}]""");
        Assert.Equal("ada@example.org", (await directory.Get($"Users/{id}"))["emails"]![0]!["value"]!.GetValue<string>());
        await Patched("""[{"op":"replace","value":{"displayName":"Ada Lovelace","emails[type eq \"work\"].value":"countess@example.org"}},{"op":"remove","path":"title"}]""");
        var person = await server.Admin.GetFromJsonAsync<PersonSummary>($"/api/v1/people/{id}", AssayJson.Options, Cancel);
        Assert.Equal(("Ada Lovelace", "countess@example.org", "x-ada"), (person!.DisplayName, person.Email, person.ExternalId));

        var (status, body, _) = await directory.Send(HttpMethod.Put, $"Users/{id}", """{"userName":"countess","name":{"givenName":"Ada","familyName":"King"},"active":"True"}""");
        Assert.True(status == HttpStatusCode.OK, $"{status} {body}");
        person = await server.Admin.GetFromJsonAsync<PersonSummary>($"/api/v1/people/{id}", AssayJson.Options, Cancel);
        Assert.Equal(("countess", "Ada King", null, true), (person!.UserName, person.DisplayName, person.Email, person.Active));

        async Task Patched(string operations)
        {
            var (patched, answer, _) = await directory.Patch($"Users/{id}", operations);
            Assert.True(patched == HttpStatusCode.OK, $"{patched} {answer}");
        }
    }

    [Fact]
    public async Task A_change_meant_for_another_version_is_refused()
    {
        await using var server = await TestServer.Start();
        var directory = await Directory.Of(server);
        var id = await directory.Create("Users", new { userName = "ada" });
        var version = (await directory.Get($"Users/{id}"))["meta"]!["version"]!.GetValue<string>();
        var (first, _, headers) = await directory.Patch($"Users/{id}", """[{"op":"replace","path":"displayName","value":"A"}]""", version);
        Assert.Equal(HttpStatusCode.OK, first);
        Assert.NotEqual(version, headers.ETag!.ToString());
        var (second, _, _) = await directory.Patch($"Users/{id}", """[{"op":"replace","path":"displayName","value":"B"}]""", version);
        Assert.Equal(HttpStatusCode.PreconditionFailed, second);
    }

    [Fact]
    public async Task Members_of_a_directorys_group_get_what_is_bound_to_it_and_lose_it_when_they_leave()
    {
        await using var server = await TestServer.Start();
        var directory = await Directory.Of(server);
        var ada = await directory.Create("Users", new { userName = "ada" });
        var alan = await directory.Create("Users", new { userName = "alan" });
        var group = await directory.Create("Groups", new { displayName = "Engineers", externalId = "g-1", members = new[] { new { value = ada } } });
        await server.Bind(group, Role.MlEngineer);
        Assert.True(Holds(server, ada));
        Assert.False(Holds(server, alan));

        await Patched($$"""[{"op":"Add","path":"members","value":[{"value":"{{alan}}"},{"value":"{{ada}}"}]}]""");
        Assert.True(Holds(server, alan));
        await Patched($$"""[{"op":"Remove","path":"members[value eq \"{{ada}}\"]"}]""");
        Assert.False(Holds(server, ada));
        await Patched($$"""[{"op":"Remove","path":"members","value":[{"value":"{{alan}}"}]}]""");
        Assert.False(Holds(server, alan));
        await Patched($$"""[{"op":"replace","path":"members","value":[{"value":"{{ada}}"}]},{"op":"replace","value":{"id":"{{group}}","displayName":"Makers"} }]""");
        Assert.True(Holds(server, ada));
        Assert.Equal(["Makers"], await directory.Names("Groups?filter=displayName eq \"makers\"", "displayName"));
        Assert.Equal(["Makers"], await directory.Names($"Groups?filter=externalId eq \"g-1\" and members eq \"{ada}\"", "displayName"));
        Assert.Null((await directory.Get($"Groups/{group}?excludedAttributes=members"))["members"]);

        Assert.Equal(HttpStatusCode.NoContent, (await directory.Send(HttpMethod.Delete, $"Groups/{group}")).Status);
        Assert.False(Holds(server, ada));
        Assert.True((await Verify(server)).Verified);

        async Task Patched(string operations)
        {
            var (status, body, _) = await directory.Patch($"Groups/{group}", operations);
            Assert.True(status == HttpStatusCode.OK, $"{status} {body}");
        }
    }

    [Fact]
    public async Task A_group_of_many_is_filled_in_several_events()
    {
        await using var server = await TestServer.Start();
        var directory = await Directory.Of(server);
        var people = new List<string>();
        for (var i = 0; i < 160; i++)
            people.Add(await directory.Create("Users", new { userName = $"person-{i}" }));
        var group = await directory.Create("Groups", new { displayName = "All", members = people.Select(id => new { value = id }) });
        Assert.Equal(160, (await directory.Get($"Groups/{group}"))["members"]!.AsArray().Count);
        Assert.True((await Verify(server)).Verified);
    }

    [Fact]
    public async Task A_directory_takes_over_neither_local_groups_nor_administrators()
    {
        await using var server = await TestServer.Start();
        var directory = await Directory.Of(server);
        var local = await server.Group("Owners");
        Assert.Equal(HttpStatusCode.NotFound, (await directory.Send(HttpMethod.Get, $"Groups/{local.Id}")).Status);
        Assert.Equal(HttpStatusCode.Conflict, (await directory.Send(HttpMethod.Post, "Groups", """{"displayName":"Owners"}""")).Status);
        var admin = (await server.Admin.GetFromJsonAsync<Page<PersonSummary>>("/api/v1/people?userName=admin", AssayJson.Options, Cancel))!.Items.Single();
        foreach (var operations in new[] { """[{"op":"replace","path":"active","value":false}]""", """[{"op":"replace","path":"emails","value":[{"value":"eve@example.org"}]}]""" })
            Assert.Equal(HttpStatusCode.Forbidden, (await directory.Patch($"Users/{admin.Id}", operations)).Status);
        Assert.Equal(HttpStatusCode.Forbidden, (await directory.Send(HttpMethod.Delete, $"Users/{admin.Id}")).Status);
        var viewer = await server.Member(Role.Auditor);
        Assert.Equal(HttpStatusCode.Forbidden, (await viewer.GetAsync("/scim/v2/Users", Cancel)).StatusCode);
    }

    [Theory]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("{\"userName\":\"\\ud800\"}")]
    [InlineData("{\"userName\":{\"a\":1}}")]
    [InlineData("{\"userName\":\"ada\\n\"}")]
    [InlineData("{\"userName\":\"ada\",\"active\":\"perhaps\"}")]
    [InlineData("{\"userName\":\"ada\",\"emails\":[{\"value\":\"nonsense\"}]}")]
    public async Task A_body_that_makes_no_sense_is_refused(string body)
    {
        await using var server = await TestServer.Start();
        Assert.Equal(HttpStatusCode.BadRequest, (await (await Directory.Of(server)).Send(HttpMethod.Post, "Users", body)).Status);
    }

    private static bool Holds(TestServer server, string person) =>
        server.Services.GetService(typeof(IDirectory)) is IDirectory directory && directory.Holds(person, new("models.promote"), "default");

    private static async Task<LedgerVerification> Verify(TestServer server) =>
        (await (await server.Admin.PostAsync("/api/v1/ledger/verify", null, Cancel)).Content.ReadFromJsonAsync<LedgerVerification>(AssayJson.Options, Cancel))!;
}
