using System.Text;
using System.Text.Json;

namespace Assay.TrackingBench;

/// <summary>What the calls are about.</summary>
/// <param name="Experiment">An experiment with so many runs.</param>
/// <param name="Runs">Ids of sixteen more runs, one for each client.</param>
/// <param name="LongRun">A run with a metric of 10,000 points.</param>
internal sealed record Filled(string Experiment, IReadOnlyList<string> Runs, string LongRun)
{
    /// <summary>Registered models, each with one version that has an alias.</summary>
    public const int Models = 100;

    private const string Api = "/api/2.0/mlflow";

    public static async Task<Filled> Fill(Connection client, int runs)
    {
        var experiment = Field(await Post(client, "/experiments/create", """{"name": "bench"}"""), "experiment_id");
        var random = new Random(1);
        for (var number = 0; number < runs; number++)
        {
            var id = await Run(client, experiment);
            await Post(client, "/runs/log-batch", $$"""
                {"run_id": "{{id}}", "metrics": [{"key": "auc", "value": {{random.NextDouble():0.0000}}, "timestamp": 1}, {"key": "loss", "value": {{random.NextDouble():0.0000}}, "timestamp": 1}, {"key": "f1", "value": 0.5, "timestamp": 1}],
                 "params": [{"key": "lr", "value": "0.{{number % 10}}"}, {"key": "depth", "value": "{{number % 7}}"}], "tags": [{"key": "team", "value": "risk"}]}
                """);
        }

        var own = await Post(client, "/experiments/create", """{"name": "own"}""");
        var ids = new List<string>();
        for (var number = 0; number < 17; number++)
            ids.Add(await Run(client, Field(own, "experiment_id")));
        for (var part = 0; part < 10; part++)
        {
            var points = string.Join(", ", Enumerable.Range(part * 1000, 1000).Select(step => $$"""{"key": "loss", "value": 0.5, "timestamp": 1, "step": {{step}}}"""));
            await Post(client, "/runs/log-batch", $$"""{"run_id": "{{ids[16]}}", "metrics": [{{points}}]}""");
        }

        for (var number = 0; number < Models; number++)
        {
            await Post(client, "/registered-models/create", $$"""{"name": "model-{{number}}", "tags": [{"key": "team", "value": "risk"}]}""");
            await Post(client, "/model-versions/create", $$"""{"name": "model-{{number}}", "source": "s3://bucket/{{number}}", "run_id": "{{ids[0]}}"}""");
            await Post(client, "/registered-models/alias", $$"""{"name": "model-{{number}}", "alias": "champion", "version": "1"}""");
        }

        return new(experiment, ids[..16], ids[16]);
    }

    public static string NewRun(string experiment) => $$"""
        {"experiment_id": "{{experiment}}", "user_id": "ada", "run_name": "bench", "start_time": 1700000000000, "tags": [{"key": "mlflow.user", "value": "ada"}, {"key": "mlflow.source.name", "value": "train.py"}, {"key": "mlflow.source.type", "value": "LOCAL"}, {"key": "mlflow.runName", "value": "bench"}]}
        """;

    public static async Task<string> Run(Connection client, string experiment) => Field(await Post(client, "/runs/create", NewRun(experiment)), "run_id");

    public static async Task<string> Post(Connection client, string path, string body) =>
        Encoding.UTF8.GetString((await client.Ask(client.Request("POST", Api + path, body))).Span);

    public static string Field(string answer, string name)
    {
        var at = answer.IndexOf($"\"{name}\":\"", StringComparison.Ordinal) + name.Length + 4;
        return JsonSerializer.Deserialize<string>(answer[(at - 1)..(answer.IndexOf('"', at) + 1)])!;
    }
}
