using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Assay.EndToEnd.Console;
using Assay.EndToEnd.Processes;
using Assay.Governance.Keys;
using Assay.Learning.Onnx;
using Assay.Registry;

namespace Assay.EndToEnd;

/// <summary><c>assay serve</c> with several models, as a process of its own.</summary>
public sealed class ServeModelsTests(QuickstartedServer server)
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_folder_of_models_and_another_one_under_its_own_name_are_served_together()
    {
        using var folder = new TemporaryFolder();
        var models = Path.Combine(folder.Path, "models");
        Sign(folder, Path.Combine(models, "twice"), 2);
        Sign(folder, Path.Combine(models, "thrice"), 3);
        var other = Path.Combine(folder.Path, "other");
        var root = Sign(folder, other, 10);

        await using var serving = AssayProcess.Start("serve", models, "--model", $"tenfold={other}@{root}", "--port", "0", "--json");
        var url = new Uri((await serving.WaitForLine("\"predict\"", TimeSpan.FromSeconds(60))).Split('"')[3]);
        using var http = new HttpClient();
        Assert.Equal("[\"tenfold\",\"thrice\",\"twice\"]", (await http.GetFromJsonAsync<JsonElement>(new Uri(url, "/v1/models"), Cancel)).GetProperty("models").GetRawText());
        foreach (var (name, factor) in new[] { ("twice", 2), ("thrice", 3), ("tenfold", 10) })
        {
            using var answer = await http.PostAsync(new Uri(url, $"/endpoints/{name}/predict"), Json("[[7]]"), Cancel);
            Assert.Equal($"{{\"predictions\":[[{7 * factor}]]}}", await answer.Content.ReadAsStringAsync(Cancel));
        }

        // What changes after the start is held to its signature before it is loaded anew.
        await File.AppendAllTextAsync(Path.Combine(models, "twice", "model.onnx"), "!", Cancel);
        using var refused = await http.PostAsync(new Uri(url, "/v2/repository/models/twice/load"), Json("{}"), Cancel);
        Assert.Equal(HttpStatusCode.BadRequest, refused.StatusCode);
        Assert.Contains("model.onnx", await refused.Content.ReadAsStringAsync(Cancel), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_model_of_the_platforms_own_oci_registry_is_pulled_with_a_helpers_credentials_and_served()
    {
        await server.Ready();
        using var folder = new TemporaryFolder();
        var authority = new Uri(server.Address).Authority;
        var helper = Path.Combine(folder.Path, "docker-credential-end-to-end");
        await File.WriteAllTextAsync(helper, $"#!/bin/sh\necho '{{\"Username\":\"anybody\",\"Secret\":\"{server.Token}\"}}'\n", Cancel);
        File.SetUnixFileMode(helper, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        var config = Path.Combine(folder.Path, "auth.json");
        await File.WriteAllTextAsync(config, $$"""{"credHelpers":{"{{authority}}":"end-to-end"} }""", Cancel);
        (string, string)[] environment = [("REGISTRY_AUTH_FILE", config), ("PATH", $"{folder.Path}:{Environment.GetEnvironmentVariable("PATH")}")];

        await using var serving = AssayProcess.StartWith(environment, "serve", $"oci://{authority}/small:1", "--plain-http", "--port", "0", "--json");
        var url = (await serving.WaitForLine("\"predict\"", TimeSpan.FromSeconds(60))).Split('"')[3];
        using var http = new HttpClient();
        using var answer = await http.PostAsync(url, Json("[[40,55.5,\"Graz\"]]"), Cancel);
        var text = await answer.Content.ReadAsStringAsync(Cancel);
        Assert.True(answer.IsSuccessStatusCode, text);
        Assert.InRange(JsonElement.Parse(text).GetProperty("predictions")[0].GetDouble(), 0, 1);
    }

    [Fact]
    public async Task Content_that_is_not_of_the_digest_is_not_served()
    {
        using var folder = new TemporaryFolder();
        var model = Path.Combine(folder.Path, "twice");
        var root = Sign(folder, model, 2);
        var wrong = $"sha256:{new string('0', 64)}";
        var refused = await AssayProcess.Run("serve", $"{model}@{wrong}", "--port", "0");
        Assert.Equal(1, refused.ExitCode);
        Assert.Contains($"has the digest {root}, and not {wrong}", refused.Error, StringComparison.Ordinal);
        var nothing = await AssayProcess.Run("serve", "--port", "0");
        Assert.Equal(1, nothing.ExitCode);
        Assert.Contains("Name a model to serve", nothing.Error, StringComparison.Ordinal);
    }

    private static StringContent Json(string body) => new(body, Encoding.UTF8, "application/json");

    // A model that multiplies, signed as 'assay model export' would.
    private static string Sign(TemporaryFolder folder, string path, float factor)
    {
        var graph = new GraphBuilder();
        graph.AddNamed("Mul", [graph.Input("x", GraphBuilder.Float, -1, 1), graph.Floats("factor", [factor], 1)], "y");
        graph.Output("y", GraphBuilder.Float, -1, 1);
        Directory.CreateDirectory(path);
        File.WriteAllBytes(Path.Combine(path, "model.onnx"), graph.Build());
        return SignedFolder.Sign(path, new FileKeyProvider(Directory.CreateDirectory(Path.Combine(folder.Path, "keys")).FullName).Make(1)).ToString();
    }
}
