using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Assay.Governance.Access;
using Assay.Inference.Models;
using Assay.Kernel;
using Assay.Kernel.Paging;
using Assay.Kernel.Refusals;
using Assay.Registry;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Assay.Tests.Registry;

public sealed class VersionTests(RegistryScene scene) : IClassFixture<RegistryScene>
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_registered_version_is_signed_listed_and_verifies()
    {
        var registered = await scene.Register("listed", 0.8);

        var detail = await scene.Get<ModelVersionDetail>("/api/v1/models/listed/versions/1");
        var models = await scene.Get<Page<ModelSummary>>("/api/v1/models?limit=1000");
        var report = await (await scene.Admin.PostAsync("/api/v1/models/listed/versions/latest/verify", null, Cancel))
            .Content.ReadFromJsonAsync<SignatureReport>(AssayJson.Options, Cancel);

        Assert.Equal(registered.Version.Digest, detail!.Version.Digest);
        Assert.Equal((1, "None", true, 0.8), (detail.Version.Version, detail.Version.Stage, detail.Version.Signed, detail.Version.Metrics["auc"]));
        Assert.Equal(
            ["MLmodel", "baseline.json", "evaluation.json", "model.onnx", "schema.json", "model.sig", "model.sig.pub"],
            detail.Files.Select(file => file.Path));
        Assert.Contains(models!.Items, model => model is { Name: "listed", LatestVersion: 1, ProductionVersion: null });
        Assert.Equal((true, null, detail.Version.Digest), (report!.Verified, report.Problem, report.RootDigest));
        Assert.Equal(["model.version-registered", "model.signed", "model.attested", "model.attested", "model.attested", "model.scanned", "model.attested"], await scene.Events("model:listed@1"));
    }

    [Fact]
    public async Task The_same_files_again_are_a_new_version_with_the_same_digest()
    {
        var first = await scene.Register("again", 0.8);
        var second = await scene.Register("again", 0.8);
        var third = await scene.Register("again", 0.81);

        var page = await scene.Get<Page<ModelVersionSummary>>("/api/v1/models/again?limit=2");
        var rest = await scene.Get<Page<ModelVersionSummary>>($"/api/v1/models/again?limit=2&cursor={page!.NextCursor}");

        Assert.Equal((1, 2), (first.Version.Version, second.Version.Version));
        Assert.Equal(first.Version.Digest, second.Version.Digest);
        Assert.NotEqual(first.Version.Digest, third.Version.Digest);
        Assert.Equal([3, 2], page.Items.Select(version => version.Version));
        Assert.Equal([1], rest!.Items.Select(version => version.Version));
        Assert.Null(rest.NextCursor);
    }

    [Fact]
    public async Task Exported_files_verify_in_a_folder_of_their_own()
    {
        var registered = await scene.Register("exported", 0.8);
        using var folder = new TemporaryFolder();
        foreach (var file in registered.Files)
        {
            var bytes = await scene.Admin.GetByteArrayAsync($"/api/v1/models/exported/versions/1/files/{file.Path}", Cancel);
            Assert.Equal(file.Digest, Digest.Of(bytes).ToString());
            await File.WriteAllBytesAsync(folder[file.Path], bytes, Cancel);
        }

        var report = SignedFolder.Verify(folder.Path);

        Assert.Equal((true, registered.Version.Digest), (report.Verified, report.RootDigest));
    }

    [Fact]
    public async Task One_flipped_byte_in_any_stored_file_refuses_to_open_and_names_it()
    {
        var registered = await scene.Register("flipped", 0.8);

        foreach (var file in registered.Files.Where(file => file.Path != SignedFolder.PublicKeyFile))
        {
            var path = scene.BlobFile(file.Digest);
            foreach (var part in new[] { path, path + ".key" })
            {
                var whole = await File.ReadAllBytesAsync(part, Cancel);
                var changed = whole.ToArray();
                changed[whole.Length / 2] ^= 1;
                await File.WriteAllBytesAsync(part, changed, Cancel);

                var problem = await Assert.ThrowsAsync<TamperedPackageException>(() => scene.InProject("default", models => models.Open("flipped", "1", Cancel)));
                Assert.Equal(file.Path, problem.File);
                Assert.Contains(file.Path, problem.Message, StringComparison.Ordinal);
                Assert.Equal(HttpStatusCode.Conflict, (await scene.Admin.GetAsync($"/api/v1/models/flipped/versions/1/files/{file.Path}", Cancel)).StatusCode);
                await File.WriteAllBytesAsync(part, whole, Cancel);
            }
        }

        var package = await scene.InProject("default", models => models.Open("flipped", "1", Cancel));
        Assert.Equal(["MLmodel", "baseline.json", "evaluation.json", "model.onnx", "schema.json"], package.Files.Keys.Order(StringComparer.Ordinal));
        Assert.Throws<FileNotFoundException>(() => package.File("other.bin"));
    }

    [Fact]
    public async Task A_row_that_names_other_files_than_were_signed_refuses_to_open()
    {
        var mine = await scene.Register("swapped", 0.8);
        var other = await scene.Register("swapped-for", 0.9);
        await using (var scope = scene.Scope())
        {
            var db = scope.ServiceProvider.GetRequiredService<AssayDb>();
            var files = mine.Files.Select(file => file.Path == PackageFiles.Model ? other.Files.Single(theirs => theirs.Path == file.Path) : file);
            await db.Set<Assay.Registry.Versions.ModelVersion>().Where(row => row.Model == "swapped")
                .ExecuteUpdateAsync(set => set.SetProperty(row => row.FilesJson, JsonSerializer.Serialize(files, AssayJson.Options)), Cancel);
        }

        var problem = await Assert.ThrowsAsync<TamperedPackageException>(() => scene.InProject("default", models => models.Open("swapped", "1", Cancel)));

        Assert.Equal("swapped version 1 is refused: model.onnx is not the file that was signed.", problem.Message);
        Assert.False((await (await scene.Admin.PostAsync("/api/v1/models/swapped/versions/1/verify", null, Cancel))
            .Content.ReadFromJsonAsync<SignatureReport>(AssayJson.Options, Cancel))!.Verified);
    }

    [Fact]
    public async Task Nothing_is_visible_when_the_process_ends_between_the_files_and_the_commit()
    {
        using var folder = new TemporaryFolder();
        scene.WritePackage(folder, "half", 0.8);
        await using (var scope = scene.Scope())
        {
            var db = scope.ServiceProvider.GetRequiredService<AssayDb>();
            await using var transaction = await db.Database.BeginTransactionAsync(Cancel);
            await scope.ServiceProvider.GetRequiredService<IModels>().Register(new NewVersion("half", new Dictionary<string, double>()), folder.Path, Cancel);
        }

        Assert.Equal(HttpStatusCode.NotFound, (await scene.Admin.GetAsync("/api/v1/models/half", Cancel)).StatusCode);
        Assert.Empty(await scene.Events("model:half@1"));

        var registered = await scene.Register("half", 0.8);
        Assert.Equal(1, registered.Version.Version);
        Assert.Equal(5, (await scene.InProject("default", models => models.Open("half", "1", Cancel))).Files.Count);
    }

    [Fact]
    public async Task Nothing_of_one_project_is_reachable_from_another()
    {
        var stranger = await scene.Server.Client(Role.MlEngineer, "elsewhere");
        await scene.Register("private", 0.8);

        foreach (var path in new[] { "", "/versions/1", "/versions/1/files/model.onnx" })
        {
            Assert.Equal(HttpStatusCode.NotFound, (await stranger.GetAsync($"/projects/elsewhere/api/v1/models/private{path}", Cancel)).StatusCode);
            Assert.Equal(HttpStatusCode.Forbidden, (await stranger.GetAsync($"/api/v1/models/private{path}", Cancel)).StatusCode);
        }

        var listed = await stranger.GetFromJsonAsync<Page<ModelSummary>>("/projects/elsewhere/api/v1/models", AssayJson.Options, Cancel);
        Assert.Empty(listed!.Items);
        await Assert.ThrowsAsync<Refusal>(() => scene.InProject("elsewhere", models => models.Open("private", "1", Cancel)));
        Assert.Null(await scene.InProject("elsewhere", models => models.Find("private", "1", Cancel)));
    }

    [Theory]
    [InlineData("../x", null, "is no model name")]
    [InlineData("", null, "is no model name")]
    [InlineData("bad", PackageFiles.Model, "has no model.onnx")]
    public async Task What_is_no_package_is_refused_with_a_sentence(string name, string? without, string sentence)
    {
        using var folder = new TemporaryFolder();
        scene.WritePackage(folder, "bad", 0.8);
        if (without is not null)
            File.Delete(folder[without]);

        var refusal = await Assert.ThrowsAsync<Refusal>(() => scene.InProject(
            "default", models => models.Register(new NewVersion(name, new Dictionary<string, double>()), folder.Path, Cancel)));

        Assert.Contains(sentence, refusal.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("no-such/versions/1", "There is no model 'no-such' in this project.")]
    [InlineData("known/versions/7", "There is no model version 'known@7' in this project.")]
    [InlineData("known/versions/production", "There is no model version 'known@production' in this project.")]
    [InlineData("known/versions/1/files/none.bin", "There is no file 'known@1/none.bin' in this project.")]
    public async Task What_is_not_there_is_named(string path, string sentence)
    {
        if (await scene.InProject("default", models => models.Find("known", "1", Cancel)) is null)
            await scene.Register("known", 0.8);

        var answer = await scene.Admin.GetAsync($"/api/v1/models/{path}", Cancel);

        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
        Assert.Equal(sentence, (await answer.Content.ReadFromJsonAsync<JsonElement>(Cancel)).GetProperty("detail").GetString());
    }
}
