namespace Assay.TrackingBench;

/// <summary>The calls, each with its bar in requests a second.</summary>
internal static class Calls
{
    private const string Api = "/api/2.0/mlflow";

    public static IEnumerable<(string Name, double Bar, Func<Connection, int, int, byte[]> Request)> All(Filled filled)
    {
        byte[]? health = null, get = null, create = null, search = null, history = null;
        yield return ("health", 0, (client, _, _) => health ??= client.Request("GET", "/health"));
        yield return ("runs/get", 50 * 205, (client, _, _) => get ??= client.Request("GET", $"{Api}/runs/get?run_id={filled.Runs[0]}"));
        yield return ("runs/create", 50 * 135, (client, _, _) => create ??= client.Request("POST", $"{Api}/runs/create", Filled.NewRun("0")));
        yield return ("runs/log-metric", 50 * 176, (client, number, sent) => client.Request(
            "POST", $"{Api}/runs/log-metric", $$"""{"run_uuid": "{{filled.Runs[number]}}", "run_id": "{{filled.Runs[number]}}", "key": "loss", "value": 0.25, "timestamp": 1700000000000, "step": {{sent}}}"""));
        yield return ("runs/log-batch, 100 points of 1 metric", 20 * 75, (client, number, sent) => Batch(client, filled.Runs[number], sent, 1));
        yield return ("runs/log-batch, 10 points of 10 metrics", 20 * 75, (client, number, sent) => Batch(client, filled.Runs[number], sent, 10));
        yield return ("runs/search, filter and order, page of 50", 500 * 2, (client, _, _) => search ??= client.Request("POST", $"{Api}/runs/search", $$"""
            {"experiment_ids": ["{{filled.Experiment}}"], "filter": "metrics.auc > 0.5 AND params.lr = '0.3'", "order_by": ["metrics.auc DESC"], "max_results": 50}
            """));
        yield return ("metrics/get-history of 10,000 points", 50 * 4, (client, _, _) => history ??= client.Request("GET", $"{Api}/metrics/get-history?run_id={filled.LongRun}&metric_key=loss&max_results=25000"));
        foreach (var call in Registry())
            yield return call;
    }

    // Bars without a figure of MLflow's own are those of reading one version by its name.
    private static IEnumerable<(string Name, double Bar, Func<Connection, int, int, byte[]> Request)> Registry()
    {
        (string Name, double Bar, string Path)[] calls =
        [
            ($"model-versions/search by name, of {Filled.Models} models", 50 * 195, "/model-versions/search?filter=name%3D%27model-7%27&max_results=100"),
            ($"registered-models/search, 10 of {Filled.Models}", 50 * 44, "/registered-models/search?max_results=10"),
            ("registered-models/get", 50 * 195, "/registered-models/get?name=model-7"),
            ("registered-models/get-latest-versions", 50 * 195, "/registered-models/get-latest-versions?name=model-7"),
            ("registered-models/alias", 50 * 195, "/registered-models/alias?name=model-7&alias=champion"),
            ("model-versions/get", 50 * 195, "/model-versions/get?name=model-7&version=1"),
        ];
        foreach (var (name, bar, path) in calls)
        {
            byte[]? request = null;
            yield return (name, bar, (client, _, _) => request ??= client.Request("GET", Api + path));
        }
    }

    private static byte[] Batch(Connection client, string run, int sent, int metrics)
    {
        var points = string.Join(", ", Enumerable.Range(0, 100).Select(place =>
            $$"""{"key": "m{{metrics}}-{{place % metrics}}", "value": 0.25, "timestamp": 1700000000000, "step": {{(sent * 100) + place}}}"""));
        return client.Request("POST", $"{Api}/runs/log-batch", $$"""{"run_id": "{{run}}", "metrics": [{{points}}]}""");
    }
}
