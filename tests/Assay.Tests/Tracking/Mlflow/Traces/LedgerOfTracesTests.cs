using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Assay.Governance;
using Assay.Governance.Ledger;
using Assay.Kernel;

namespace Assay.Tests.Tracking.Mlflow.Traces;

/// <summary>Traces are too many to stand in the ledger one by one; that some were deleted does, and so do scorers and evaluation datasets.</summary>
public sealed class LedgerOfTracesTests(MlflowServer shared) : IClassFixture<MlflowServer>
{
    private const string Api = TraceClient.Api;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private MlflowClient Client => shared.Client;

    [Fact]
    public async Task The_deletion_of_traces_is_told_with_their_ids()
    {
        var experiment = await Client.NewExperiment("deleted traces");
        var ids = Enumerable.Range(0, 3).Select(_ => $"tr-{Guid.NewGuid():N}").ToList();
        foreach (var id in ids)
            await Client.Trace(experiment, id);
        await Client.Post($"{Api}/traces/delete-traces", new { experiment_id = experiment, request_ids = new[] { ids[2], "tr-none" } });
        await Client.Post($"{Api}/traces/delete-traces", new { experiment_id = experiment, request_ids = new[] { "tr-none" } });
        using (var removed = await Client.Http.DeleteAsync($"/api/v1/traces/{ids[1]}", Cancel))
            Assert.True(removed.IsSuccessStatusCode);
        await Client.Post($"{Api}/traces/delete-traces", new { experiment_id = experiment, max_timestamp_millis = 4_102_444_800_000 });
        var told = (await Told($"experiment:{experiment}")).Where(entry => (string)entry["type"]! == "traces.deleted").Select(entry => (string)Assert.Single(entry["data"]!["ids"]!.AsArray())!);
        Assert.Equal(ids.Order(), told.Order());
    }

    [Fact]
    public async Task Scorers_are_told_with_the_digest_of_what_they_say()
    {
        var experiment = await Client.NewExperiment("told scorers");
        for (var version = 1; version <= 2; version++)
            await Client.Post($"{Api}/scorers/register", new { experiment_id = experiment, name = "safety", serialized_scorer = "{}" });
        await Client.Send("DELETE", $"{Api}/scorers/delete", new { experiment_id = experiment, name = "safety" });
        var registered = Assert.Single(await Told($"scorer:{experiment}/safety@2"));
        Assert.Equal(("scorer.registered", Digest.Of("{}"u8).ToString()), ((string)registered["type"]!, (string)registered["data"]!["digest"]!));
        var deleted = Assert.Single(await Told($"scorer:{experiment}/safety"));
        Assert.Equal("[1,2]", deleted["data"]!["versions"]!.ToJsonString());
    }

    [Fact]
    public async Task Evaluation_datasets_are_told_when_they_are_made_and_deleted()
    {
        var made = (await Client.Post($"{Api}/datasets/create", new { name = "questions" }))["dataset"]!;
        var id = (string)made["dataset_id"]!;
        await Client.Send("DELETE", $"{Api}/datasets/{id}", new { });
        await Client.Send("DELETE", $"{Api}/datasets/{id}", new { });
        var types = (await Told($"evaluation-set:{id}")).Select(entry => (string)entry["type"]!);
        Assert.Equal(["evaluation-set.created", "evaluation-set.deleted"], types.Order());
        var found = await (await shared.Server.Admin.PostAsync("/api/v1/ledger/verify", null, Cancel)).Content.ReadFromJsonAsync<LedgerVerification>(AssayJson.Options, Cancel);
        Assert.Empty(found!.Problems);
    }

