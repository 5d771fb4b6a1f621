using System.Net.Http.Json;
using Assay.Kernel;
using Assay.Registry;

namespace Assay.Tests.Registry;

/// <summary>Bills of materials hold to the schema that CycloneDX publishes.</summary>
public sealed class BillOfMaterialsTests(PublicTools tools, RegistryScene scene) : IClassFixture<PublicTools>, IClassFixture<RegistryScene>
{
    private static readonly string[] Packages = ["@cyclonedx/cyclonedx-library@10.3.0", "ajv@8.20.0", "ajv-formats@3.0.1", "ajv-formats-draft2019@1.6.1"];

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Drafts_and_signed_ones_are_valid_and_a_spoilt_one_is_not()
    {
        await tools.Install(Packages);
        await scene.Register("listed", 0.8, champion: new { digest = "sha256:" + new string('0', 64), difference = new { difference = 0.01, low = -0.01, high = 0.03 }, better = false });
        await File.WriteAllTextAsync(tools["draft.json"], await Bom(), Cancel);
        foreach (var (number, words) in new[] { CardTests.Words, CardTests.Words with { Licence = "Ours", Overview = null } }.Index())
        {
            var written = await scene.Admin.PutAsJsonAsync("/api/v1/models/listed/versions/1/card", new { words, after = number }, AssayJson.Options, Cancel);
            written.EnsureSuccessStatusCode();
            await File.WriteAllTextAsync(tools[$"signed-{number}.json"], await Bom(), Cancel);
        }

        await File.WriteAllTextAsync(tools["spoilt.json"], (await Bom()).Replace("\"SHA-256\"", "\"SHA-255\"", StringComparison.Ordinal), Cancel);

        foreach (var file in new[] { "draft.json", "signed-0.json", "signed-1.json" })
        {
            var valid = await tools.Run("node", "validate-bom.mjs", file);
            Assert.True(valid.Code == 0, $"{file}: {valid.Output}");
        }

        Assert.Equal(1, (await tools.Run("node", "validate-bom.mjs", "spoilt.json")).Code);
    }

    private Task<string> Bom() => scene.Admin.GetStringAsync("/api/v1/models/listed/versions/1/bom", Cancel);
}
