using Assay.Tests.Tracking.Mlflow;

namespace Assay.Tests.Serving;

/// <summary>Registers files as MLflow's clients do: logged to a run, and then made a version.</summary>
internal static class MlflowPackages
{
    public static async Task Register(TestServer server, string model, params (string Path, byte[] Content)[] files)
    {
        var cancel = TestContext.Current.CancellationToken;
        var client = new MlflowClient(server.Admin);
        var run = await client.Run(await client.Experiment($"of {model} {Guid.NewGuid():N}"));
        var root = ((string)(await client.Get($"/runs/get?run_id={run}"))["run"]!["info"]!["artifact_uri"]!)["mlflow-artifacts:/".Length..];
        foreach (var (path, content) in files)
            (await server.Admin.PutAsync($"/api/2.0/mlflow-artifacts/artifacts/{root}/model/{path}", new ByteArrayContent(content), cancel)).EnsureSuccessStatusCode();
        if ((await server.Admin.GetAsync($"/api/v1/models/{model}/versions/latest", cancel)).IsSuccessStatusCode is false)
            await client.Post("/registered-models/create", new { name = model });
        await client.Post("/model-versions/create", new { name = model, source = $"runs:/{run}/model", run_id = run });
    }
}
