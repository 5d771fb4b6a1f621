using System.Formats.Tar;
using System.Net.Http.Json;
using Assay.Kernel;
using Assay.Registry;

namespace Assay.Tests.Registry;

/// <summary>Debian's podman knows images only: it gets models out, and in again, in that form.</summary>
public sealed class OciPodmanTests(RegistryScene scene) : IClassFixture<RegistryScene>, IDisposable
{
    private readonly TemporaryFolder _storage = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose() => _storage.Dispose();

    [Fact]
    public async Task A_model_pulled_as_an_image_and_pushed_to_another_Assay_has_the_same_digest()
    {
        using var podman = Podman();
        var source = await scene.Register("shipped", 0.8);
        await using var target = await TestServer.Start();
        var image = $"{scene.Server.Address.Authority}/default/shipped:1-image";

        await podman.Run("pull", "--tls-verify=false", "--creds", Credentials(scene.Server), image);
        await podman.Run("push", "--tls-verify=false", "--creds", Credentials(target), image, $"docker://{target.Address.Authority}/default/shipped:candidate");

        var arrived = (await target.Admin.GetFromJsonAsync<ModelVersionDetail>("/api/v1/models/shipped/versions/candidate", AssayJson.Options, Cancel))!;
        Assert.Equal((1, source.Version.Digest), (arrived.Version.Version, arrived.Version.Digest));
        using var verified = await target.Admin.PostAsync("/api/v1/models/shipped/versions/1/verify", null, Cancel);
        Assert.Contains("\"verified\":true", await verified.Content.ReadAsStringAsync(Cancel), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_folder_with_a_model_gets_in_as_an_image()
    {
        using var podman = Podman();
        using var folder = new TemporaryFolder();
        scene.WritePackage(folder, "imported", 0.8);
        await TarFile.CreateFromDirectoryAsync(folder.Path, _storage["model.tar"], includeBaseDirectory: false, Cancel);

        await podman.Run("import", _storage["model.tar"], "imported");
        await podman.Run("push", "--tls-verify=false", "--creds", Credentials(scene.Server), "imported", $"docker://{scene.Server.Address.Authority}/default/imported:from-podman");

        var version = (await scene.Get<ModelVersionDetail>("/api/v1/models/imported/versions/from-podman"))!;
        Assert.Equal(SignedFolder.RootOf(folder.Path).ToString(), version.Version.Digest);
    }

    [Fact]
    public async Task The_image_is_made_once_and_its_tag_is_not_the_pushers_to_give()
    {
        await scene.Register("imaged", 0.8);
        var client = new OciClient(scene.Admin, "default/imaged");
        var first = await client.Json("/manifests/1-image");
        var digest = Digest.Of(await (await client.Get("/manifests/latest-image")).Content.ReadAsByteArrayAsync(Cancel)).ToString();

        using var again = await client.Head("/manifests/1-image");
        Assert.Equal(digest, again.Headers.GetValues("Docker-Content-Digest").Single());
        Assert.Equal("application/vnd.oci.image.config.v1+json", first.GetProperty("config").GetProperty("mediaType").GetString());
        Assert.Equal(["oci.manifest-written"], await scene.Events("oci:imaged@1"));

        using var folder = new TemporaryFolder();
        scene.WritePackage(folder, "imaged", 0.9);
        using var refused = await client.Put("mine-image", await client.UploadModel(folder.Path));
        Assert.Equal("DENIED", (await OciClient.Error(refused)).Code);
    }

    /// <summary>With a storage of its own and the driver that needs no kernel module; podman needs root, or a user with subordinate ids.</summary>
    private OciTool Podman()
    {
        Assert.SkipUnless(Environment.UserName == "root", "podman's storage is used as root here.");
        return OciTool.Find("podman", "--root", _storage["root"], "--runroot", _storage["run"], "--storage-driver", "vfs", "--events-backend", "file", "--cgroup-manager", "cgroupfs");
    }

    private static string Credentials(TestServer server) => $"anybody:{File.ReadAllText(server.Home.AdminTokenFile).Trim()}";
}
