using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Nodes;
using Assay.Inference.Models;
using Assay.Kernel;
using Assay.Kernel.Permissions;
using Assay.Kernel.Projects;
using Assay.Registry;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace Assay.Tests.Registry;

/// <summary>A host with a checked dataset, and packages to register, whose graph nobody runs here.</summary>
public sealed class RegistryScene : IAsyncLifetime
{
    public const string Dataset = "customers";
    private string _datasetDigest = "";

    public TestServer Server { get; private set; } = null!;

    /// <summary>Changes the host before it starts.</summary>
    public Action<WebApplicationBuilder>? Adjust { get; init; }

    public HttpClient Admin => Server.Admin;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        Server = await TestServer.Start(adjust: Adjust);
        _datasetDigest = await AddDataset(Admin, "");
    }

    public ValueTask DisposeAsync() => Server.DisposeAsync();

    /// <summary>Adds the dataset that packages say they were trained on.</summary>
    public static async Task<string> AddDataset(HttpClient client, string prefix)
    {
        var rows = string.Concat(Enumerable.Range(0, 200).Select(row => $"{row % 7}.5,{(row % 3 == 0 ? "yes" : "no")}\n"));
        var answer = await client.PostAsync($"{prefix}/api/v1/datasets/{Dataset}/versions?format=csv", new StringContent("age,churn\n" + rows, System.Text.Encoding.UTF8, "text/csv"), Cancel);
        answer.EnsureSuccessStatusCode();
        return (await answer.Content.ReadFromJsonAsync<JsonElement>(Cancel)).GetProperty("version").GetProperty("digest").GetString()!;
    }

    /// <summary>Registers a version of a model whose files no other model shares.</summary>
    public Task<ModelVersionDetail> Register(string model, double auc, string project = ProjectScope.Default, object? champion = null, IReadOnlyList<ModelInput>? inputs = null) =>
        InProject(project, async models =>
        {
            using var folder = new TemporaryFolder();
            WritePackage(folder, model, auc, champion, inputs);
            return await models.Register(new NewVersion(model, new Dictionary<string, double>(), "run", Dataset, _datasetDigest), folder.Path, Cancel);
        });

    public async Task<T> InProject<T>(string project, Func<IModels, Task<T>> work)
    {
        await using var scope = Scope(project);
        return await work(scope.ServiceProvider.GetRequiredService<IModels>());
    }

    /// <summary>Adds a statement about a version and saves it.</summary>
    public async Task<AttestationSummary> Attest(string model, int version, string predicateType, JsonNode predicate)
    {
        await using var scope = Scope();
        var added = await scope.ServiceProvider.GetRequiredService<IAttestations>().Add(model, version, predicateType, predicate, Cancel);
        await scope.ServiceProvider.GetRequiredService<AssayDb>().SaveChangesAsync(Cancel);
        return added;
    }

    public AsyncServiceScope Scope(string project = ProjectScope.Default)
    {
        var scope = Server.Services.CreateAsyncScope();
        scope.ServiceProvider.GetRequiredService<ProjectScope>().Enter(project);
        scope.ServiceProvider.GetRequiredService<Caller>().Set("system:test");
        return scope;
    }

    public void WritePackage(TemporaryFolder folder, string model, double auc, object? champion = null, IReadOnlyList<ModelInput>? inputs = null)
    {
        File.WriteAllBytes(folder[PackageFiles.Model], Scans.Protos.Field(2, System.Text.Encoding.UTF8.GetBytes($"graph of {model} {auc}")));
        var schema = new ModelSchema(ModelTask.Classification, $"churn of {model}", ["no", "yes"], inputs ?? [new("age", InputType.Number, false)], "probability");
        File.WriteAllText(folder[PackageFiles.Schema], JsonSerializer.Serialize(schema, AssayJson.Options));
        File.WriteAllText(folder[PackageFiles.Baseline], $"\"baseline of {model}\"");
        File.WriteAllText(folder[PackageFiles.MLmodel], $"# {model}");
        var evaluation = new
        {
            metric = "auc",
            metrics = new { auc, accuracy = 0.8 },
            model,
            champion,
            datasets = new[] { new { name = Dataset, version = 1, digest = _datasetDigest } },
        };
        File.WriteAllText(folder[PackageFiles.Evaluation], JsonSerializer.Serialize(evaluation, AssayJson.Options));
    }

    public async Task<(System.Net.HttpStatusCode Status, JsonElement Body)> Promote(string model, string version, string stage = "Production", bool requireBetter = false)
    {
        var answer = await Admin.PostAsJsonAsync($"/api/v1/models/{model}/versions/{version}/promote", new { stage, requireBetter }, Cancel);
        return (answer.StatusCode, await answer.Content.ReadFromJsonAsync<JsonElement>(Cancel));
    }

    public Task<T?> Get<T>(string path) => Admin.GetFromJsonAsync<T>(path, AssayJson.Options, Cancel);

    /// <summary>Types of the ledger's events about a version, in order.</summary>
    public async Task<List<string>> Events(string subject)
    {
        var feed = Server.Services.GetRequiredService<Assay.Governance.ILedgerFeed>();
        var size = await feed.Size(Cancel);
        var types = new List<string>();
        await foreach (var entry in feed.Follow(0, Cancel))
        {
            if (entry.Subject == subject)
                types.Add(entry.Type);
            if (entry.Index >= size - 1)
                break;
        }

        return types;
    }

    public string BlobFile(string digest) => Path.Combine(Server.Home.Blobs, Assay.Kernel.Blobs.EncryptedBlobs.NameOf(Digest.Parse(digest)));
}
