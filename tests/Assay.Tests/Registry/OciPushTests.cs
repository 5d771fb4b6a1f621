using System.Formats.Tar;
using System.IO.Compression;
using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Assay.Governance.Access;
using Assay.Kernel;
using Assay.Registry;

namespace Assay.Tests.Registry;

/// <summary>A pushed model becomes a version like any other, and released names never move.</summary>
public sealed class OciPushTests(RegistryScene scene) : IClassFixture<RegistryScene>
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private OciClient Client(string model) => new(scene.Admin, $"default/{model}");

    [Fact]
    public async Task A_pushed_model_becomes_a_signed_version_and_keeps_its_manifest_byte_for_byte()
    {
        using var folder = Package("pushed", 0.8);
        var manifest = await Client("pushed").UploadModel(folder.Path);

        using var answer = await Client("pushed").Put("candidate", manifest);

        Assert.Equal(HttpStatusCode.Created, answer.StatusCode);
        var digest = Digest.Of(Encoding.UTF8.GetBytes(manifest)).ToString();
        Assert.Equal(digest, answer.Headers.GetValues("Docker-Content-Digest").Single());
        foreach (var reference in new[] { "candidate", "1", "latest", digest })
            Assert.Equal(manifest, await scene.Admin.GetStringAsync($"/v2/default/pushed/manifests/{reference}", Cancel));

        var version = (await scene.Get<ModelVersionDetail>("/api/v1/models/pushed/versions/candidate"))!.Version;
        Assert.Equal((SignedFolder.RootOf(folder.Path).ToString(), true, 0.8), (version.Digest, version.Signed, version.Metrics["auc"]));
        Assert.Equal(["model.version-registered", "model.signed", "model.alias-set"], await Events("model:pushed@1"));
        Assert.Equal(["oci.model-pushed"], await scene.Events("oci:pushed@1"));
        var referrers = await Client("pushed").Json($"/referrers/{digest}");
        Assert.Single(referrers.GetProperty("manifests").EnumerateArray(), OciReferrerTests.IsSignature);
    }

    [Fact]
    public async Task The_same_push_again_changes_nothing_and_may_give_another_name()
    {
        using var folder = Package("again", 0.8);
        var manifest = await Client("again").UploadModel(folder.Path);

        foreach (var reference in new[] { "1", "1", "latest", "champion", "champion", Digest.Of(Encoding.UTF8.GetBytes(manifest)).ToString() })
        {
            using var answer = await Client("again").Put(reference, manifest);
            Assert.True(answer.StatusCode == HttpStatusCode.Created, $"{reference}: {await answer.Content.ReadAsStringAsync(Cancel)}");
        }

        Assert.Equal(["1", "champion", "latest"], await Tags("again"));
        Assert.Equal(["model.version-registered", "model.signed", "model.alias-set"], await Events("model:again@1"));
    }

    [Fact]
    public async Task An_alias_moves_until_its_version_is_released()
    {
        var first = await Push("moves", 0.80, "best");
        var second = await Push("moves", 0.81, "best");
        Assert.Equal([HttpStatusCode.Created, HttpStatusCode.Created], [first, second]);
        await scene.Promote("moves", "2");

        using var folder = Package("moves", 0.82);
        using var refused = await Client("moves").Put("best", await Client("moves").UploadModel(folder.Path));

        Assert.Equal((HttpStatusCode.Conflict, "DENIED"), (refused.StatusCode, (await OciClient.Error(refused)).Code));
        Assert.Equal(["1", "2", "best", "latest", "production"], await Tags("moves"));
        using var kept = await Client("moves").Delete("/manifests/best");
        Assert.Equal(HttpStatusCode.Conflict, kept.StatusCode);
        Assert.Equal(["oci.push-refused"], await scene.Events("oci:moves"));
    }

    [Theory]
    [InlineData("production", 403)]
    [InlineData("Staging", 403)]
    [InlineData("archived", 403)]
    [InlineData("1", 409)]
    [InlineData("7", 409)]
    [InlineData("02", 400)]
    [InlineData("-dash", 400)]
    public async Task Numbers_and_stages_are_not_the_pushers_to_give(string tag, int status)
    {
        var model = $"names-{tag.ToLowerInvariant().Trim('-')}";
        await Push(model, 0.80, "first");
        using var folder = Package(model, 0.81);
        using var answer = await Client(model).Put(tag, await Client(model).UploadModel(folder.Path));

        Assert.Equal(status, (int)answer.StatusCode);
        Assert.Contains((await OciClient.Error(answer)).Code, new[] { "DENIED", "MANIFEST_INVALID" });
        Assert.Equal(["1", "first", "latest"], await Tags(model));
        Assert.Equal(["oci.push-refused"], await scene.Events($"oci:{model}"));
    }

    [Fact]
    public async Task The_next_number_may_be_said()
    {
        Assert.Equal(HttpStatusCode.Created, await Push("numbered", 0.80, "1"));
        Assert.Equal(HttpStatusCode.Created, await Push("numbered", 0.81, "2"));

        Assert.Equal(["1", "2", "latest"], await Tags("numbered"));
    }

    [Fact]
    public async Task Layers_may_be_archives_with_a_folder_in_them_as_container_builders_make_them()
    {
        using var folder = Package("archived-layers", 0.8);
        var layer = new MemoryStream();
        await using (var gzip = new GZipStream(layer, CompressionLevel.Fastest, leaveOpen: true))
            await TarFile.CreateFromDirectoryAsync(folder.Path, gzip, includeBaseDirectory: true, Cancel);
        var client = Client("archived-layers");
        await client.Upload(layer.ToArray());
        var config = "{\"architecture\":\"amd64\",\"os\":\"linux\",\"rootfs\":{\"type\":\"layers\",\"diff_ids\":[]}}"u8.ToArray();
        await client.Upload(config);
        var image = new JsonObject
        {
            ["schemaVersion"] = 2,
            ["config"] = OciClient.Describe(config, "application/vnd.oci.image.config.v1+json"),
            ["layers"] = new JsonArray(OciClient.Describe(layer.ToArray(), "application/vnd.oci.image.layer.v1.tar+gzip")),
        }.ToJsonString();

        using var answer = await client.Put("latest", image);

        Assert.True(answer.StatusCode == HttpStatusCode.Created, await answer.Content.ReadAsStringAsync(Cancel));
        var version = (await scene.Get<ModelVersionDetail>("/api/v1/models/archived-layers/versions/1"))!.Version;
        Assert.Equal(SignedFolder.RootOf(folder.Path).ToString(), version.Digest);
    }

    [Theory]
    [InlineData("../../outside")]
    [InlineData("/etc/outside")]
    [InlineData("a/../../outside")]
    [InlineData("a\\b")]
    [InlineData(".wh.model.onnx")]
    public async Task A_layer_that_names_a_file_outside_the_package_is_refused(string path)
    {
        var client = Client("outside");
        var bytes = Encoding.UTF8.GetBytes("content");
        await client.Upload(bytes);
        var archive = new MemoryStream();
        await using (var tar = new TarWriter(archive, leaveOpen: true))
            await tar.WriteEntryAsync(new PaxTarEntry(TarEntryType.RegularFile, path) { DataStream = new MemoryStream(bytes) }, Cancel);
        await client.Upload(archive.ToArray());

        foreach (var layer in new[] { OciClient.Describe(bytes, "application/octet-stream", path), OciClient.Describe(archive.ToArray(), "application/vnd.cncf.model.weight.v1.tar") })
        {
            using var answer = await client.Put("latest", await client.ModelOf([layer]));
            Assert.Equal((HttpStatusCode.BadRequest, "MANIFEST_INVALID"), (answer.StatusCode, (await OciClient.Error(answer)).Code));
        }

        Assert.False(Directory.EnumerateFiles(scene.Server.Root, "outside", SearchOption.AllDirectories).Any());
    }

    [Fact]
    public async Task A_name_that_is_a_file_and_a_folder_or_longer_than_any_file_is_refused()
    {
        var client = Client("tangled");
        var bytes = Encoding.UTF8.GetBytes("tangled");
        await client.Upload(bytes);
        foreach (var paths in new string[][] { ["a", "a/b"], ["a/b", "a"], ["a", "A"], [new string('x', 256)] })
        {
            var layers = new JsonArray([.. paths.Select(path => OciClient.Describe(bytes, "application/octet-stream", path))]);
            using var answer = await client.Put("latest", await client.ModelOf(layers));
            Assert.Equal((HttpStatusCode.BadRequest, "MANIFEST_INVALID"), (answer.StatusCode, (await OciClient.Error(answer)).Code));
        }
    }

    [Fact]
    public async Task A_link_in_an_archive_is_refused()
    {
        var client = Client("linked");
        var archive = new MemoryStream();
        await using (var tar = new TarWriter(archive, leaveOpen: true))
            await tar.WriteEntryAsync(new PaxTarEntry(TarEntryType.SymbolicLink, "model.onnx") { LinkName = "/etc/passwd" }, Cancel);
        await client.Upload(archive.ToArray());

        using var answer = await client.Put("latest", await client.ModelOf([OciClient.Describe(archive.ToArray(), "application/vnd.cncf.model.weight.v1.tar")]));

        Assert.Contains("plain files only", (await OciClient.Error(answer)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("not json", OciClient.Manifest, 400, "MANIFEST_INVALID")]
    [InlineData("{}", OciClient.Manifest, 400, "MANIFEST_INVALID")]
    [InlineData("""{"schemaVersion":2,"schemaVersion":2,"config":null,"layers":[]}""", OciClient.Manifest, 400, "MANIFEST_INVALID")]
    [InlineData("""{"schemaVersion":2,"mediaType":"application/vnd.oci.image.index.v1+json","manifests":[]}""", OciClient.Manifest, 400, "MANIFEST_INVALID")]
    [InlineData("""{"schemaVersion":2,"config":{"mediaType":"a/b","digest":"sha512:00","size":1},"layers":[]}""", OciClient.Manifest, 400, "DIGEST_INVALID")]
    [InlineData("""{"schemaVersion":2,"config":{"mediaType":"a/b","digest":"sha256:00","size":-1},"layers":[null]}""", OciClient.Manifest, 400, "MANIFEST_INVALID")]
    [InlineData("{}", "application/vnd.docker.distribution.manifest.v2+json", 415, "UNSUPPORTED")]
    public async Task What_is_no_manifest_is_refused(string manifest, string type, int status, string code)
    {
        using var answer = await Client("malformed").Put("latest", manifest, type);

        Assert.Equal((status, code), ((int)answer.StatusCode, (await OciClient.Error(answer)).Code));
    }

    [Fact]
    public async Task A_manifest_over_four_MiB_is_refused()
    {
        using var answer = await Client("malformed").Put("latest", new string(' ', (4 << 20) + 1));

        Assert.Equal((HttpStatusCode.RequestEntityTooLarge, "SIZE_INVALID"), (answer.StatusCode, (await OciClient.Error(answer)).Code));
    }

    [Fact]
    public async Task A_manifest_whose_blobs_are_not_here_is_refused_whoever_else_has_them()
    {
        using var folder = Package("owned", 0.8);
        var manifest = await Client("owned").UploadModel(folder.Path);

        using var answer = await Client("thief").Put("latest", manifest);

        Assert.Equal((HttpStatusCode.NotFound, "MANIFEST_BLOB_UNKNOWN"), (answer.StatusCode, (await OciClient.Error(answer)).Code));
    }

    [Fact]
    public async Task An_artifact_that_is_no_model_and_about_none_is_refused()
    {
        var client = Client("strange");
        await client.Upload("{}"u8.ToArray());
        var chart = new JsonObject
        {
            ["schemaVersion"] = 2,
            ["artifactType"] = "application/vnd.cncf.helm.chart.v1",
            ["config"] = OciClient.Describe("{}"u8.ToArray(), "application/vnd.oci.empty.v1+json"),
            ["layers"] = new JsonArray(),
        }.ToJsonString();

        using var answer = await client.Put("latest", chart);

        Assert.Equal((HttpStatusCode.BadRequest, "UNSUPPORTED"), (answer.StatusCode, (await OciClient.Error(answer)).Code));
    }

    [Fact]
    public async Task A_package_without_a_graph_is_refused_as_by_any_other_way()
    {
        using var folder = Package("graphless", 0.8);
        File.Delete(folder["model.onnx"]);

        using var answer = await Client("graphless").Put("latest", await Client("graphless").UploadModel(folder.Path));

        Assert.Equal((HttpStatusCode.BadRequest, "MANIFEST_INVALID"), (answer.StatusCode, (await OciClient.Error(answer)).Code));
        Assert.Equal(HttpStatusCode.NotFound, (await scene.Admin.GetAsync("/api/v1/models/graphless", Cancel)).StatusCode);
    }

    [Fact]
    public async Task A_viewer_may_not_push()
    {
        var viewer = new OciClient(await scene.Server.Client(Role.Viewer), "default/pushed-by-viewer");
        using var answer = await viewer.Put("latest", "{}");

        Assert.Equal(HttpStatusCode.Forbidden, answer.StatusCode);
    }

    private async Task<HttpStatusCode> Push(string model, double auc, string tag)
    {
        using var folder = Package(model, auc);
        using var answer = await Client(model).Put(tag, await Client(model).UploadModel(folder.Path));
        return answer.StatusCode;
    }

    private TemporaryFolder Package(string model, double auc)
    {
        var folder = new TemporaryFolder();
        scene.WritePackage(folder, model, auc);
        return folder;
    }

    /// <summary>Events about a version, without the statements and the scan that any registration makes.</summary>
    private async Task<List<string>> Events(string subject) =>
        [.. (await scene.Events(subject)).Where(type => type is not "model.attested" and not "model.scanned")];

    private async Task<List<string>> Tags(string model) =>
        [.. (await Client(model).Json("/tags/list")).GetProperty("tags").EnumerateArray().Select(tag => tag.GetString()!)];
}
