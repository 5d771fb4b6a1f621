using System.Net;
using Assay.Governance.Access;
using Assay.Tests.Governance;
using Assay.Tests.Tracking.Mlflow;

namespace Assay.Tests.Registry.Mlflow;

/// <summary>Files of versions for clients that may read one model, and the ways that clients try first.</summary>
public sealed class VersionFileTests(MlflowServer shared) : IClassFixture<MlflowServer>
{
    private const string Proxy = "/api/2.0/mlflow-artifacts";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Who_may_read_one_model_finds_and_downloads_its_files_and_no_other_s()
    {
        var client = shared.Client;
        var run = await client.Run("0");
        (await client.Http.PutAsync($"{Proxy}/artifacts/0/{run}/artifacts/m/notes.txt", new StringContent("read me"), Cancel)).EnsureSuccessStatusCode();
        foreach (var name in new[] { "mine", "other" })
        {
            await client.Post("/registered-models/create", new { name });
            await client.Post("/model-versions/create", new { name, source = $"runs:/{run}/m" });
        }

        var reader = new MlflowClient(await shared.Server.Member(Role.Viewer, "default", "models/mine"));
        var uri = (string)(await reader.Get("/model-versions/get-download-uri?name=mine&version=1"))["artifact_uri"]!;
        var path = uri["mlflow-artifacts:/".Length..];
        var files = (await reader.Get($"{Proxy}/artifacts?path={path}"))["files"]!.AsArray().Select(file => (string)file!["path"]!);
        Assert.Contains("notes.txt", files);
        Assert.Equal("read me", await reader.Http.GetStringAsync($"{Proxy}/artifacts/{path}/notes.txt", Cancel));
        Assert.Equal("read me", await reader.Http.GetStringAsync("/model-versions/get-artifact?name=mine&version=1&path=notes.txt", Cancel));
        Assert.Equal("{}", (await reader.Get($"{Proxy}/artifacts")).ToJsonString());

        foreach (var barred in new[]
        {
            $"{Proxy}/artifacts?path=registry/other/1", $"{Proxy}/artifacts/registry/other/1/notes.txt", $"{Proxy}/artifacts/%72egistry/other/1/notes.txt",
            "/model-versions/get-artifact?name=other&version=1&path=notes.txt", $"{Proxy}/artifacts?path=0", $"{Proxy}/artifacts/0/{run}/artifacts/m/notes.txt",
        })
        {
            using var answer = await reader.Http.GetAsync(barred, Cancel);
            Assert.True(answer.StatusCode == HttpStatusCode.Forbidden, $"{barred} answered {(int)answer.StatusCode}");
        }
    }
}
