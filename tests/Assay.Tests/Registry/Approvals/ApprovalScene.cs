using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Assay.Governance;
using Assay.Governance.Access;
using Assay.Governance.Access.Accounts;
using Assay.Kernel;
using Assay.Kernel.Permissions;
using Assay.Kernel.Projects;
using Assay.Registry;
using Assay.Registry.Approvals;
using Assay.Tests.Governance;
using Assay.Tests.Inference;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace Assay.Tests.Registry.Approvals;

/// <summary>A person with an account, and a client that calls by a token of theirs.</summary>
public sealed record Member(PersonSummary Person, HttpClient Client)
{
    public string Id => Person.Id;
}

/// <summary>
/// A host whose production policy asks two people of the group risk. Alice trains and asks; Bob, Carol and Rob belong to
/// risk; the administrator publishes the policy. Models can really be served.
/// </summary>
public sealed class ApprovalScene : IAsyncLifetime
{
    public const string Policy = "rules:\n  - signature: valid\napprovals:\n  - {from: {group: risk}, count: 2, within: 30d}\n";

    private int _blocked;

    public TestServer Server { get; private set; } = null!;

    public HandClock Clock { get; } = new();

    public HttpClient Admin => Server.Admin;

    public Member Alice { get; private set; } = null!;

    public Member Bob { get; private set; } = null!;

    public Member Carol { get; private set; } = null!;

    public Member Rob { get; private set; } = null!;

