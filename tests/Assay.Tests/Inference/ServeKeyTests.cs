using System.Net.Http.Json;
using System.Text.Json;
using Assay.Kernel.Permissions;
using Assay.Kernel.Projects;
using Assay.Registry;
using Microsoft.Extensions.DependencyInjection;

namespace Assay.Tests.Inference;

/// <summary><c>assay serve --public-key</c> serves nothing that another key signed, whichever way it came.</summary>
public sealed class ServeKeyTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_registered_version_and_the_members_of_a_graph_are_held_to_the_key()
    {
        await using var server = await TestServer.Start();
        using var keys = new TemporaryFolder();
        await Register(server, "old");
        var first = await Key(server, keys, 1);
        (await server.Admin.PostAsync("/api/v1/keys/rotate", null, Cancel)).EnsureSuccessStatusCode();
        var second = await Key(server, keys, 2);
        await Register(server, "new");
        foreach (var member in new[] { "old", "new" })
            (await server.Admin.PostAsJsonAsync($"/api/v1/models/of-{member}/graphs", new { graph = $"sequence: [{{model: models:/{member}/1}}]" }, Cancel)).EnsureSuccessStatusCode();

        await Refused(server, "models:/old/1", second, "another key");
        await Refused(server, "models:/new/1", first, "another key");
        await Refused(server, "models:/of-old/1", second, "models:/old/1");
        await Refused(server, "models:/of-new/1", second, "--port");

        var both = keys["both.pem"];
        await File.WriteAllTextAsync(both, await File.ReadAllTextAsync(first, Cancel) + await File.ReadAllTextAsync(second, Cancel), Cancel);
        await Refused(server, "models:/of-old/1", both, "--port");
        await Refused(server, "models:/of-new/1", both, "--port");
    }

    [Fact]
    public async Task A_key_is_not_left_aside_for_a_version_that_the_server_checks()
    {
        await using var server = await TestServer.Start();
        var (code, _, error) = await CommandLine.Run(server, "model", "verify", "models:/churn/1", "--public-key", "key.pem");
        Assert.Equal(1, code);
        Assert.Contains("'assay model export models:/churn/1 DIR'", error, StringComparison.Ordinal);
    }

    // The port can't be, which is told after all models were brought and verified.
    private static async Task Refused(TestServer server, string model, string key, string says)
    {
        var (code, _, error) = await CommandLine.Run(server, "serve", model, "--public-key", key, "--port", "70000");
        Assert.NotEqual(0, code);
        Assert.Contains(says, error, StringComparison.Ordinal);
    }

    private static async Task<string> Key(TestServer server, TemporaryFolder folder, int version)
    {
        var file = folder[$"{version}.pem"];
        await File.WriteAllTextAsync(file, await server.Admin.GetStringAsync($"/api/v1/keys/{version}/public", Cancel), Cancel);
        return file;
    }

    private static async Task Register(TestServer server, string model)
    {
        using var folder = new TemporaryFolder();
        TinyModel.WriteTo(folder.Path, -2);
        await using var scope = server.Services.CreateAsyncScope();
        scope.ServiceProvider.GetRequiredService<ProjectScope>().Enter(ProjectScope.Default);
        scope.ServiceProvider.GetRequiredService<Caller>().Set("system:test");
        await scope.ServiceProvider.GetRequiredService<IModels>().Register(new NewVersion(model, new Dictionary<string, double>()), folder.Path, Cancel);
    }
}
