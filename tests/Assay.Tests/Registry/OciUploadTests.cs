using System.Net;
using System.Text;
using Assay.Governance.Access;
using Assay.Kernel;
using Assay.Kernel.Blobs;
using Assay.Registry.Oci.Uploads;
using Microsoft.Extensions.DependencyInjection;

namespace Assay.Tests.Registry;

/// <summary>Blobs come in whole or in chunks, and are seen only when they are whole.</summary>
public sealed class OciUploadTests(RegistryScene scene) : IClassFixture<RegistryScene>
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private OciClient Client => new(scene.Admin, "default/uploads");

    [Fact]
    public async Task A_blob_can_be_sent_by_a_single_POST()
    {
        var bytes = Fresh();
        using var answer = await Client.Post($"?digest={Digest.Of(bytes)}", bytes);

        Assert.Equal(HttpStatusCode.Created, answer.StatusCode);
        Assert.Equal($"/v2/default/uploads/blobs/{Digest.Of(bytes)}", answer.Headers.Location!.ToString());
        Assert.Equal(bytes, await scene.Admin.GetByteArrayAsync(answer.Headers.Location, Cancel));
    }

    [Fact]
    public async Task A_blob_can_be_sent_by_POST_and_PUT()
    {
        var bytes = Fresh();
        using var answer = await Client.Finish(await Client.Begin(), Digest.Of(bytes).ToString(), bytes);

        Assert.Equal((HttpStatusCode.Created, Digest.Of(bytes).ToString()), (answer.StatusCode, answer.Headers.GetValues("Docker-Content-Digest").Single()));
        Assert.Equal(bytes, await scene.Admin.GetByteArrayAsync($"/v2/default/uploads/blobs/{Digest.Of(bytes)}", Cancel));
    }

    [Fact]
    public async Task A_blob_can_be_sent_in_chunks_and_the_last_one_with_the_PUT()
    {
        var bytes = Fresh(300_000);
        var upload = await Client.Begin();
        using var first = await Client.Chunk(upload, bytes[..100_000], "0-99999");
        Assert.Equal(HttpStatusCode.Accepted, first.StatusCode);
        Assert.Equal("0-99999", first.Headers.GetValues("Range").Single());
        using var second = await Client.Chunk(first.Headers.Location!.ToString(), bytes[100_000..250_000], "100000-249999");
        Assert.Equal("0-249999", second.Headers.GetValues("Range").Single());

        using var finished = await Client.Finish(upload, Digest.Of(bytes).ToString(), bytes[250_000..], "250000-299999");

        Assert.Equal(HttpStatusCode.Created, finished.StatusCode);
        Assert.Equal(bytes, await scene.Admin.GetByteArrayAsync(finished.Headers.Location, Cancel));
        using var gone = await scene.Admin.GetAsync(upload, Cancel);
        Assert.Equal((HttpStatusCode.NotFound, "BLOB_UPLOAD_UNKNOWN"), (gone.StatusCode, (await OciClient.Error(gone)).Code));
    }

    [Fact]
    public async Task A_chunk_out_of_order_is_refused_with_where_to_go_on_and_the_upload_goes_on()
    {
        var bytes = Fresh(2000);
        var upload = await Client.Begin();
        using (await Client.Chunk(upload, bytes[..1000], "0-999"))
        {
            foreach (var range in new[] { "0-999", "1500-2499" })
            {
                using var refused = await Client.Chunk(upload, bytes[1000..], range);
                Assert.Equal(HttpStatusCode.RequestedRangeNotSatisfiable, refused.StatusCode);
                Assert.Equal("0-999", refused.Headers.GetValues("Range").Single());
            }
        }

        using var status = await scene.Admin.GetAsync(upload, Cancel);
        Assert.Equal((HttpStatusCode.NoContent, "0-999"), (status.StatusCode, status.Headers.GetValues("Range").Single()));
        using var late = await Client.Finish(upload, Digest.Of(bytes).ToString(), bytes[1000..], "0-999");
        Assert.Equal(HttpStatusCode.RequestedRangeNotSatisfiable, late.StatusCode);
        using var finished = await Client.Finish(upload, Digest.Of(bytes).ToString(), bytes[1000..], "1000-1999");
        Assert.Equal(HttpStatusCode.Created, finished.StatusCode);
    }

    [Theory]
    [InlineData("bytes 0-4/5", "BLOB_UPLOAD_INVALID")]
    [InlineData("4-0", "BLOB_UPLOAD_INVALID")]
    [InlineData("0-99", "SIZE_INVALID")]
    public async Task A_chunk_that_is_not_what_its_header_says_is_refused(string range, string code)
    {
        using var answer = await Client.Chunk(await Client.Begin(), Fresh(5), range);

        Assert.Equal((HttpStatusCode.BadRequest, code), (answer.StatusCode, (await OciClient.Error(answer)).Code));
    }

    [Fact]
    public async Task Bytes_of_another_digest_are_thrown_away()
    {
        var (bytes, said) = (Fresh(), Digest.Of(Fresh()).ToString());
        var upload = await Client.Begin();
        using var answer = await Client.Finish(upload, said, bytes);

        Assert.Equal((HttpStatusCode.BadRequest, "DIGEST_INVALID"), (answer.StatusCode, (await OciClient.Error(answer)).Code));
        Assert.False(await scene.Server.Services.GetRequiredService<IBlobs>().Exists(Digest.Of(bytes), Cancel));
        using var gone = await scene.Admin.GetAsync(upload, Cancel);
        Assert.Equal(HttpStatusCode.NotFound, gone.StatusCode);
    }

    [Theory]
    [InlineData("?digest=sha512:abc")]
    [InlineData("?digest-algorithm=sha512")]
    [InlineData("?digest=nonsense")]
    public async Task Other_digests_than_sha256_are_refused_clearly(string query)
    {
        using var answer = await Client.Post(query, [1]);

        Assert.Equal((HttpStatusCode.BadRequest, "DIGEST_INVALID"), (answer.StatusCode, (await OciClient.Error(answer)).Code));
    }

    [Fact]
    public async Task A_cancelled_upload_leaves_nothing()
    {
        var bytes = Fresh();
        var upload = await Client.Begin();
        using (await Client.Chunk(upload, bytes))
        using (var cancelled = await scene.Admin.DeleteAsync(upload, Cancel))
            Assert.Equal(HttpStatusCode.NoContent, cancelled.StatusCode);

        using var finished = await Client.Finish(upload, Digest.Of(bytes).ToString());
        Assert.Equal(HttpStatusCode.NotFound, finished.StatusCode);
        Assert.False(await scene.Server.Services.GetRequiredService<IBlobs>().Exists(Digest.Of(bytes), Cancel));
    }

    [Fact]
    public async Task An_upload_is_its_callers_and_its_repositorys_own()
    {
        var upload = await Client.Begin();
        var other = await scene.Server.Client(Role.MlEngineer);

        using var stranger = await other.GetAsync(upload, Cancel);
        using var elsewhere = await scene.Admin.GetAsync(upload.Replace("/uploads/blobs/", "/other/blobs/", StringComparison.Ordinal), Cancel);

        Assert.Equal([HttpStatusCode.NotFound, HttpStatusCode.NotFound], [stranger.StatusCode, elsewhere.StatusCode]);
    }

    [Fact]
    public async Task A_viewer_may_not_upload()
    {
        var viewer = await scene.Server.Client(Role.Viewer);
        using var answer = await new OciClient(viewer, "default/uploads").Post("");

        Assert.Equal((HttpStatusCode.Forbidden, "DENIED"), (answer.StatusCode, (await OciClient.Error(answer)).Code));
    }

    [Fact]
    public async Task A_blob_of_another_repository_of_the_project_is_mounted_and_from_elsewhere_an_upload_begins()
    {
        var bytes = Fresh();
        await Client.Upload(bytes);
        var target = new OciClient(scene.Admin, "default/mounts");

        using var mounted = await target.Post($"?mount={Digest.Of(bytes)}&from=default/uploads");
        using var guessed = await target.Post($"?mount={Digest.Of(Fresh())}&from=default/uploads");
        using var nowhere = await target.Post($"?mount={Digest.Of(bytes)}");

        Assert.Equal([HttpStatusCode.Created, HttpStatusCode.Accepted, HttpStatusCode.Accepted], [mounted.StatusCode, guessed.StatusCode, nowhere.StatusCode]);
        Assert.Equal(bytes, await scene.Admin.GetByteArrayAsync(mounted.Headers.Location, Cancel));
    }

    [Fact]
    public async Task A_blob_that_no_manifest_names_can_be_deleted()
    {
        var bytes = Fresh();
        await Client.Upload(bytes);

        using var deleted = await Client.Delete($"/blobs/{Digest.Of(bytes)}");
        using var gone = await Client.Head($"/blobs/{Digest.Of(bytes)}");

        Assert.Equal([HttpStatusCode.Accepted, HttpStatusCode.NotFound], [deleted.StatusCode, gone.StatusCode]);
    }

    [Fact]
    public async Task A_caller_with_too_many_open_uploads_is_told_so()
    {
        var editor = new OciClient(await scene.Server.Client(Role.MlEngineer), "default/many");
        HttpResponseMessage last;
        var begun = 0;
        while ((last = await editor.Post("")).StatusCode == HttpStatusCode.Accepted)
            Assert.True(++begun < 100, "nothing stops a caller from opening uploads");

        Assert.Equal((HttpStatusCode.TooManyRequests, "TOOMANYREQUESTS"), (last.StatusCode, (await OciClient.Error(last)).Code));
    }

    [Fact]
    public async Task Sixteen_uploads_at_once_all_arrive()
    {
        var blobs = Enumerable.Range(0, 16).Select(_ => Fresh(200_000)).ToList();
        await Task.WhenAll(blobs.Select(bytes => Client.Upload(bytes)));

        foreach (var bytes in blobs)
            Assert.Equal(bytes, await scene.Admin.GetByteArrayAsync($"/v2/default/uploads/blobs/{Digest.Of(bytes)}", Cancel));
    }

    private static byte[] Fresh(int length = 100) =>
        Encoding.ASCII.GetBytes(Guid.NewGuid().ToString()).Concat(new byte[length]).Take(length).ToArray();
}