    public static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        Server = await TestServer.Start(adjust: builder => builder.Services.AddSingleton<TimeProvider>(Clock));
        Alice = await Member("alice", Role.MlEngineer);
        Bob = await Member("bob", Role.Approver);
        Carol = await Member("carol", Role.Approver);
        Rob = await Member("rob", Role.Approver);
        await Server.Group("risk", Bob.Id, Carol.Id, Rob.Id);
        await Publish(Policy);
    }

    public ValueTask DisposeAsync() => Server.DisposeAsync();

    /// <summary>Stops the host and starts it again on the same home; clients of before have no server any more, but the administrator's is new.</summary>
    public async Task Restart()
    {
        await Server.StopKeepingHome();
        Server = await TestServer.Restart(Server, builder => builder.Services.AddSingleton<TimeProvider>(Clock));
    }

    public async Task<Member> Member(string name, string role)
    {
        var person = await Server.Person(name);
        await Server.Bind(person.Id, role);
        return new(person, await Token(person.Id));
    }

    /// <summary>A client with another token of an account.</summary>
    public async Task<HttpClient> Token(string principal, string? scope = null)
    {
        var (id, secret) = TokenSecrets.NewToken();
        await using var scoped = Scope();
        var db = scoped.ServiceProvider.GetRequiredService<AssayDb>();
        db.Set<AccessToken>().Add(new()
        {
            Id = id,
            Name = "test",
            PrincipalId = principal,
            Scope = scope,
            BoundProject = null,
            Hash = TokenSecrets.Hash(secret),
            CreatedAt = Clock.GetUtcNow(),
            ExpiresAt = null,
        });
        scoped.ServiceProvider.GetRequiredService<ILedger>().Append(new TokenCreated(id, principal, scope, null));
        await db.SaveChangesAsync(Cancel);
        return Server.Connect(secret);
    }

    public async Task Publish(string policy, HttpClient? by = null) =>
        (await (by ?? Admin).PutAsync("/api/v1/policies/production", new StringContent(policy, Encoding.UTF8, "application/yaml"), Cancel)).EnsureSuccessStatusCode();

    /// <summary>Registers the next version of a model, trained by Alice, whose probability rises with <paramref name="bias"/>.</summary>
    public async Task<ModelVersionDetail> Register(string model, float bias = -2, string? author = null)
    {
        using var folder = new TemporaryFolder();
        TinyModel.WriteTo(folder.Path, bias);
        await using var scope = Scope();
        return await scope.ServiceProvider.GetRequiredService<IModels>()
            .Register(new NewVersion(model, new Dictionary<string, double>(), Author: author ?? Alice.Id), folder.Path, Cancel);
    }

    /// <summary>A version with files besides, each of which a scan finds to block.</summary>
    public Task<ModelVersionDetail> RegisterBlocked(string model, params string[] files) => RegisterBlockedOf(Alice, model, files);

    /// <summary>The same by another maker. Its graph is like no other's, so that no other version is hurt when its bytes are.</summary>
    public async Task<ModelVersionDetail> RegisterBlockedOf(Member author, string model, params string[] files)
    {
        using var folder = new TemporaryFolder();
        TinyModel.WriteTo(folder.Path, -2 - (0.001f * Interlocked.Increment(ref _blocked)));
        foreach (var file in files.Length == 0 ? ["extra.pkl"] : files)
            await File.WriteAllBytesAsync(folder[file], Scans.PickleBytes.Attack(), Cancel);
        await using var scope = Scope();
        return await scope.ServiceProvider.GetRequiredService<IModels>()
            .Register(new NewVersion(model, new Dictionary<string, double>(), Author: author.Id), folder.Path, Cancel);
    }

    public async Task<ApprovalRequestSummary> Ask(string model, int version = 1, HttpClient? by = null)
    {
        var answer = await (by ?? Alice.Client).PostAsJsonAsync($"/api/v1/models/{model}/versions/{version}/approval-requests", new { reason = "Better on every segment.", stage = "Production" }, Cancel);
        Assert.True(answer.StatusCode == HttpStatusCode.Created, await answer.Content.ReadAsStringAsync(Cancel));
        return (await answer.Content.ReadFromJsonAsync<ApprovalRequestSummary>(AssayJson.Options, Cancel))!;
    }

    public static Task<HttpResponseMessage> Decide(HttpClient by, string request, string decision = "approved", string? comment = null, string? actingFor = null) =>
        by.PostAsJsonAsync($"/api/v1/approval-requests/{request}/decisions", new { decision, comment, actingFor }, Cancel);

    public static async Task Approve(string request, params Member[] members)
    {
        foreach (var member in members)
        {
            var answer = await Decide(member.Client, request);
            Assert.True(answer.StatusCode == HttpStatusCode.OK, await answer.Content.ReadAsStringAsync(Cancel));
        }
    }

    public async Task<ApprovalRequestDetail> Show(string request, HttpClient? by = null) =>
        (await (by ?? Admin).GetFromJsonAsync<ApprovalRequestDetail>($"/api/v1/approval-requests/{request}", AssayJson.Options, Cancel))!;

    public async Task<(HttpStatusCode Status, JsonElement Body)> Promote(string model, int version = 1)
    {
        var answer = await Alice.Client.PostAsJsonAsync($"/api/v1/models/{model}/versions/{version}/promote", new { stage = "Production" }, Cancel);
        return (answer.StatusCode, await answer.Content.ReadFromJsonAsync<JsonElement>(Cancel));
    }

    /// <summary>Registered, asked for, approved by two, and in production.</summary>
    public async Task<ApprovalRequestSummary> Release(string model, float bias = -2)
    {
        var version = (await Register(model, bias)).Version.Version;
        var request = await Ask(model, version);
        await Approve(request.Id, Bob, Carol);
        var (status, body) = await Promote(model, version);
        Assert.True(status == HttpStatusCode.OK, body.GetRawText());
        return request;
    }

    public Task<HttpResponseMessage> Deploy(string endpoint, string model, string version) =>
        Alice.Client.PutAsJsonAsync($"/api/v1/endpoints/{endpoint}", new { model, version }, Cancel);

    public static async Task<string> Problem(HttpResponseMessage answer) =>
        (await answer.Content.ReadFromJsonAsync<JsonElement>(Cancel)).GetProperty("detail").GetString()!;

    /// <summary>Events of that type about a subject, in order.</summary>
    public async Task<List<LedgerEntry>> Events(string subject, string type)
    {
        var feed = Server.Services.GetRequiredService<ILedgerFeed>();
        var size = await feed.Size(Cancel);
        var found = new List<LedgerEntry>();
        await foreach (var entry in feed.Follow(0, Cancel))
        {
            if (entry.Subject == subject && entry.Type == type)
                found.Add(entry);
            if (entry.Index >= size - 1)
                break;
        }

        return found;
    }

    /// <summary>A page of the console as the server makes it for its first bytes, as text.</summary>
    public static async Task<string> Page(Member member, string path)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("text/html"));
        using var answer = await member.Client.SendAsync(request, Cancel);
        answer.EnsureSuccessStatusCode();
        return WebUtility.HtmlDecode(await answer.Content.ReadAsStringAsync(Cancel));
    }

    /// <summary>Runs a verb in a process of its own, with the token of the person who types it.</summary>
    public Task<(int ExitCode, string Output, string Error)> Run(Member member, params string[] arguments) => CommandLine.Run(Server, member.Client, arguments);

    public AsyncServiceScope Scope()
    {
        var scope = Server.Services.CreateAsyncScope();
        scope.ServiceProvider.GetRequiredService<ProjectScope>().Enter(ProjectScope.Default);
        scope.ServiceProvider.GetRequiredService<Caller>().Set("system:test");
        return scope;
    }
}
