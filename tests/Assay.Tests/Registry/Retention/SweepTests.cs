using Assay.Kernel;
using Assay.Kernel.Blobs;
using Assay.Registry;
using Assay.Registry.Retention;
using Assay.Tests.Registry.Approvals;
using Microsoft.Extensions.DependencyInjection;
using static Assay.Tests.Registry.Retention.RetentionCalls;

namespace Assay.Tests.Registry.Retention;

/// <summary>Bytes go when no row names them any more, and not before.</summary>
public sealed class SweepTests(ApprovalScene scene) : IClassFixture<ApprovalScene>
{
    private static CancellationToken Cancel => ApprovalScene.Cancel;

    private IBlobs Blobs => scene.Server.Services.GetRequiredService<IBlobs>();

    [Fact]
    public async Task The_files_of_a_deleted_version_go_with_their_keys_and_those_that_another_version_has_stay()
    {
        var first = await scene.Register("bytes");
        var second = await scene.Register("bytes", bias: 1);
        var client = new OciClient(scene.Admin, "default/bytes");
        await client.Json("/manifests/1");
        await client.Json("/manifests/1-image");
        var shared = second.Files.Select(file => file.Digest).ToHashSet(StringComparer.Ordinal);
        var own = first.Files.Select(file => file.Digest).Where(digest => !shared.Contains(digest))
            .Concat(first.Attestations.Select(attestation => attestation.Digest)).Concat(first.Attestations.Select(attestation => attestation.BundleDigest)).ToList();
        scene.Clock.Move(TimeSpan.FromDays(31));
        await Sweep(scene.Server);
        Assert.All(own, digest => Assert.True(File.Exists(BlobFile(digest))));
        var before = await Count();

        await Read<DeletedModelVersion>(await scene.Admin.Delete("bytes", 1));
        await Sweep(scene.Server);

        Assert.NotEmpty(own);
        Assert.All(own, digest => Assert.False(File.Exists(BlobFile(digest)) || File.Exists(BlobFile(digest) + ".key"), digest));
        Assert.All(second.Files, file => Assert.True(File.Exists(BlobFile(file.Digest)), file.Path));
        Assert.True(await Count() <= before - own.Count - 4, "manifests, configurations and layers of images go too");
        Assert.True((await Read<SignatureReport>(await scene.Admin.PostAsync("/api/v1/models/bytes/versions/2/verify", null, Cancel))).Verified);
        Assert.NotEmpty(await scene.Events("blobs", "blobs.swept"));
        Assert.True((await VerifyLedger(scene.Server)).GetProperty("verified").GetBoolean());
    }

    [Fact]
    public async Task Bytes_that_nobody_names_stay_for_a_day_because_somebody_may_be_about_to()
    {
        await using var fresh = await TestServer.Start(adjust: builder => builder.Services.AddSingleton<TimeProvider>(new HandClock()));
        var blobs = fresh.Services.GetRequiredService<IBlobs>();
        var clock = (HandClock)fresh.Services.GetRequiredService<TimeProvider>();
        var stored = await blobs.Put(new MemoryStream([1, 2, 3]), Cancel);

        clock.Move(TimeSpan.FromHours(23));
        await Sweep(fresh);
        Assert.True(await blobs.Exists(stored.Digest, Cancel));
        clock.Move(TimeSpan.FromHours(2));
        await Sweep(fresh);
        Assert.False(await blobs.Exists(stored.Digest, Cancel));
    }

    [Fact]
    public async Task Bytes_that_are_put_again_are_as_new()
    {
        var stored = await Blobs.Put(new MemoryStream([4, 5, 6]), Cancel);
        File.SetLastWriteTimeUtc(BlobFile(stored.Digest.ToString()), DateTime.UtcNow.AddDays(-10));

        await Blobs.Put(new MemoryStream([4, 5, 6]), Cancel);

        Assert.Null(await Blobs.Remove(stored.Digest, DateTimeOffset.UtcNow.AddDays(-1), Cancel));
        Assert.True(await Blobs.Exists(stored.Digest, Cancel));
    }

    [Fact]
    public async Task Nothing_is_removed_for_a_database_that_is_not_the_one_of_the_home()
    {
        await using var server = await TestServer.Start(adjust: builder => builder.Services.AddSingleton<TimeProvider>(new HandClock()));
        var blobs = server.Services.GetRequiredService<IBlobs>();
        var stored = await blobs.Put(new MemoryStream([7, 8, 9]), Cancel);
        await scene.Server.Services.GetRequiredService<Assay.Governance.ILedgerFeed>().Size(Cancel);
        ((HandClock)server.Services.GetRequiredService<TimeProvider>()).Move(TimeSpan.FromDays(2));
        await VerifyLedger(server);   // places what is pending, so that a head is kept

        Assert.NotEqual(0, await server.Tamper("DELETE FROM governance_ledger_heads"));
        await Sweep(server);

        Assert.True(await blobs.Exists(stored.Digest, Cancel));
    }

    [Fact]
    public async Task A_statement_that_was_added_while_its_version_was_deleted_goes_with_the_next_round()
    {
        await scene.Register("overtaken");
        scene.Clock.Move(TimeSpan.FromDays(31));
        await using var scope = scene.Scope();
        await scope.ServiceProvider.GetRequiredService<IAttestations>().Add("overtaken", 1, "https://example.org/late", new System.Text.Json.Nodes.JsonObject(), Cancel);

        await Read<DeletedModelVersion>(await scene.Admin.Delete("overtaken", 1));
        await scope.ServiceProvider.GetRequiredService<AssayDb>().SaveChangesAsync(Cancel);
        await scene.Server.Services.GetServices<Microsoft.Extensions.Hosting.IHostedService>().OfType<RetentionClock>().Single().Tick(Cancel);

        Assert.Equal(2, (await scene.Events("model:overtaken@1", "model.papers-deleted")).Count);
        Assert.True((await VerifyLedger(scene.Server)).GetProperty("verified").GetBoolean());
    }

    private string BlobFile(string digest) => Path.Combine(scene.Server.Home.Blobs, EncryptedBlobs.NameOf(Digest.Parse(digest)));

    private async Task<int> Count()
    {
        var count = 0;
        await foreach (var _ in Blobs.List(Cancel))
            count++;
        return count;
    }
}
