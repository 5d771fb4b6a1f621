using System.Net;
using System.Text;
using Assay.Governance.Access;
using Assay.Kernel;
using Assay.Registry;
using Assay.Tests.Governance;

namespace Assay.Tests.Registry;

/// <summary>The bytes of one project can't be had from another: not by name, by digest, by mounting or by naming them in a manifest.</summary>
public sealed class OciIsolationTests(RegistryScene scene) : IClassFixture<RegistryScene>
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Another_projects_model_is_out_of_reach_by_every_way()
    {
        var owner = await scene.Server.Client(Role.MlEngineer, "owners");
        var stranger = await scene.Server.Client(Role.MlEngineer, "strangers");
        await RegistryScene.AddDataset(scene.Admin, "/projects/owners");
        await scene.Register("secret", 0.8, "owners");
        var manifest = await new OciClient(owner, "owners/secret").Json("/manifests/1");
        var digest = manifest.GetProperty("layers")[0].GetProperty("digest").GetString()!;
        using var head = await new OciClient(owner, "owners/secret").Head("/manifests/1");
        var manifestDigest = head.Headers.GetValues("Docker-Content-Digest").Single();

        // By its own address the stranger's token does not reach it at all.
        foreach (var path in new[] { "/manifests/1", $"/manifests/{manifestDigest}", $"/blobs/{digest}", "/tags/list", $"/referrers/{manifestDigest}" })
        {
            using var answer = await new OciClient(stranger, "owners/secret").Get(path);
            Assert.Equal((HttpStatusCode.Forbidden, "DENIED"), (answer.StatusCode, (await OciClient.Error(answer)).Code));
        }

        // In the stranger's own project the same digests lead nowhere, before and after there is a model of that name.
        var own = new OciClient(stranger, "strangers/secret");
        await Guess(own, digest, manifestDigest);
        await Push(own);
        await Guess(own, digest, manifestDigest);
        await Guess(new OciClient(scene.Admin, "default/secret"), digest, manifestDigest);

        // Nor by a path that mixes both ways of saying the project.
        using var mixed = await stranger.GetAsync($"/projects/strangers/v2/owners/secret/blobs/{digest}", Cancel);
        Assert.False(mixed.IsSuccessStatusCode);
    }

    [Fact]
    public async Task A_projects_token_works_in_its_own_repositories_and_signs_in()
    {
        var editor = await scene.Server.Client(Role.MlEngineer, "team");
        using var check = await editor.GetAsync("/v2/", Cancel);
        Assert.Equal(HttpStatusCode.OK, check.StatusCode);

        await Push(new OciClient(editor, "team/ours"));

        Assert.Equal(1, (await scene.Get<ModelVersionDetail>("/projects/team/api/v1/models/ours/versions/1"))!.Version.Version);
        Assert.Equal(HttpStatusCode.NotFound, (await scene.Admin.GetAsync("/api/v1/models/ours", Cancel)).StatusCode);
        using var prefixed = await editor.GetAsync("/projects/team/v2/ours/manifests/1", Cancel);
        Assert.Equal(HttpStatusCode.OK, prefixed.StatusCode);
    }

    [Fact]
    public async Task A_right_to_one_model_opens_that_repository_and_no_other_by_any_spelling_or_mount()
    {
        var member = await scene.Server.Member(Role.MlEngineer, "default", "models/mine");
        await scene.Register("Theirs", 0.8);
        var theirs = await new OciClient(scene.Admin, "default/theirs").Json("/manifests/1");
        var digest = theirs.GetProperty("layers")[0].GetProperty("digest").GetString()!;
        var byName = await scene.Server.Member(Role.MlEngineer, "default", "models/theirs");

        await Push(new OciClient(member, "default/mine"));

        foreach (var client in new[] { member, byName })
        {
            using var answer = await new OciClient(client, "default/theirs").Get($"/blobs/{digest}");
            Assert.Equal((HttpStatusCode.Forbidden, "DENIED"), (answer.StatusCode, (await OciClient.Error(answer)).Code));
        }

        using var mounted = await new OciClient(member, "default/mine").Post($"?mount={digest}&from=default/theirs");
        Assert.Equal(HttpStatusCode.Accepted, mounted.StatusCode);
        using var head = await new OciClient(member, "default/mine").Head($"/blobs/{digest}");
        Assert.Equal(HttpStatusCode.NotFound, head.StatusCode);
    }

    private static async Task Guess(OciClient client, string digest, string manifestDigest)
    {
        using var blob = await client.Get($"/blobs/{digest}");
        Assert.Equal((HttpStatusCode.NotFound, "BLOB_UNKNOWN"), (blob.StatusCode, (await OciClient.Error(blob)).Code));
        using var manifest = await client.Get($"/manifests/{manifestDigest}");
        Assert.Equal(HttpStatusCode.NotFound, manifest.StatusCode);
        using var referrers = await client.Get($"/referrers/{manifestDigest}");
        Assert.DoesNotContain("sha256", await referrers.Content.ReadAsStringAsync(Cancel), StringComparison.Ordinal);

        foreach (var from in new[] { "owners/secret", "secret", "default/secret" })
        {
            using var mounted = await client.Post($"?mount={digest}&from={from}");
            Assert.Equal(HttpStatusCode.Accepted, mounted.StatusCode);   // an upload begins: show that you have the bytes
        }

        var thief = await client.ModelOf([new System.Text.Json.Nodes.JsonObject { ["mediaType"] = "a/b", ["digest"] = digest, ["size"] = 1 }]);
        using var named = await client.Put("latest", thief);
        Assert.Equal((HttpStatusCode.NotFound, "MANIFEST_BLOB_UNKNOWN"), (named.StatusCode, (await OciClient.Error(named)).Code));
    }

    private async Task Push(OciClient client)
    {
        using var folder = new TemporaryFolder();
        scene.WritePackage(folder, "another", 0.7);
        using var answer = await client.Put("latest", await client.UploadModel(folder.Path));
        Assert.True(answer.StatusCode == HttpStatusCode.Created, await answer.Content.ReadAsStringAsync(Cancel));
    }
}
