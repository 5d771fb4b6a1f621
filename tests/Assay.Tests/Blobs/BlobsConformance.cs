using System.Text;
using Assay.Kernel.Blobs;

namespace Assay.Tests.Blobs;

/// <summary>What every place for blobs must do. A provider joins with a subclass.</summary>
public abstract class BlobsConformance
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    protected abstract IBlobStore Store { get; }

    [Fact]
    public async Task A_published_object_reads_back_from_anywhere()
    {
        await Publish("aa/one", "some bytes");

        await using var stream = await Store.Open("aa/one", Cancel);
        stream!.Position = 5;
        using var reader = new StreamReader(stream);

        Assert.Equal(10, stream.Length);
        Assert.Equal("bytes", await reader.ReadToEndAsync(Cancel));
        Assert.True(await Store.Exists("aa/one", Cancel));
    }

    [Fact]
    public async Task A_draft_is_seen_by_nobody_and_leaves_nothing_when_it_is_given_up()
    {
        await using (var draft = await Store.Create(Cancel))
        {
            await draft.Content.WriteAsync("half"u8.ToArray(), Cancel);
            Assert.Empty(await Names(""));
        }

        Assert.Empty(await Names(""));
        Assert.Null(await Store.Open("aa/one", Cancel));
        Assert.False(await Store.Exists("aa/one", Cancel));
    }

    [Fact]
    public async Task A_draft_can_be_read_before_it_is_published()
    {
        await using var draft = await Store.Create(Cancel);
        await draft.Content.WriteAsync("draft"u8.ToArray(), Cancel);

        await using (var stream = await draft.Reopen(Cancel))
        {
            Assert.Equal("draft", await new StreamReader(stream).ReadToEndAsync(Cancel));
        }

        Assert.True(await draft.Publish("aa/one", Cancel));
    }

    [Fact]
    public async Task Of_many_writers_of_one_name_exactly_one_wins_and_its_bytes_stay()
    {
        var wins = await Task.WhenAll(Enumerable.Range(0, 20).Select(number => Task.Run(() => Publish("aa/one", $"writer {number:00}"), Cancel)));

        var winner = Assert.Single(Enumerable.Range(0, 20), number => wins[number]);
        await using var stream = await Store.Open("aa/one", Cancel);
        Assert.Equal($"writer {winner:00}", await new StreamReader(stream!).ReadToEndAsync(Cancel));
        Assert.Equal(["aa/one"], await Names(""));
    }

    [Fact]
    public async Task Names_are_listed_by_prefix_in_order()
    {
        foreach (var name in new[] { "ab/two", "aa/one.key", "aa/one", "b/three" })
            await Publish(name, "x");

        Assert.Equal(["aa/one", "aa/one.key", "ab/two"], await Names("a"));
        Assert.Equal(["aa/one", "aa/one.key"], await Names("aa/"));
    }

    [Fact]
    public async Task A_deleted_object_is_gone_and_deleting_it_again_is_no_error()
    {
        await Publish("aa/one", "x");

        await Store.Delete("aa/one", Cancel);
        await Store.Delete("aa/one", Cancel);

        Assert.False(await Store.Exists("aa/one", Cancel));
    }

    [Fact]
    public async Task An_object_can_get_other_bytes_and_readers_of_the_old_ones_go_on()
    {
        await Publish("aa/one", "old bytes");
        await using var reader = await Store.Open("aa/one", Cancel);

        await Store.Replace("aa/one", "new"u8.ToArray(), Cancel);

        Assert.Equal("old bytes", await new StreamReader(reader!).ReadToEndAsync(Cancel));
        await using var again = await Store.Open("aa/one", Cancel);
        Assert.Equal("new", await new StreamReader(again!).ReadToEndAsync(Cancel));
        Assert.Equal(["aa/one"], await Names(""));
    }

    [Fact]
    public async Task An_object_knows_when_it_was_used_last()
    {
        var start = DateTimeOffset.UtcNow.AddSeconds(-2);
        await Publish("aa/one", "x");
        Assert.InRange((await Store.LastUsed("aa/one", Cancel))!.Value, start, DateTimeOffset.UtcNow.AddSeconds(2));

        var before = (await Store.LastUsed("aa/one", Cancel))!.Value;
        await Task.Delay(20, Cancel);

        Assert.True(await Store.Touch("aa/one", Cancel));
        Assert.True(await Store.LastUsed("aa/one", Cancel) > before);
        Assert.False(await Store.Touch("aa/other", Cancel));
        Assert.Null(await Store.LastUsed("aa/other", Cancel));
    }

    [Fact]
    public async Task One_at_a_time_holds_the_lock_of_a_name()
    {
        var (inside, most) = (0, 0);
        await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => Task.Run(
            async () =>
            {
                using var turn = await Store.Lock("aa/one", Cancel);
                most = Math.Max(most, Interlocked.Increment(ref inside));
                await Task.Delay(1, Cancel);
                Interlocked.Decrement(ref inside);
            },
            Cancel)));

        Assert.Equal(1, most);
    }

    [Theory]
    [InlineData("../outside")]
    [InlineData("/etc/passwd")]
    [InlineData("aa/../../outside")]
    [InlineData("")]
    [InlineData("Aa")]
    public async Task A_name_that_could_lead_elsewhere_is_refused(string name)
    {
        await Assert.ThrowsAsync<ArgumentException>(() => Store.Open(name, Cancel));
        await Assert.ThrowsAsync<ArgumentException>(() => Publish(name, "x"));
    }

    private async Task<bool> Publish(string name, string content)
    {
        await using var draft = await Store.Create(Cancel);
        await draft.Content.WriteAsync(Encoding.UTF8.GetBytes(content), Cancel);
        return await draft.Publish(name, Cancel);
    }

    private async Task<List<string>> Names(string prefix)
    {
        var names = new List<string>();
        await foreach (var name in Store.List(prefix, Cancel))
            names.Add(name);
        return names;
    }
}
