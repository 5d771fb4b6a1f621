using System.Text.Json.Nodes;
using Assay.Governance.Access;
using Assay.Governance.Access.Bindings;
using Assay.Tests.Governance;
using Assay.Tests.Tracking.Mlflow;

namespace Assay.Tests.Registry.Mlflow;

/// <summary>Searches of models and versions, by chance against an evaluation in memory.</summary>
public sealed class RegistrySearchTests(MlflowServer shared, ITestOutputHelper output) : IClassFixture<MlflowServer>
{
    private const int Searches = 200;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Searches_made_by_chance_find_what_an_evaluation_in_memory_finds_in_its_order_page_by_page()
    {
        var random = new Random(Seed());
        var client = await Project("chance");
        await (await Project("other")).Post("/registered-models/create", new { name = "model0" });
        var registry = await ChanceRegistry.Make(client, random, models: 12);
        var found = 0;
        for (var number = 0; number < Searches; number++)
        {
            foreach (var (kind, items) in new[] { ("registered-models", registry.Models), ("model-versions", registry.Versions) })
            {
                var search = ChanceSearch.Make(random, kind);
                var expected = search.Find(items);
                var answer = await Pages(client, kind, search, random.Next(1, 8));
                Assert.True(expected.SequenceEqual(answer), $"{kind} {search.Filter} order {string.Join(", ", search.Order)}\nexpected {string.Join(' ', expected)}\nfound    {string.Join(' ', answer)}");
                found += answer.Count;
            }
        }

        Assert.True(found > Searches, $"Only {found} were found by {2 * Searches} searches, which proves little.");
    }

    [Fact]
    public async Task A_search_finds_nothing_beyond_the_reach_of_its_caller()
    {
        var random = new Random(Seed());
        var client = await Project("reach");
        var registry = await ChanceRegistry.Make(client, random, models: 12);
        var names = registry.Models.Select(model => model.Name).ToList();
        var (some, most) = (names[..3], names[4..]);
        var (only, denied) = (await shared.Server.Account(), await shared.Server.Account());
        await shared.Server.Bind(denied.Id, Role.Viewer, "reach");
        foreach (var name in some)
        {
            await shared.Server.Bind(only.Id, Role.Viewer, "reach", $"models/{name}");
            await shared.Server.Bind(denied.Id, Role.Viewer, "reach", $"models/{name}", BindingEffect.Deny);
        }

        await shared.Server.Bind(denied.Id, Role.Viewer, "reach", $"models/{names[3]}", BindingEffect.Deny);
        foreach (var (account, reach) in new[] { (only, some), (denied, most) })
        {
            var caller = new MlflowClient(await shared.Server.As(account), "reach");
            foreach (var (kind, items) in new[] { ("registered-models", registry.Models), ("model-versions", registry.Versions) })
            {
                for (var number = 0; number < Searches / 10; number++)
                {
                    var search = ChanceSearch.Make(random, kind);
                    Assert.Equal(search.Find([.. items.Where(item => reach.Contains(item.Name))]), await Pages(caller, kind, search, 5));
                }
            }
        }
    }

