using System.Net.Http.Json;
using System.Text;
using Assay.Inference.Models;
using Assay.InferenceBench;
using Assay.Kernel.Permissions;
using Assay.Kernel.Projects;
using Assay.Registry;
using Microsoft.Extensions.DependencyInjection;

namespace Assay.ConsoleBench;

/// <summary>
/// Puts as many models as asked for into a home, each with one version that is in Production and an endpoint whose monitor has
/// some windows, and beside them one with 500 features.
/// </summary>
internal static class FilledHome
{
    private static readonly WideModel Usual = new(numbers: 4, categories: 15, trees: false);
    private static readonly WideModel Wide = new(numbers: 400, categories: 100, trees: false);

    public static async Task Fill(IServiceProvider services, int models)
    {
        await Register(services, Usual, [.. Enumerable.Range(0, models).Select(model => $"model-{model}")]);
        await Register(services, Wide, ["wide"]);
    }

    /// <summary>
    /// Lets each answer at an endpoint of its name, and predicts and compares as many windows as its monitor is to have. A project has at
    /// most 200 endpoints, so the last model's place is taken by the wide one.
    /// </summary>
    public static async Task Watch(HttpClient client, int models)
    {
        const int fewWindows = 3, manyWindows = 100, rows = 60;
        for (var model = 0; model < models - 1; model++)
            await Watch(client, $"model-{model}", fewWindows, Usual.Body(rows, model));
        await Watch(client, "wide", manyWindows, Wide.Body(rows, 1));
    }

    private static async Task Watch(HttpClient client, string name, int windows, byte[] body)
    {
        using var endpoint = JsonContent.Create(new { model = name, version = "1" });
        using var deployed = await client.PutAsync($"/api/v1/endpoints/{name}", endpoint);
        if (!deployed.IsSuccessStatusCode)
            throw new InvalidOperationException(await deployed.Content.ReadAsStringAsync());
        for (var window = 0; window < windows; window++)
        {
            using var rows = new ByteArrayContent(body) { Headers = { ContentType = new("application/json") } };
            (await client.PostAsync($"/endpoints/{name}/predict", rows)).EnsureSuccessStatusCode();
            (await client.PostAsync($"/api/v1/monitors/{name}/evaluate", null)).EnsureSuccessStatusCode();
        }
    }

    private static async Task Register(IServiceProvider services, WideModel model, IReadOnlyList<string> names)
    {
        var package = Directory.CreateTempSubdirectory("assay-bench-").FullName;
        try
        {
            foreach (var file in new[] { PackageFiles.Model, PackageFiles.Schema, PackageFiles.Baseline })
                await File.WriteAllBytesAsync(Path.Combine(package, file), model.File(file));
            await File.WriteAllBytesAsync(
                Path.Combine(package, PackageFiles.Evaluation), Encoding.UTF8.GetBytes("""{"metrics":{"auc":0.84,"accuracy":0.79},"rows":1000}"""));
            foreach (var name in names)
                await Register(services, name, package);
        }
        finally
        {
            Directory.Delete(package, recursive: true);
        }
    }

    private static async Task Register(IServiceProvider services, string name, string package)
    {
        await using var scope = services.CreateAsyncScope();
        scope.ServiceProvider.GetRequiredService<ProjectScope>().Enter(ProjectScope.Default);
        scope.ServiceProvider.GetRequiredService<Caller>().Set("system:bench");
        var registry = scope.ServiceProvider.GetRequiredService<IModels>();
        await registry.Register(new(name, new Dictionary<string, double>()), package, default);
        await registry.Promote(name, 1, "Production", default);
    }
}
