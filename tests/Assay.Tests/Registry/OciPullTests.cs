using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Assay.Kernel;
using Assay.Registry;
using Assay.Registry.Oci;

namespace Assay.Tests.Registry;

/// <summary>A registered version is an OCI artifact, to be read with the distribution API.</summary>
public sealed class OciPullTests(RegistryScene scene) : IClassFixture<RegistryScene>
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private OciClient Client(string model) => new(scene.Admin, $"default/{model}");

    [Fact]
    public async Task A_guest_is_told_to_sign_in_with_Basic_in_the_error_form_of_OCI()
    {
        foreach (var path in new[] { "/v2/", "/v2/default/churn/manifests/1" })
        {
            using var answer = await scene.Server.Guest.GetAsync(path, Cancel);
            Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
            Assert.Equal("Basic realm=\"Assay\"", answer.Headers.WwwAuthenticate.ToString());
            Assert.Equal("UNAUTHORIZED", (await OciClient.Error(answer)).Code);
        }
    }

    [Fact]
    public async Task A_token_signs_in_as_the_password_of_any_user_and_as_a_bearer()
    {
        var token = (await File.ReadAllTextAsync(scene.Server.Home.AdminTokenFile, Cancel)).Trim();
        foreach (var header in new[] { $"Basic {Convert.ToBase64String(Encoding.UTF8.GetBytes($"anybody:{token}"))}", $"Bearer {token}" })
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, "/v2/");
            request.Headers.Authorization = AuthenticationHeaderValue.Parse(header);
            using var answer = await scene.Server.Guest.SendAsync(request, Cancel);
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
            Assert.Equal(["registry/2.0"], answer.Headers.GetValues("Docker-Distribution-Api-Version"));
        }
    }

    [Fact]
    public async Task A_version_is_a_ModelPack_artifact_with_a_layer_for_each_signed_file()
    {
        var version = await scene.Register("packed", 0.8);
        using var answer = await Client("packed").Get("/manifests/1");

        Assert.Equal(OciClient.Manifest, answer.Content.Headers.ContentType!.ToString());
        var bytes = await answer.Content.ReadAsByteArrayAsync(Cancel);
        Assert.Equal(Digest.Of(bytes).ToString(), answer.Headers.GetValues("Docker-Content-Digest").Single());
        var manifest = JsonDocument.Parse(bytes).RootElement;
        Assert.Equal(OciClient.ModelPack, manifest.GetProperty("artifactType").GetString());
        Assert.Equal(OciClient.ModelConfig, manifest.GetProperty("config").GetProperty("mediaType").GetString());
        Assert.Equal(version.Version.Digest, manifest.GetProperty("annotations").GetProperty("assay.model.digest").GetString());

        var layers = manifest.GetProperty("layers").EnumerateArray()
            .Select(layer => (layer.GetProperty("annotations").GetProperty("org.opencontainers.image.title").GetString()!, layer.GetProperty("digest").GetString()!));
        Assert.Equal(
            version.Files.Where(file => file.Path is not "model.sig" and not "model.sig.pub").Select(file => (file.Path, file.Digest)), layers);
    }

    [Fact]
    public async Task Every_blob_of_the_manifest_is_served_with_its_digest()
    {
        await scene.Register("served", 0.8);
        var manifest = await Client("served").Json("/manifests/latest");

        foreach (var blob in manifest.GetProperty("layers").EnumerateArray().Append(manifest.GetProperty("config")))
        {
            var digest = blob.GetProperty("digest").GetString()!;
            using var answer = await Client("served").Get($"/blobs/{digest}");
            Assert.Equal(digest, Digest.Of(await answer.Content.ReadAsByteArrayAsync(Cancel)).ToString());
            using var head = await Client("served").Head($"/blobs/{digest}");
            Assert.Equal((HttpStatusCode.OK, blob.GetProperty("size").GetInt64()), (head.StatusCode, head.Content.Headers.ContentLength));
            Assert.Equal(digest, head.Headers.GetValues("Docker-Content-Digest").Single());
        }
    }

    [Fact]
    public async Task A_part_of_a_blob_can_be_asked_for()
    {
        var version = await scene.Register("ranged", 0.8);
        var file = version.Files.Single(file => file.Path == "model.onnx");
        await Client("ranged").Json("/manifests/1");
        using var request = new HttpRequestMessage(HttpMethod.Get, $"/v2/default/ranged/blobs/{file.Digest}") { Headers = { Range = new(8, 9) } };
        using var answer = await scene.Admin.SendAsync(request, Cancel);

        Assert.Equal(HttpStatusCode.PartialContent, answer.StatusCode);
        Assert.Equal("of", await answer.Content.ReadAsStringAsync(Cancel));
    }

    [Fact]
    public async Task Number_alias_stage_latest_and_digest_lead_to_the_same_manifest_and_one_part_means_the_default_project()
    {
        await scene.Register("named", 0.8);
        await scene.Promote("named", "1");
        using var first = await Client("named").Head("/manifests/1");
        var digest = first.Headers.GetValues("Docker-Content-Digest").Single();

        foreach (var reference in new[] { "production", "latest", digest })
        {
            using var answer = await new OciClient(scene.Admin, "named").Head($"/manifests/{reference}");
            Assert.Equal((HttpStatusCode.OK, digest), (answer.StatusCode, answer.Headers.GetValues("Docker-Content-Digest").Single()));
        }
    }

    [Fact]
    public async Task The_manifest_of_a_version_is_written_once_whoever_asks_at_the_same_time()
    {
        await scene.Register("asked", 0.8);
        var digests = await Task.WhenAll(Enumerable.Range(0, 8).Select(async _ =>
        {
            using var answer = await Client("asked").Head("/manifests/1");
            return answer.Headers.GetValues("Docker-Content-Digest").Single();
        }));

        Assert.Single(digests.Distinct());
        Assert.Equal(["oci.manifest-written"], await scene.Events("oci:asked@1"));
        var shown = await scene.Get<OciArtifact>("/api/v1/models/asked/versions/1/oci");
        Assert.Equal(("default/asked:1", digests[0]), (shown!.Reference, shown.Digest));
    }

    [Fact]
    public async Task The_signature_is_a_referrer_and_can_be_asked_for_by_its_type()
    {
        const string Bundle = "application/vnd.dev.sigstore.bundle.v0.3+json";
        var version = await scene.Register("sealed", 0.8);
        var digest = (await scene.Get<OciArtifact>("/api/v1/models/sealed/versions/1/oci"))!.Digest;

        using var answer = await Client("sealed").Get($"/referrers/{digest}?artifactType={Uri.EscapeDataString(Bundle)}");
        Assert.Equal("application/vnd.oci.image.index.v1+json", answer.Content.Headers.ContentType!.ToString());
        Assert.Equal("artifactType", answer.Headers.GetValues("OCI-Filters-Applied").Single());
        var index = JsonDocument.Parse(await answer.Content.ReadAsStringAsync(Cancel)).RootElement;
        Assert.All(index.GetProperty("manifests").EnumerateArray(), one => Assert.Equal(Bundle, one.GetProperty("artifactType").GetString()));
        var referrer = Assert.Single(index.GetProperty("manifests").EnumerateArray(), OciReferrerTests.IsSignature);

        var manifest = await Client("sealed").Json($"/manifests/{referrer.GetProperty("digest").GetString()}");
        Assert.Equal(digest, manifest.GetProperty("subject").GetProperty("digest").GetString());
        var layer = Assert.Single(manifest.GetProperty("layers").EnumerateArray());
        Assert.Equal(version.Files.Single(file => file.Path == "model.sig").Digest, layer.GetProperty("digest").GetString());
        using var bundle = await Client("sealed").Get($"/blobs/{layer.GetProperty("digest").GetString()}");
        Assert.Contains("dsseEnvelope", await bundle.Content.ReadAsStringAsync(Cancel), StringComparison.Ordinal);

        var other = await Client("sealed").Json($"/referrers/{digest}?artifactType=application/spdx%2Bjson");
        Assert.Empty(other.GetProperty("manifests").EnumerateArray());
    }

    [Fact]
    public async Task Tags_are_listed_in_order_and_by_pages()
    {
        for (var version = 0; version < 11; version++)
            await scene.Register("tagged", 0.8);
        await scene.Promote("tagged", "3");

        var all = Tags(await Client("tagged").Json("/tags/list"));
        Assert.Equal(["1", "10", "11", "2", "3", "4", "5", "6", "7", "8", "9", "latest", "production"], all);

        using var page = await Client("tagged").Get("/tags/list?n=4&last=11");
        Assert.Equal(["2", "3", "4", "5"], Tags(JsonDocument.Parse(await page.Content.ReadAsStringAsync(Cancel)).RootElement));
        Assert.Equal("</v2/default/tagged/tags/list?n=4&last=5>; rel=\"next\"", page.Headers.GetValues("Link").Single());
        using var none = await Client("tagged").Get("/tags/list?n=0");
        Assert.False(none.Headers.Contains("Link"));
        using var bad = await Client("tagged").Get("/tags/list?n=-1");
        Assert.Equal(HttpStatusCode.BadRequest, bad.StatusCode);
    }

    [Fact]
    public async Task The_catalog_lists_repositories_of_one_project()
    {
        await scene.Register("Listed-One", 0.8);
        await scene.Server.Client(Assay.Governance.Access.Role.Viewer, "elsewhere");

        var here = await scene.Admin.GetStringAsync("/v2/_catalog?n=1000", Cancel);
        var there = await scene.Admin.GetStringAsync("/projects/elsewhere/v2/_catalog", Cancel);

        Assert.Contains("\"default/listed-one\"", here, StringComparison.Ordinal);
        Assert.Equal("""{"repositories":[]}""", there);
    }

    [Fact]
    public async Task A_model_with_capitals_is_a_repository_in_lower_case()
    {
        await scene.Register("Churn-EU", 0.8);

        using var answer = await Client("churn-eu").Head("/manifests/1");
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal("default/churn-eu:1", (await scene.Get<OciArtifact>("/api/v1/models/Churn-EU/versions/1/oci"))!.Reference);
    }

    [Theory]
    [InlineData("GET", "/v2/default/no-such/manifests/1", 404, "NAME_UNKNOWN")]
    [InlineData("GET", "/v2/default/known/manifests/9", 404, "MANIFEST_UNKNOWN")]
    [InlineData("GET", "/v2/default/known/manifests/sha256:aa", 400, "DIGEST_INVALID")]
    [InlineData("GET", "/v2/default/known/manifests/sha256:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", 404, "MANIFEST_UNKNOWN")]
    [InlineData("GET", "/v2/default/known/manifests/sha512:aa", 400, "DIGEST_INVALID")]
    [InlineData("GET", "/v2/default/known/blobs/sha256:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", 404, "BLOB_UNKNOWN")]
    [InlineData("GET", "/v2/default/known/blobs/sha512:aa", 400, "DIGEST_INVALID")]
    [InlineData("GET", "/v2/default/known/referrers/nonsense", 400, "DIGEST_INVALID")]
    [InlineData("GET", "/v2/default/no-such/tags/list", 404, "NAME_UNKNOWN")]
    [InlineData("GET", "/v2/default/UPPER/manifests/1", 400, "NAME_INVALID")]
    [InlineData("GET", "/v2/a/b/c/manifests/1", 400, "NAME_INVALID")]
    [InlineData("GET", "/v2/no-such-project/known/manifests/1", 404, "NAME_UNKNOWN")]
    [InlineData("POST", "/v2/default/known/manifests/1", 404, "UNSUPPORTED")]
    [InlineData("DELETE", "/v2/default/known/manifests/1", 403, "DENIED")]
    [InlineData("DELETE", "/v2/default/known/manifests/latest", 403, "DENIED")]
    [InlineData("DELETE", "/v2/default/known/manifests/no-such", 404, "MANIFEST_UNKNOWN")]
    public async Task What_is_not_there_or_not_allowed_is_said_in_OCI_words(string method, string path, int status, string code)
    {
        if ((await scene.Admin.GetAsync("/api/v1/models/known", Cancel)).StatusCode == HttpStatusCode.NotFound)
            await scene.Register("known", 0.8);
        using var answer = await scene.Admin.SendAsync(new HttpRequestMessage(new(method), path), Cancel);

        Assert.Equal((status, code), ((int)answer.StatusCode, (await OciClient.Error(answer)).Code));
    }

    [Fact]
    public async Task A_client_that_cannot_read_the_manifest_is_told_what_it_is()
    {
        await scene.Register("typed", 0.8);

        using var refused = await Client("typed").Get("/manifests/1", "application/vnd.docker.distribution.manifest.v2+json");
        Assert.Equal((HttpStatusCode.NotFound, "MANIFEST_UNKNOWN"), (refused.StatusCode, (await OciClient.Error(refused)).Code));
        foreach (var accept in new[] { "application/vnd.docker.distribution.manifest.v2+json, application/vnd.oci.image.manifest.v1+json", "*/*" })
        {
            using var answer = await Client("typed").Get("/manifests/1", accept);
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        }
    }

    [Fact]
    public async Task A_blob_that_was_damaged_is_refused_by_name()
    {
        var version = await scene.Register("damaged", 0.8);
        var digest = version.Files.Single(file => file.Path == "model.onnx").Digest;
        await Client("damaged").Json("/manifests/1");
        var bytes = await File.ReadAllBytesAsync(scene.BlobFile(digest), Cancel);
        bytes[^1] ^= 1;
        await File.WriteAllBytesAsync(scene.BlobFile(digest), bytes, Cancel);

        using var answer = await Client("damaged").Get($"/blobs/{digest}");
        var (code, message) = await OciClient.Error(answer);
        Assert.Equal("BLOB_UNKNOWN", code);
        Assert.Contains(digest, message, StringComparison.Ordinal);
    }

    private static List<string> Tags(JsonElement list) => [.. list.GetProperty("tags").EnumerateArray().Select(tag => tag.GetString()!)];
}
