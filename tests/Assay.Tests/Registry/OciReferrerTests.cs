using System.Net;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Assay.Kernel;
using Assay.Kernel.Paging;
using Assay.Registry;
using Assay.Registry.Oci;

namespace Assay.Tests.Registry;

/// <summary>Others may attach artifacts to a version, and take back what they attached while nothing rests on it.</summary>
public sealed class OciReferrerTests(RegistryScene scene) : IClassFixture<RegistryScene>
{
    private const string Spdx = "application/spdx+json";

    public static bool IsSignature(JsonElement referrer) => Predicate(referrer) == "https://model_signing/signature/v1.0";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private OciClient Client(string model) => new(scene.Admin, $"default/{model}");

    [Fact]
    public async Task An_artifact_about_a_version_is_kept_as_its_referrer()
    {
        var subject = await Subject("attached");
        var manifest = await About(Client("attached"), subject);
        var digest = Digest.Of(Encoding.UTF8.GetBytes(manifest)).ToString();

        for (var time = 0; time < 2; time++)
        {
            using var answer = await Client("attached").Put(digest, manifest);
            Assert.Equal((HttpStatusCode.Created, subject), (answer.StatusCode, answer.Headers.GetValues("OCI-Subject").Single()));
        }

        var listed = await Client("attached").Json($"/referrers/{subject}?artifactType={Uri.EscapeDataString(Spdx)}");
        var referrer = Assert.Single(listed.GetProperty("manifests").EnumerateArray());
        Assert.Equal((digest, "a list"), (referrer.GetProperty("digest").GetString(), referrer.GetProperty("annotations").GetProperty("note").GetString()));
        Assert.Equal(["oci.referrer-pushed"], (await scene.Events("oci:attached")).Where(type => type != "oci.evidence-written"));
    }

    [Fact]
    public async Task Statements_about_a_version_are_referrers_with_their_bundles_also_when_they_come_later()
    {
        var subject = await Subject("attested");
        var before = await Statements("attested", subject);
        var later = await scene.Attest("attested", 1, "https://example.org/reviewed/v1", new JsonObject { ["by"] = "a reader" });
        var after = await Statements("attested", subject);

        var added = Assert.Single(after.Keys.Except(before.Keys));
        Assert.Equal("https://example.org/reviewed/v1", after[added]);
        var manifest = await Client("attested").Json($"/manifests/{added}");
        Assert.Equal(subject, manifest.GetProperty("subject").GetProperty("digest").GetString());
        Assert.Equal(later.BundleDigest, Assert.Single(manifest.GetProperty("layers").EnumerateArray()).GetProperty("digest").GetString());
        using var bundle = await Client("attested").Get($"/blobs/{later.BundleDigest}");
        Assert.Equal(later.BundleDigest, Digest.Of(await bundle.Content.ReadAsByteArrayAsync(Cancel)).ToString());

        var listed = await scene.Get<Page<AttestationSummary>>("/api/v1/models/attested/versions/1/attestations");
        Assert.Equal(listed!.Items.Select(one => one.PredicateType).Append("https://model_signing/signature/v1.0").Order(), after.Values.Order());
        Assert.Equal(after, await Statements("attested", subject));
        Assert.Equal(after.Count, (await scene.Get<OciArtifact>("/api/v1/models/attested/versions/1/oci"))!.Referrers);
    }

    [Fact]
    public async Task Without_a_tag_and_only_to_what_is_here()
    {
        var client = Client("loose");
        var subject = await Subject("loose");
        using var tagged = await client.Put("sbom", await About(client, subject));
        using var dangling = await client.Put("latest", await About(client, Digest.Of("nothing"u8).ToString()));
        var manifest = await About(client, Digest.Of("nothing"u8).ToString());
        using var unknown = await client.Put(Digest.Of(Encoding.UTF8.GetBytes(manifest)).ToString(), manifest);

        Assert.Equal([HttpStatusCode.Forbidden, HttpStatusCode.Forbidden, HttpStatusCode.NotFound], [tagged.StatusCode, dangling.StatusCode, unknown.StatusCode]);
    }

