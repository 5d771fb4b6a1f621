using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Assay.Kernel;
using Assay.Kernel.Permissions;
using Assay.Kernel.Projects;
using Assay.Registry;
using Assay.Serving;
using Assay.Tests.Inference;
using Microsoft.Extensions.DependencyInjection;

namespace Assay.Tests.Serving;

/// <summary>What the tests of serving do with a host.</summary>
internal static class ServingHost
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    /// <summary>Registers a tiny model whose probability rises with <paramref name="bias"/>, as the next version.</summary>
    public static async Task<ModelVersionDetail> Register(TestServer server, float bias, string model = "churn", string project = ProjectScope.Default)
    {
        var folder = TinyModel.WriteTo(Directory.CreateTempSubdirectory("assay-package-").FullName, bias);
        try
        {
            await using var scope = Scope(server, project);
            var models = scope.ServiceProvider.GetRequiredService<IModels>();
            return await models.Register(new NewVersion(model, new Dictionary<string, double>()), folder, Cancel);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    /// <summary>Takes a version to Production past a gate that asks for a signature only.</summary>
    public static async Task Promote(TestServer server, int version, string model = "churn")
    {
        using var policy = new StringContent("rules:\n  - signature: valid\n", Encoding.UTF8, "application/yaml");
        (await server.Admin.PutAsync("/api/v1/policies/Production", policy, Cancel)).EnsureSuccessStatusCode();
        (await server.Admin.PostAsJsonAsync($"/api/v1/models/{model}/versions/{version}/promote", new { stage = "Production" }, Cancel))
            .EnsureSuccessStatusCode();
    }

    public static Task<HttpResponseMessage> Put(TestServer server, string name, string version, string model = "churn") =>
        server.Admin.PutAsJsonAsync($"/api/v1/endpoints/{name}", new { model, version }, Cancel);

    public static async Task<EndpointSummary> Deploy(TestServer server, string name, string version, string model = "churn")
    {
        using var answer = await Put(server, name, version, model);
        answer.EnsureSuccessStatusCode();
        return (await answer.Content.ReadFromJsonAsync<EndpointSummary>(AssayJson.Options, Cancel))!;
    }

    public static async Task<EndpointDetail> Show(TestServer server, string name) =>
        (await server.Admin.GetFromJsonAsync<EndpointDetail>($"/api/v1/endpoints/{name}", AssayJson.Options, Cancel))!;

    /// <summary>The figures of an endpoint once it has counted so many rows: a caller may have its answer before.</summary>
    public static async Task<EndpointStats> Counted(TestServer server, string name, int rows)
    {
        EndpointStats? stats = null;
        await Until(async () => (stats = (await Show(server, name)).Stats).Rows >= rows);
        return stats!;
    }

    public static Task<HttpResponseMessage> Ask(HttpClient client, string name, string body = """[[30,500,"plus"]]""") =>
        client.PostAsync($"/endpoints/{name}/predict", new StringContent(body, Encoding.UTF8, "application/json"), Cancel);

    public static async Task<double> Predict(TestServer server, string name)
    {
        using var answer = await Ask(server.Admin, name);
        answer.EnsureSuccessStatusCode();
        return (await answer.Content.ReadFromJsonAsync<JsonElement>(Cancel)).GetProperty("predictions")[0].GetDouble();
    }

    public static async Task<string> Detail(HttpResponseMessage answer) =>
        (await answer.Content.ReadFromJsonAsync<JsonElement>(Cancel)).GetProperty("detail").GetString()!;

    /// <summary>Flips one bit of a file of a stored package, as a failing disk would.</summary>
    public static void Damage(TestServer server, ModelVersionDetail version, string file)
    {
        var digest = Digest.Parse(version.Files.Single(stored => stored.Path == file).Digest);
        var blob = Directory.EnumerateFiles(server.Home.Blobs, $"{digest.Hex}*", SearchOption.AllDirectories)
            .Single(path => !path.EndsWith(".key", StringComparison.Ordinal));
        var bytes = File.ReadAllBytes(blob);
        bytes[bytes.Length / 2] ^= 1;
        File.SetAttributes(blob, FileAttributes.Normal);
        File.WriteAllBytes(blob, bytes);
    }

    /// <summary>Waits for what happens in the background, at most about a minute.</summary>
    public static async Task Until(Func<Task<bool>> happened)
    {
        for (var tries = 0; !await happened(); tries++)
        {
            Assert.True(tries < 2400, "It did not happen within a minute.");
            await Task.Delay(25, Cancel);
        }
    }

    public static AsyncServiceScope Scope(TestServer server, string project = ProjectScope.Default)
    {
        var scope = server.Services.CreateAsyncScope();
        scope.ServiceProvider.GetRequiredService<ProjectScope>().Enter(project);
        scope.ServiceProvider.GetRequiredService<Caller>().Set("system:test");
        return scope;
    }
}