    [Fact]
    public async Task Each_request_that_changes_records_tags_or_experiments_of_a_dataset_is_one_event()
    {
        var experiment = await Client.NewExperiment("told datasets");
        var id = (string)(await Client.Post($"{Api}/datasets/create", new { name = "questions" }))["dataset"]!["dataset_id"]!;
        var place = $"{Api}/datasets/{id}";
        const string records = """[{"inputs": {"q": 1}}, {"inputs": {"q": 2}}]""";
        await Client.Post($"{place}/records", new { records });
        await Client.Post($"{place}/records", new { records = """[{"inputs": {"q": 2}, "expectations": {"a": 4}}, {"inputs": {"q": 3}}]""" });
        var first = (string)JsonNode.Parse((string)(await Client.Get($"{place}/records?max_results=1"))["records"]!)![0]!["dataset_record_id"]!;
        await Client.Send("DELETE", $"{place}/records", new { dataset_record_ids = new[] { first, "dr-none" } });
        await Client.Send("DELETE", $"{place}/records", new { dataset_record_ids = new[] { "dr-none" } });
        await Client.Send("PATCH", $"{place}/tags", new { tags = """{"team": "risk", "stage": "draft"}""" });
        await Client.Send("DELETE", $"{place}/tags/stage", new { });
        await Client.Send("DELETE", $"{place}/tags/stage", new { });
        await Client.Post($"{place}/add-experiments", new { experiment_ids = new[] { experiment } });
        await Client.Post($"{place}/add-experiments", new { experiment_ids = new[] { experiment } });

        var told = (await Told($"evaluation-set:{id}")).OrderBy(entry => (long)entry["index"]!).ToList();
        Assert.Equal(
            ["created", "records-put", "records-put", "records-deleted", "tagged", "tagged", "moved"],
            told.Select(entry => ((string)entry["type"]!)["evaluation-set.".Length..]));
        Assert.Equal((2, 0, Digest.Of(System.Text.Encoding.UTF8.GetBytes(records)).ToString()), Counts(told[1]));
        Assert.Equal((1, 1), ((int)told[2]["data"]!["added"]!, (int)told[2]["data"]!["changed"]!));
        Assert.Equal(1, (int)told[3]["data"]!["records"]!);
        Assert.Equal(Digest.Of("risk"u8).ToString(), (string)told[4]["data"]!["tags"]!.AsArray().Single(tag => (string)tag!["key"]! == "team")!["valueDigest"]!);
        Assert.Equal("stage", (string)Assert.Single(told[5]["data"]!["tags"]!.AsArray())!["key"]!);
        Assert.Equal(experiment, (string)Assert.Single(told[6]["data"]!["added"]!.AsArray())!);

        static (int Added, int Changed, string Digest) Counts(JsonNode entry) => ((int)entry["data"]!["added"]!, (int)entry["data"]!["changed"]!, (string)entry["data"]!["digest"]!);
    }

    [Fact]
    public async Task Tags_of_a_logged_model_and_its_deletion_are_told()
    {
        var model = (string)(await Client.Post("/logged-models", new { experiment_id = await Client.NewExperiment("told models"), name = "answerer" }))["model"]!["info"]!["model_id"]!;
        await Client.Send("PATCH", $"/logged-models/{model}/tags", new { tags = new[] { new { key = "team", value = "risk" }, new { key = "stage", value = "draft" } } });
        await Client.Send("DELETE", $"/logged-models/{model}/tags/stage", new { });
        await Client.Send("DELETE", $"/logged-models/{model}", new { });
        var told = (await Told($"logged-model:{model}")).OrderBy(entry => (long)entry["index"]!).ToList();
        Assert.Equal(["logged-model.tagged", "logged-model.tagged", "logged-model.deleted"], told.Select(entry => (string)entry["type"]!));
        Assert.Equal([2, 1], told.Take(2).Select(entry => (int)entry["data"]!["count"]!));
    }

    // Verifying first: it waits until each event has its place.
    private async Task<IEnumerable<JsonNode>> Told(string subject)
    {
        using var verified = await shared.Server.Admin.PostAsync("/api/v1/ledger/verify", null, Cancel);
        Assert.True(verified.IsSuccessStatusCode);
        var page = await shared.Server.Admin.GetFromJsonAsync<JsonObject>($"/api/v1/ledger?subject={Uri.EscapeDataString(subject)}&limit=50", Cancel);
        return page!["items"]!.AsArray().Select(entry => entry!);
    }
}
