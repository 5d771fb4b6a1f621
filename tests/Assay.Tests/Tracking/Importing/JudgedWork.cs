using System.Text.Json.Nodes;
using Assay.Tests.Tracking.Mlflow;
using Assay.Tests.Tracking.Mlflow.Traces;

namespace Assay.Tests.Tracking.Importing;

/// <summary>Scorers and evaluation datasets at a source, and as they are after an import.</summary>
internal sealed class JudgedWork
{
    private const string Api = TraceClient.Api;

    private JudgedWork(string used, string free) => (Used, Free) = (used, free);

    /// <summary>Id of a dataset that is used in the experiment.</summary>
    private string Used { get; }

    /// <summary>Id of one that is used in none.</summary>
    private string Free { get; }

    public static async Task<JudgedWork> Make(MlflowClient source, string experiment)
    {
        foreach (var content in new[] { """{"judge": 1}""", """{"judge": 2}""" })
            await source.Post($"{Api}/scorers/register", new { experiment_id = experiment, name = "is it/right?", serialized_scorer = content });
        var used = await Set(source, new { name = "questions", experiment_ids = new[] { experiment }, tags = """{"team": "risk", "mlflow.user": "ann"}""" });
        await source.Post($"{Api}/datasets/{used}/records", new { records = """[{"inputs": {"q": "why?", "n": 1.0}, "expectations": {"answer": "because"}, "source": {"source_type": "TRACE", "source_data": {"trace_id": "tr-1"}}}, {"inputs": {"q": "how?"}}]""" });
        return new(used, await Set(source, new { name = "spare" }));
    }

    /// <summary>A record more, and one that says more, after the first import.</summary>
    public Task Change(MlflowClient source) =>
        source.Post($"{Api}/datasets/{Used}/records", new { records = """[{"inputs": {"q": "how?"}, "outputs": {"answer": "so"}, "tags": {"by": "ben"}}, {"inputs": {"q": "when?"}}]""" });

    public async Task AssertSame(MlflowClient source, string there, MlflowClient here, string copy)
    {
        var path = $"{Api}/scorers/versions?name={Uri.EscapeDataString("is it/right?")}&experiment_id=";
        Assert.Equal((await source.Get(path + there)).ToJsonString(), (await here.Get(path + copy)).ToJsonString());
        foreach (var set in new[] { Used, Free })
        {
            Assert.Equal((await Read(source, set)).ToJsonString(), (await Read(here, set)).ToJsonString());
            path = $"{Api}/datasets/{set}/records?max_results=100";
            Assert.Equal(Records(await source.Get(path)), Records(await here.Get(path)));
        }

        Assert.Equal($"""["{copy}"]""", (await here.Get($"{Api}/datasets/{Used}/experiment-ids"))["experiment_ids"]!.ToJsonString());
        Assert.False((await here.Get($"{Api}/datasets/{Free}/experiment-ids")).ContainsKey("experiment_ids"));
    }

    private static async Task<string> Set(MlflowClient client, object set) => (string)(await client.Post($"{Api}/datasets/create", set))["dataset"]!["dataset_id"]!;

    private static async Task<JsonNode> Read(MlflowClient client, string set) => (await client.Get($"{Api}/datasets/{set}"))["dataset"]!;

    private static IEnumerable<string> Records(JsonObject page) => JsonNode.Parse((string)page["records"]!)!.AsArray().Select(record => record!.ToJsonString()).Order();
}