    [Fact]
    public async Task A_model_is_found_with_all_that_belongs_to_it_as_it_is_got_alone()
    {
        var client = await Project("whole");
        var registry = await ChanceRegistry.Make(client, new Random(Seed()), models: 8);
        foreach (var name in registry.Models.Where(model => registry.Versions.Any(version => version.Name == model.Name)).Select(model => model.Name))
        {
            await client.Post("/registered-models/alias", new { name, alias = "Zulu", version = "1" });
            await client.Post("/registered-models/alias", new { name, alias = "alpha", version = "1" });
            await client.Post("/model-versions/transition-stage", new { name, version = "1", stage = "Archived" });
        }

        var models = (await client.Get("/registered-models/search"))["registered_models"]!.AsArray();
        Assert.NotEmpty(models);
        foreach (var model in models)
        {
            var name = Uri.EscapeDataString((string)model!["name"]!);
            Assert.True(JsonNode.DeepEquals((await client.Get($"/registered-models/get?name={name}"))["registered_model"], model), model.ToJsonString());
            var latest = (await client.Get($"/registered-models/get-latest-versions?name={name}"))["model_versions"];
            Assert.True(JsonNode.DeepEquals(latest, model["latest_versions"]), model.ToJsonString());
            foreach (var version in latest?.AsArray() ?? [])
                Assert.True(JsonNode.DeepEquals((await client.Get($"/model-versions/get?name={name}&version={version!["version"]}"))["model_version"], version), version.ToJsonString());
            if (latest is not null)
                Assert.Equal(["Zulu", "alpha"], (await client.Get($"/registered-models/alias?name={name}&alias=alpha"))["model_version"]!["aliases"]!.AsArray().Select(alias => (string)alias!));
        }

        var versions = (await client.Get("/model-versions/search"))["model_versions"]!.AsArray();
        foreach (var version in versions)
            Assert.True(JsonNode.DeepEquals((await client.Get($"/model-versions/get?name={Uri.EscapeDataString((string)version!["name"]!)}&version={version["version"]}"))["model_version"], version), version.ToJsonString());
    }

    [Fact]
    public async Task A_text_may_hold_any_character_and_a_list_many()
    {
        var client = await Project("texts");
        var name = "größe 'x\" 模型 %_";
        var value = $"a{(shared.Server.Database.Postgres is null ? "\u0000" : "")}b \u00fc\ud83d\ude00";   // PostgreSQL has no text with the character 0
        await client.Post("/registered-models/create", new { name, description = value, tags = new[] { new { key = "k", value = "ÜBER" } } });
        await client.Post("/model-versions/create", new { name, source = "s3://b/ü", run_id = "r7" });
        Assert.Equal([name], await Find(client, "registered-models", $"name = '{name.Replace("'", "''", StringComparison.Ordinal)}'"));
        Assert.Equal([name], await Find(client, "registered-models", "tags.k LIKE 'ÜB%' AND tags.k ILIKE 'Über'"));
        Assert.Equal([$"{name}@1"], await Find(client, "model-versions", $"run_id IN ({string.Join(", ", Enumerable.Range(0, 300).Select(number => $"'r{number}'"))})"));
        Assert.Equal(value, (string)(await client.Get($"/registered-models/get?name={Uri.EscapeDataString(name)}"))["registered_model"]!["description"]!);
    }

    private int Seed()
    {
        var seed = Environment.TickCount;
        output.WriteLine($"seed {seed}");
        return seed;
    }

    private async Task<MlflowClient> Project(string name)
    {
        using var made = await shared.Server.Admin.PostAsync("/api/v1/projects", new StringContent($$"""{"name": "{{name}}"}""", System.Text.Encoding.UTF8, "application/json"), Cancel);
        Assert.True(made.IsSuccessStatusCode);
        return new(shared.Server.Admin, name);
    }

    private static async Task<List<string>> Find(MlflowClient client, string kind, string filter) =>
        await Pages(client, kind, new ChanceSearch(kind, filter, []), 10);

    private static async Task<List<string>> Pages(MlflowClient client, string kind, ChanceSearch search, int size)
    {
        var (found, token) = (new List<string>(), "");
        var asked = $"/{kind}/search?filter={Uri.EscapeDataString(search.Filter)}{string.Concat(search.Order.Select(order => $"&order_by={Uri.EscapeDataString(order)}"))}&max_results={size}";
        do
        {
            var page = await client.Get($"{asked}&page_token={Uri.EscapeDataString(token)}");
            var items = page[kind.Replace('-', '_')]?.AsArray() ?? [];
            Assert.True(items.Count <= size);
            found.AddRange(items.Select(item => (string)item!["name"]! + (item["version"] is { } version ? $"@{version}" : "")));
            token = (string?)page["next_page_token"];
            Assert.True(token is null || items.Count == size);
        }
        while (token is not null);
        return found;
    }
}
