using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Assay.Governance.Access;
using Assay.Kernel;
using Assay.Registry;

namespace Assay.Tests.Registry;

/// <summary>Models are copied out and in with Debian's skopeo, between two installations with keys of their own.</summary>
public sealed class OciSkopeoTests(RegistryScene scene) : IClassFixture<RegistryScene>
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_model_copied_from_one_Assay_to_another_has_the_same_digests_in_both()
    {
        using var skopeo = OciTool.Find("skopeo");
        var source = await scene.Register("travels", 0.8);
        await using var target = await TestServer.Start();

        await skopeo.Run(["copy", "--src-tls-verify=false", "--dest-tls-verify=false", .. Credentials(scene.Server, "--src-creds"), .. Credentials(target, "--dest-creds"),
            Reference(scene.Server, "default/travels:1"), Reference(target, "default/arrived:candidate")]);

        var arrived = (await target.Admin.GetFromJsonAsync<ModelVersionDetail>("/api/v1/models/arrived/versions/candidate", AssayJson.Options, Cancel))!;
        Assert.Equal(source.Version.Digest, arrived.Version.Digest);
        using var verified = await target.Admin.PostAsync("/api/v1/models/arrived/versions/1/verify", null, Cancel);
        Assert.Contains("\"verified\":true", await verified.Content.ReadAsStringAsync(Cancel), StringComparison.Ordinal);
        Assert.Equal(
            await skopeo.Run(["inspect", "--raw", "--tls-verify=false", .. Credentials(scene.Server, "--creds"), Reference(scene.Server, "travels:1")]),
            await skopeo.Run(["inspect", "--raw", "--tls-verify=false", .. Credentials(target, "--creds"), Reference(target, "default/arrived:1")]));
    }

    [Fact]
    public async Task A_model_is_copied_to_a_folder_and_back()
    {
        using var skopeo = OciTool.Find("skopeo");
        using var folder = new TemporaryFolder();
        var version = await scene.Register("foldered", 0.8);

        foreach (var layout in new[] { $"dir:{folder["plain"]}", $"oci:{folder["layout"]}:v1" })
        {
            await skopeo.Run(["copy", "--src-tls-verify=false", .. Credentials(scene.Server, "--src-creds"), Reference(scene.Server, "default/foldered:latest"), layout]);
            await skopeo.Run(["copy", "--dest-tls-verify=false", .. Credentials(scene.Server, "--dest-creds"), layout, Reference(scene.Server, $"default/from-{layout.Split(':')[0]}:latest")]);
            var back = (await scene.Get<ModelVersionDetail>($"/api/v1/models/from-{layout.Split(':')[0]}/versions/1"))!;
            Assert.Equal(version.Version.Digest, back.Version.Digest);
        }

        var file = version.Files.Single(file => file.Path == "model.onnx");
        Assert.True(File.Exists(Path.Combine(folder["plain"], file.Digest[7..])), "the files of the model are the blobs of the artifact");
    }

    [Fact]
    public async Task Tags_are_listed_and_login_works_with_a_projects_token()
    {
        using var skopeo = OciTool.Find("skopeo");
        var editor = await scene.Server.Client(Role.MlEngineer, "skopeo-team");
        using var folder = new TemporaryFolder();
        scene.WritePackage(folder, "listed", 0.8);
        using (var pushed = await new OciClient(editor, "skopeo-team/listed").Put("best", await new OciClient(editor, "skopeo-team/listed").UploadModel(folder.Path)))
            Assert.Equal(HttpStatusCode.Created, pushed.StatusCode);

        await skopeo.Run("login", "--tls-verify=false", "-u", "anybody", "-p", editor.DefaultRequestHeaders.Authorization!.Parameter!, scene.Server.Address.Authority);
        var tags = await skopeo.Run("list-tags", "--tls-verify=false", Reference(scene.Server, "skopeo-team/listed"));

        Assert.Equal(["1", "best", "latest"], JsonDocument.Parse(tags).RootElement.GetProperty("Tags").EnumerateArray().Select(tag => tag.GetString()!));
        var (code, _, error) = await skopeo.Try("list-tags", "--tls-verify=false", Reference(scene.Server, "default/listed"));
        Assert.NotEqual(0, code);
        Assert.Contains("Forbidden", error, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task A_released_tag_is_refused_with_a_sentence_that_skopeo_shows()
    {
        using var skopeo = OciTool.Find("skopeo");
        await scene.Register("source", 0.8);
        await scene.Register("released", 0.9);

        var (code, _, error) = await skopeo.Try(["copy", "--src-tls-verify=false", "--dest-tls-verify=false", .. Credentials(scene.Server, "--src-creds"), .. Credentials(scene.Server, "--dest-creds"),
            Reference(scene.Server, "default/source:1"), Reference(scene.Server, "default/released:1")]);

        Assert.NotEqual(0, code);
        Assert.Contains("which never changes", error, StringComparison.Ordinal);
        Assert.Equal(1, (await scene.Get<ModelVersionDetail>("/api/v1/models/released/versions/latest"))!.Version.Version);
    }

    [Fact]
    public async Task Deleting_a_version_is_refused()
    {
        using var skopeo = OciTool.Find("skopeo");
        await scene.Register("stays", 0.8);

        var (code, _, error) = await skopeo.Try(["delete", "--tls-verify=false", .. Credentials(scene.Server, "--creds"), Reference(scene.Server, "default/stays:1")]);

        Assert.NotEqual(0, code);
        Assert.Contains("is kept", error, StringComparison.Ordinal);
    }

    private static string Reference(TestServer server, string name) => $"docker://{server.Address.Authority}/{name}";

    private static string[] Credentials(TestServer server, string option) => [option, $"anybody:{File.ReadAllText(server.Home.AdminTokenFile).Trim()}"];
}
