using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Nodes;
using Assay.Governance.Access;
using Assay.Kernel;
using Assay.Kernel.Paging;
using Assay.Registry;

namespace Assay.Tests.Registry;

public sealed class CardTests(RegistryScene scene) : IClassFixture<RegistryScene>
{
    internal static readonly CardWords Words = new(
        "Says who is likely to leave.",
        ["Choosing whom to call"],
        ["The retention team"],
        ["Not for customers of less than a month", "Not outside of Germany"],
        ["Recall before precision"],
        [new("Calls may annoy", "At most one call a month")],
        [new("Older customers", "More offers", "Called more often", "Shares are compared each month")],
        [new("Retention", "retention@example.org"), new("Risk", "https://example.org/risk")],
        "Apache-2.0");

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_card_has_its_facts_before_anybody_has_written()
    {
        var version = (await scene.Register("blank", 0.8)).Version;

        var card = (await scene.Get<ModelCard>("/api/v1/models/blank/versions/1/card"))!;

        Assert.Equal((0, null, null), (card.Number, card.WrittenBy, card.Attestation));
        Assert.Equal((version.Digest, "default"), (card.Facts.Digest, card.Facts.Project));
        Assert.Equal([new("accuracy", 0.8), new CardMetric("auc", 0.8)], card.Facts.Metrics);
        Assert.Equal((RegistryScene.Dataset, 1, 200L, false), Assert.Single(card.Facts.Datasets) is var data ? (data.Name, data.Version, data.Rows, data.Synthetic) : default);
        Assert.DoesNotContain(card.Facts.Files, file => file.Path.StartsWith("model.sig", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Each_edit_is_a_new_number_that_is_signed_and_the_former_ones_stay()
    {
        await scene.Register("edited", 0.8);

        var first = await Write("edited", Words, 0);
        var second = await Write("edited", Words with { Overview = "Says it better." }, 1);
        var same = await Write("edited", Words with { Overview = "Says it better." }, 1);

        Assert.Equal((1, 2, 2), (first.Number, second.Number, same.Number));
        Assert.Equal(Words.Overview, (await scene.Get<ModelCard>("/api/v1/models/edited/versions/1/card?number=1"))!.Words.Overview);
        Assert.Equal("Says it better.", (await scene.Get<ModelCard>("/api/v1/models/edited/versions/1/card"))!.Words.Overview);
        var versions = (await scene.Get<Page<CardVersion>>("/api/v1/models/edited/versions/1/cards"))!.Items;
        Assert.Equal([(2, second.Attestation!), (1, first.Attestation!)], versions.Select(row => (row.Number, row.Attestation)));
        Assert.All(versions, row => Assert.StartsWith("token:", row.WrittenBy, StringComparison.Ordinal));
        var events = await scene.Events("model:edited@1");
        Assert.Equal(["model.attested", "model.card-written", "model.attested", "model.card-written"], events[^4..]);

        // What is served is what was signed.
        var statement = await Statement("edited", second.Attestation!);
        var served = JsonNode.Parse(await scene.Admin.GetStringAsync("/api/v1/models/edited/versions/1/bom", Cancel));
        Assert.Equal(Predicates.BillOfMaterials, (string)statement["predicateType"]!);
        Assert.True(JsonNode.DeepEquals(statement["predicate"], served));
        Assert.Equal(3, (int)served!["version"]!);
    }

    [Fact]
    public async Task Who_writes_over_anothers_card_or_without_permission_is_refused()
    {
        await scene.Register("contested", 0.8);
        await Write("contested", Words, 0);

        var late = await Put(scene.Admin, "contested", Words with { Overview = "Mine." }, 0);
        var problem = await late.Content.ReadFromJsonAsync<JsonElement>(Cancel);
        Assert.Equal(HttpStatusCode.Conflict, late.StatusCode);
        Assert.Contains("is at number 1, not 0", problem.GetProperty("detail").GetString(), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.Forbidden, (await Put(await scene.Server.Client(Role.Viewer), "contested", Words, 1)).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await scene.Admin.GetAsync("/api/v1/models/contested/versions/1/card?number=9", Cancel)).StatusCode);
    }

    [Theory]
    [InlineData("""{"after":0}""", "Words")]
    [InlineData("""{"words":{"intendedUses":[""]},"after":0}""", "intendedUses")]
    [InlineData("""{"words":{"owners":[{"contact":"nobody"}]},"after":0}""", "Name")]
    [InlineData("""{"words":{"overview":"x"},"after":-1}""", "After")]
    public async Task What_is_no_card_is_refused_by_the_field(string body, string field)
    {
        await scene.Register("refused", 0.8);

        var answer = await scene.Admin.PutAsync("/api/v1/models/refused/versions/1/card", new StringContent(body, System.Text.Encoding.UTF8, "application/json"), Cancel);

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Contains(field, await answer.Content.ReadAsStringAsync(Cancel), StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task The_card_comes_as_Markdown_with_the_front_matter_that_Hugging_Face_reads()
    {
        await scene.Register("written", 0.8);
        await Write("written", Words with { Limitations = ["Not for | pipes\nor lines"] }, 0);

        var answer = await scene.Admin.GetAsync("/api/v1/models/written/versions/1/card.md", Cancel);
        var text = await answer.Content.ReadAsStringAsync(Cancel);

        Assert.Equal("text/markdown", answer.Content.Headers.ContentType!.MediaType);
        var front = text.Split("---\n")[1];
        var yaml = new YamlDotNet.Serialization.Deserializer().Deserialize<Dictionary<string, object>>(front);
        Assert.Equal(("apache-2.0", "tabular-classification"), (yaml["license"], yaml["pipeline_tag"]));
        var result = (Dictionary<object, object>)((List<object>)((Dictionary<object, object>)((List<object>)yaml["model-index"])[0])["results"])[0];
        Assert.Equal(RegistryScene.Dataset, ((Dictionary<object, object>)result["dataset"])["name"]);
        Assert.Contains("- type: \"roc_auc\"\n      value: 0.8\n", front, StringComparison.Ordinal);
        Assert.Contains("\n## Limits\n\n- Not for | pipes or lines\n", text, StringComparison.Ordinal);
        Assert.Contains("- Calls may annoy Mitigation: At most one call a month\n", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_toolkits_form_has_its_members_and_no_others()
    {
        await scene.Register("toolkit", 0.8);
        await Write("toolkit", Words, 0);

        var card = JsonNode.Parse(await scene.Admin.GetStringAsync("/api/v1/models/toolkit/versions/1/card-toolkit.json", Cancel))!;

        Assert.Equal(["schema_version", "model_details", "model_parameters", "quantitative_analysis", "considerations"], Members(card));
        Assert.Empty(Members(card["model_details"]!).Except(["name", "overview", "documentation", "owners", "version", "licenses", "references", "citations"]));
        Assert.Empty(Members(card["model_parameters"]!).Except(["model_architecture", "data", "input_format", "output_format"]));
        Assert.Equal(["users", "use_cases", "limitations", "tradeoffs", "ethical_considerations"], Members(card["considerations"]!));
        Assert.Equal("Apache-2.0", (string)card["model_details"]!["licenses"]![0]!["identifier"]!);
        Assert.Equal(["name", "mitigation_strategy"], Members(card["considerations"]!["ethical_considerations"]![1]!));
    }

    private static IEnumerable<string> Members(JsonNode node) => node.AsObject().Select(member => member.Key);

    private async Task<ModelCard> Write(string model, CardWords words, int after)
    {
        var answer = await Put(scene.Admin, model, words, after);
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync(Cancel));
        return (await answer.Content.ReadFromJsonAsync<ModelCard>(AssayJson.Options, Cancel))!;
    }

    private static Task<HttpResponseMessage> Put(HttpClient client, string model, CardWords words, int after) =>
        client.PutAsJsonAsync($"/api/v1/models/{model}/versions/1/card", new { words, after }, AssayJson.Options, Cancel);

    private async Task<JsonNode> Statement(string model, string digest)
    {
        var bundle = JsonNode.Parse(await scene.Admin.GetStringAsync($"/api/v1/models/{model}/versions/1/attestations/{digest}", Cancel))!;
        return JsonNode.Parse(Convert.FromBase64String((string)bundle["dsseEnvelope"]!["payload"]!))!;
    }
}
