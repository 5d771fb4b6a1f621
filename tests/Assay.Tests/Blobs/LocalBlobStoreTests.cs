using Assay.Kernel.Blobs;

namespace Assay.Tests.Blobs;

public sealed class LocalBlobStoreTests : BlobsConformance, IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public LocalBlobStoreTests() => Store = new LocalBlobStore(_folder["blobs"]);

    protected override IBlobStore Store { get; }

    [Fact]
    public async Task Drafts_of_processes_that_are_gone_are_removed_and_those_at_work_are_kept()
    {
        var abandoned = _folder["blobs/.drafts/left-behind"];
        await File.WriteAllTextAsync(abandoned, "half", TestContext.Current.CancellationToken);
        File.SetLastWriteTimeUtc(abandoned, new DateTime(2020, 1, 1, 0, 0, 0, DateTimeKind.Utc));
        await using var draft = await Store.Create(TestContext.Current.CancellationToken);

        ((LocalBlobStore)Store).RemoveAbandonedDrafts();

        Assert.False(File.Exists(abandoned));
        Assert.True(await draft.Publish("aa/one", TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Objects_can_be_read_by_their_owner_only()
    {
        await using var draft = await Store.Create(TestContext.Current.CancellationToken);
        await draft.Publish("aa/one", TestContext.Current.CancellationToken);

        if (!OperatingSystem.IsWindows())
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(_folder["blobs/aa/one"]));
    }

    public void Dispose() => _folder.Dispose();
}
