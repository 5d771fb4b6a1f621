using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Assay.Governance.Keys;
using Assay.Kernel;
using Assay.Registry;
using Microsoft.Extensions.DependencyInjection;

namespace Assay.Tests.Registry;

/// <summary>The public sigstore libraries for JavaScript accept our signatures, without a network.</summary>
public sealed class SigstoreTests(PublicTools tools, RegistryScene scene) : IClassFixture<PublicTools>, IClassFixture<RegistryScene>
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_public_verifier_accepts_a_signed_folder_and_refuses_a_changed_one()
    {
        tools.Require();
        Directory.CreateDirectory(tools["churn"]);
        await File.WriteAllTextAsync(tools["churn/model.onnx"], "graph", Cancel);
        await File.WriteAllTextAsync(tools["churn/schema.json"], "{}", Cancel);
        using var keys = new TemporaryFolder();
        using var key = (FileSigningKey)new FileKeyProvider(keys.Path).Make(1);
        var root = SignedFolder.Sign(tools["churn"], key);

        var accepted = await tools.Run("node", "verify-with-sigstore.mjs", "churn");
        Assert.Equal((0, root.Hex), (accepted.Code, accepted.Output.Trim()));

        var bundle = await File.ReadAllTextAsync(tools["churn/model.sig"], Cancel);
        await File.WriteAllTextAsync(tools["churn/model.sig"], WithOtherPayload(bundle), Cancel);
        var refused = await tools.Run("node", "verify-with-sigstore.mjs", "churn");
        Assert.NotEqual(0, refused.Code);
        Assert.Contains("SIGNATURE_ERROR", refused.Output, StringComparison.Ordinal);

        await File.WriteAllTextAsync(tools["churn/model.sig"], bundle, Cancel);
        await File.WriteAllTextAsync(tools["churn/model.onnx"], "other", Cancel);
        Assert.Contains("model.onnx is not the file that was signed", (await tools.Run("node", "verify-with-sigstore.mjs", "churn")).Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_public_verifier_accepts_an_attestation_and_refuses_a_changed_one()
    {
        tools.Require();
        var version = (await scene.Register("attested", 0.8)).Version;
        var made = await scene.Attest("attested", 1, "https://example.org/reviewed/v1", new JsonObject { ["by"] = "a reader" });
        var bundle = await scene.Admin.GetStringAsync($"/api/v1/models/attested/versions/1/attestations/{made.Id}", Cancel);
        await File.WriteAllTextAsync(tools["attestation.json"], bundle, Cancel);
        await File.WriteAllTextAsync(tools["changed.json"], WithOtherPayload(bundle), Cancel);
        await File.WriteAllBytesAsync(tools["key.pem"], await scene.Admin.GetByteArrayAsync("/api/v1/models/attested/versions/1/files/model.sig.pub", Cancel), Cancel);

        var accepted = await tools.Run("node", "verify-bundle.mjs", "attestation.json", "key.pem");
        var refused = await tools.Run("node", "verify-bundle.mjs", "changed.json", "key.pem");

        var subject = JsonNode.Parse(accepted.Output)!["subject"]![0]!;
        Assert.Equal((0, "attested", version.Digest), (accepted.Code, (string?)subject["name"], "sha256:" + subject["digest"]!["sha256"]));
        Assert.NotEqual(0, refused.Code);
        Assert.Contains("SIGNATURE_ERROR", refused.Output, StringComparison.Ordinal);
    }

    private static string WithOtherPayload(string bundle)
    {
        var start = bundle.IndexOf("\"payload\":\"", StringComparison.Ordinal) + 40;
        return bundle[..start] + (bundle[start] == 'A' ? 'B' : 'A') + bundle[(start + 1)..];
    }
}
