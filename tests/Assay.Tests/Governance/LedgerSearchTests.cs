using System.Net;
using System.Net.Http.Json;
using Assay.Governance;
using Assay.Governance.Access;
using Assay.Governance.Audit;
using Assay.Governance.Ledger;
using Assay.Kernel;
using Assay.Kernel.Paging;
using Microsoft.Extensions.DependencyInjection;

namespace Assay.Tests.Governance;

public class LedgerSearchTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private static readonly (string Query, string? Found, string NotFound)[] Searches =
    [
        ("type=project.created", "project:team-1", "token:"),
        ("type=project.*&subject=project:team-2", "project:team-2", "project:team-1"),
        ("subject=project:team-*", "project:team-1", "project:default"),
        ("subject=PROJECT:team-*", null, "project:"),
        ("outcome=refused", "permission:projects.read", "project:team-1"),
        ("outcome=success&type=access.*", null, "permission:projects.read"),
        ("actor=system:*", "project:default", "project:team-1"),
        ("actor=anonymous", "permission:projects.read", "project:default"),
        ("project=default", "project:team-1", "project:default"),
        ("project=team-1", null, "project:"),
        ("until=2001-01-01T00:00:00Z", null, "project:"),
        ("since=2001-01-01T00:00:00Z&until=2999-01-01T00:00:00Z", "project:team-2", "none"),
        ("subject=project:team-_", null, "project:"),
        ("subject=project:team%25*", null, "project:"),
    ];

    [Fact]
    public async Task An_event_is_found_by_what_happened_to_what_by_whom_how_and_when()
    {
        await using var server = await TestServer.Start();
        await MakeProjects(server, 3);
        await server.Guest.GetAsync("/api/v1/projects", Cancel);
        foreach (var (query, found, notFound) in Searches)
        {
            var subjects = (await Search(server.Admin, $"{query}&limit=1000")).Items.Select(entry => entry.Subject).ToList();
            Assert.True(found is null ? subjects.Count == 0 : subjects.Contains(found), $"{query} found {string.Join(", ", subjects)}");
            Assert.DoesNotContain(subjects, subject => subject.StartsWith(notFound, StringComparison.Ordinal));
        }
    }

    [Fact]
    public async Task A_filter_that_says_nothing_is_refused()
    {
        await using var server = await TestServer.Start();
        foreach (var query in new[] { "outcome=perhaps", "since=yesterday", "cursor=first", "limit=100000", "limit=many", $"subject={new string('x', 301)}" })
        {
            var refused = await server.Admin.GetAsync($"/api/v1/ledger?{query}", Cancel);
            Assert.Equal(HttpStatusCode.BadRequest, refused.StatusCode);
            Assert.Equal("application/problem+json", refused.Content.Headers.ContentType?.MediaType);
            Assert.Contains(query.Split('=')[0], await refused.Content.ReadAsStringAsync(Cancel), StringComparison.OrdinalIgnoreCase);
        }
    }

    [Fact]
    public async Task Pages_hold_still_while_events_are_appended()
    {
        await using var server = await TestServer.Start();
        await MakeProjects(server, 20);
        var whole = (await Search(server.Admin, "limit=1000")).Items.Select(entry => entry.Index).ToList();

        var (seen, cursor) = (new List<long>(), (string?)null);
        do
        {
            var page = await Search(server.Admin, $"limit=3{(cursor is null ? "" : $"&cursor={cursor}")}");
            seen.AddRange(page.Items.Select(entry => entry.Index));
            cursor = page.NextCursor;
            await server.Admin.PostAsJsonAsync("/api/v1/projects", new { name = $"later-{seen.Count}" }, Cancel);
        }
        while (cursor is not null);
        Assert.Equal(whole, seen);
    }

    [Fact]
    public async Task Every_entry_of_a_page_comes_with_its_proof_when_asked()
    {
        await using var server = await TestServer.Start();
        await MakeProjects(server, 5);
        Assert.All((await Search(server.Admin, "limit=4")).Items, entry => Assert.Null(entry.Proof));
        var proved = (await Search(server.Admin, "limit=4&proof=true")).Items;
        Assert.Equal(4, proved.Count);
        var key = (await server.Admin.GetFromJsonAsync<LedgerHeadSummary>("/api/v1/ledger/head", AssayJson.Options, Cancel))!.VerifierKey;
        foreach (var entry in proved)
            Assert.Equal(entry.Index, TlogProof.Check(TlogProof.Write(entry.Proof!), key).Index);
        Assert.NotNull((await server.Admin.GetFromJsonAsync<LedgerEntry>("/api/v1/ledger/2?proof=true", AssayJson.Options, Cancel))!.Proof);
    }

    [Fact]
    public async Task Who_is_bound_to_a_project_finds_nothing_of_others()
    {
        await using var server = await TestServer.Start();
        await MakeProjects(server, 2);
        var bound = await server.Client(Role.MlEngineer, "team-1");
        await bound.GetAsync("/projects/team-0/api/v1/projects", Cancel);   // refused, and recorded in team-0
        await bound.PostAsJsonAsync("/projects/team-1/api/v1/tokens", new { name = "x", role = "viewer" }, Cancel);   // refused, and recorded in team-1
        foreach (var query in new[] { "", "project=team-0", "project=default" })
            Assert.All((await Search(bound, query, "/projects/team-1")).Items, entry => Assert.Equal("team-1", entry.Project));
        Assert.NotEmpty((await Search(bound, "", "/projects/team-1")).Items);
        Assert.Equal(HttpStatusCode.Forbidden, (await bound.GetAsync("/projects/team-1/ledger/tile/entries/000.p/1", Cancel)).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await bound.GetAsync("/projects/team-1/api/v1/ledger/0/tlog-proof", Cancel)).StatusCode);
    }

    [Fact]
    public async Task Who_is_bound_to_the_default_project_finds_nothing_of_accounts_tokens_and_other_projects()
    {
        await using var server = await TestServer.Start();
        await MakeProjects(server, 2);
        var ada = await server.Person("ada");
        await server.Bind(ada.Id, Role.Viewer, "team-1");
        var own = await server.Bind(ada.Id, Role.Viewer, "default");
        await server.Admin.DeleteAsync($"/api/v1/bindings/{own.Id}", Cancel);
        var bound = await server.Member(Role.Auditor, "default");
        await bound.PostAsJsonAsync("/api/v1/projects", new { name = "x" }, Cancel);   // refused, and recorded in default

        var all = (await Search(server.Admin, "limit=1000")).Items.Select(entry => entry.Type).ToList();
        Assert.Superset(new HashSet<string> { "project.created", "person.created", "token.created", "service-account.created" }, all.ToHashSet(StringComparer.Ordinal));
        var seen = (await Search(bound, "limit=1000")).Items;
        Assert.Equal(["access.refused", "binding.created", "binding.deleted"], seen.Select(entry => entry.Type).Distinct().Order());
        Assert.All(seen.Where(entry => entry.Type.StartsWith("binding.", StringComparison.Ordinal)), entry => Assert.Equal("default", entry.Data.GetProperty("boundProject").GetString()));
        Assert.Equal(HttpStatusCode.NotFound, (await bound.GetAsync("/api/v1/ledger/0", Cancel)).StatusCode);
        Assert.DoesNotContain("person.created", await bound.GetStringAsync("/api/v1/audit/export", Cancel), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_person_is_found_by_name_whichever_token_was_used()
    {
        await using var server = await TestServer.Start();
        var account = await server.Account();
        foreach (var project in new[] { "first", "second" })
        {
            var client = await server.As(account);
            await client.PostAsJsonAsync("/api/v1/projects", new { name = project }, Cancel);   // refused, and recorded
        }

        await server.Guest.GetAsync("/api/v1/projects", Cancel);
        foreach (var person in new[] { account.Name, account.Id })
        {
            var found = (await Search(server.Admin, $"person={person}&type=access.refused")).Items;
            Assert.Equal(2, found.Select(entry => entry.Actor).Distinct().Count());
            Assert.All(found, entry => Assert.StartsWith("token:", entry.Actor, StringComparison.Ordinal));
        }

        Assert.Empty((await Search(server.Admin, "person=nobody")).Items);
    }

    [Fact]
    public async Task A_flood_of_refusals_is_one_event_with_its_count()
    {
        var clock = new HandClock();
        await using var server = await TestServer.Start(adjust: builder => builder.Services.AddSingleton<TimeProvider>(clock));
        for (var i = 0; i < RefusalLimit.RecordedPerMinute + 17; i++)
            await server.Guest.GetAsync("/api/v1/projects", Cancel);
        Assert.Equal(RefusalLimit.RecordedPerMinute, (await Search(server.Admin, "type=access.refused&limit=1000")).Items.Count);
        Assert.Empty((await Search(server.Admin, "type=access.flood-refused")).Items);

        clock.Ahead += TimeSpan.FromMinutes(1);
        var since = clock.GetTimestamp();
        Page<LedgerEntry> floods;
        while ((floods = await Search(server.Admin, "type=access.flood-refused&outcome=refused")).Items.Count == 0)
        {
            Assert.True(clock.GetElapsedTime(since) < TimeSpan.FromSeconds(20), "The flood was not recorded.");
            await Task.Delay(50, Cancel);
        }

        Assert.Equal(17, Assert.Single(floods.Items).Data.GetProperty("notRecorded").GetInt64());
        await server.Guest.GetAsync("/api/v1/projects", Cancel);
        Assert.Equal(RefusalLimit.RecordedPerMinute + 1, (await Search(server.Admin, "type=access.refused&limit=1000")).Items.Count);
    }

    internal static async Task<Page<LedgerEntry>> Search(HttpClient client, string query, string prefix = "") =>
        (await client.GetFromJsonAsync<Page<LedgerEntry>>($"{prefix}/api/v1/ledger?{query}", AssayJson.Options, Cancel))!;

    private static async Task MakeProjects(TestServer server, int count)
    {
        for (var i = 0; i < count; i++)
            await server.Admin.PostAsJsonAsync("/api/v1/projects", new { name = $"team-{i}" }, Cancel);
    }
}
