using System.Text;
using Assay.Client;
using Assay.Inference.Batching;
using Assay.Inference.Models;
using Assay.InferenceBench;
using Assay.Kernel.Homes;
using Assay.Kernel.Permissions;
using Assay.Kernel.Projects;
using Assay.Registry;
using Assay.Server.Hosting;
using Microsoft.Extensions.DependencyInjection;

namespace Assay.ServingBench;

/// <summary>The whole platform with registered models, whose names are those of their kinds.</summary>
internal static class Platform
{
    /// <summary>The models, all over 20 numbers.</summary>
    public static IReadOnlyDictionary<string, WideModel> Models { get; } = new Dictionary<string, WideModel>
    {
        ["trees"] = new(numbers: 20, categories: 0, trees: true),
        ["linear"] = new(numbers: 20, categories: 0, trees: false),
        ["network"] = new(numbers: 20, categories: 0, trees: false, hidden: 256),
    };

    /// <summary>A program that takes calls together.</summary>
    public const string Program = "program";

    /// <summary>The same that takes each by itself.</summary>
    public const string ProgramAlone = "program-alone";

    /// <summary>Role of the child process: the platform on a new home, until it is killed.</summary>
    /// <param name="home">Where.</param>
    /// <param name="together">Whether rows of requests that come at the same time may be computed together.</param>
    public static async Task Run(string home, bool together)
    {
        AppContext.SetSwitch(BatchGain.OffSwitch, !together);
        Environment.SetEnvironmentVariable("ModelProcesses__Enabled", "true");
        Environment.SetEnvironmentVariable("ModelProcesses__AllowedPrograms__0", FastApi.Python);
        await using var server = await AssayServer.Start(new ServerOptions { Home = home, Port = 0, MetricsPort = 0 });
        foreach (var (name, model) in Models)
            await Register(server.Services, name, package => Write(model, package));
        await Register(server.Services, Program, package => WriteProgram(package, "maxBatchSize: 64\ninputs: [{name: x, datatype: FP64, shape: [-1, 20]}]\n"));
        await Register(server.Services, ProgramAlone, package => WriteProgram(package, ""));
        await Console.Out.WriteLineAsync(server.Address.ToString());
        await server.WaitForShutdown(default);
    }

    /// <summary>The administrator's token of a home.</summary>
    public static string Token(string home) => File.ReadAllText(new AssayHome(home).AdminTokenFile).Trim();

    /// <summary>Has every model answer at an endpoint of its name.</summary>
    public static async Task<AssayClient> Deploy(Child platform, string token)
    {
        var client = AssayClient.Connect(platform.Address, token);
        await client.Models.SetPolicy("Production", "rules:\n  - signature: valid\n");   // made-up models have no evaluation to be judged by
        foreach (var name in Models.Keys)
            await client.Endpoints.Put(name, name, "1");
        return client;
    }

    private static async Task Register(IServiceProvider services, string name, Action<string> write)
    {
        var package = Directory.CreateTempSubdirectory("assay-bench-").FullName;
        try
        {
            write(package);
            await using var scope = services.CreateAsyncScope();
            scope.ServiceProvider.GetRequiredService<ProjectScope>().Enter(ProjectScope.Default);
            scope.ServiceProvider.GetRequiredService<Caller>().Set("system:bench");
            await scope.ServiceProvider.GetRequiredService<IModels>().Register(new(name, new Dictionary<string, double>()), package, default);
        }
        finally
        {
            Directory.Delete(package, recursive: true);
        }
    }

    /// <summary>Writes a model's files into a folder.</summary>
    public static void Write(WideModel model, string folder)
    {
        foreach (var name in new[] { PackageFiles.Model, PackageFiles.Schema, PackageFiles.Baseline })
            File.WriteAllBytes(Path.Combine(folder, name), model.File(name));
        File.WriteAllBytes(Path.Combine(folder, PackageFiles.Evaluation), Encoding.UTF8.GetBytes("""{"metrics":{"auc":0.84,"accuracy":0.79},"rows":1000}"""));
    }

    private static void WriteProgram(string folder, string more)
    {
        File.WriteAllText(Path.Combine(folder, "serve.yaml"), $"command: [{FastApi.Python}, program.py, \"{{port}}\"]\n{more}");
        foreach (var name in new[] { "program.py", "serve.py" })
            File.Copy(Path.Combine(AppContext.BaseDirectory, "peers", name), Path.Combine(folder, name));
    }
}
