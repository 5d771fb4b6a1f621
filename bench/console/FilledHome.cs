using System.Text;
using Assay.Inference.Models;
using Assay.InferenceBench;
using Assay.Kernel.Permissions;
using Assay.Kernel.Projects;
using Assay.Registry;
using Microsoft.Extensions.DependencyInjection;

namespace Assay.ConsoleBench;

/// <summary>Puts as many models as asked for into a home, each with one version that is in Production.</summary>
internal static class FilledHome
{
    public static async Task Fill(IServiceProvider services, int models)
    {
        var package = Directory.CreateTempSubdirectory("assay-bench-").FullName;
        try
        {
            var wide = new WideModel(numbers: 4, categories: 15, trees: false);
            foreach (var name in new[] { PackageFiles.Model, PackageFiles.Schema, PackageFiles.Baseline })
                await File.WriteAllBytesAsync(Path.Combine(package, name), wide.File(name));
            await File.WriteAllBytesAsync(
                Path.Combine(package, PackageFiles.Evaluation), Encoding.UTF8.GetBytes("""{"metrics":{"auc":0.84,"accuracy":0.79},"rows":1000}"""));
            for (var model = 0; model < models; model++)
                await Register(services, $"model-{model}", package);
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