    [Fact]
    public async Task A_referrer_can_be_taken_back_until_its_version_is_released_and_evidence_never()
    {
        var client = Client("kept");
        var subject = await Subject("kept");
        var signature = (await client.Json($"/referrers/{subject}")).GetProperty("manifests").EnumerateArray().Single(IsSignature).GetProperty("digest").GetString();
        var first = await Attach(client, subject, "first");
        var second = await Attach(client, subject, "second");

        using var before = await client.Delete($"/manifests/{first}");
        await scene.Promote("kept", "1");
        using var after = await client.Delete($"/manifests/{second}");
        using var evidence = await client.Delete($"/manifests/{signature}");
        using var version = await client.Delete($"/manifests/{subject}");

        Assert.Equal(
            [HttpStatusCode.Accepted, HttpStatusCode.Forbidden, HttpStatusCode.Forbidden, HttpStatusCode.Conflict],
            [before.StatusCode, after.StatusCode, evidence.StatusCode, version.StatusCode]);
        using var gone = await client.Head($"/manifests/{first}");
        Assert.Equal(HttpStatusCode.NotFound, gone.StatusCode);
        Assert.Equal(["oci.referrer-pushed", "oci.referrer-pushed", "oci.referrer-deleted"], (await scene.Events("oci:kept")).Where(type => type != "oci.evidence-written"));
    }

    [Fact]
    public async Task A_blob_that_a_manifest_names_is_not_deleted()
    {
        var manifest = await Client("blobs-kept").Json($"/manifests/{await Subject("blobs-kept")}");
        using var answer = await Client("blobs-kept").Delete($"/blobs/{manifest.GetProperty("config").GetProperty("digest").GetString()}");

        Assert.Equal((HttpStatusCode.Forbidden, "DENIED"), (answer.StatusCode, (await OciClient.Error(answer)).Code));
    }

    private async Task<Dictionary<string, string?>> Statements(string model, string subject) =>
        (await Client(model).Json($"/referrers/{subject}")).GetProperty("manifests").EnumerateArray()
            .ToDictionary(one => one.GetProperty("digest").GetString()!, Predicate);

    private static string? Predicate(JsonElement referrer) =>
        referrer.GetProperty("annotations").TryGetProperty("dev.sigstore.bundle.predicateType", out var type) ? type.GetString() : null;

    private async Task<string> Subject(string model)
    {
        await scene.Register(model, 0.8);
        return (await scene.Get<OciArtifact>($"/api/v1/models/{model}/versions/1/oci"))!.Digest;
    }

    private static async Task<string> Attach(OciClient client, string subject, string content)
    {
        var manifest = await About(client, subject, content);
        var digest = Digest.Of(Encoding.UTF8.GetBytes(manifest)).ToString();
        using var answer = await client.Put(digest, manifest);
        Assert.Equal(HttpStatusCode.Created, answer.StatusCode);
        return digest;
    }

    private static async Task<string> About(OciClient client, string subject, string content = "packages")
    {
        await client.Upload("{}"u8.ToArray());
        await client.Upload(Encoding.UTF8.GetBytes(content));
        return new JsonObject
        {
            ["schemaVersion"] = 2,
            ["mediaType"] = OciClient.Manifest,
            ["artifactType"] = Spdx,
            ["config"] = OciClient.Describe("{}"u8.ToArray(), "application/vnd.oci.empty.v1+json"),
            ["layers"] = new JsonArray(OciClient.Describe(Encoding.UTF8.GetBytes(content), Spdx)),
            ["subject"] = new JsonObject { ["mediaType"] = OciClient.Manifest, ["digest"] = subject, ["size"] = 1 },
            ["annotations"] = new JsonObject { ["note"] = "a list" },
        }.ToJsonString();
    }
}
