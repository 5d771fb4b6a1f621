using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text;
using Assay.Governance.Ledger;
using Assay.Kernel;

namespace Assay.Tests.Governance;

/// <summary>What a tool that is not ours would do with the ledger: nothing here uses the ledger's own tree but the reading of keys.</summary>
public class TlogTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_signed_root_follows_from_the_entries_that_the_bundles_hold()
    {
        await using var server = await TestServer.Start();
        for (var i = 0; i < 270; i++)
            await server.Admin.PostAsJsonAsync("/api/v1/projects", new { name = $"team-{i}" }, Cancel);
        await server.Admin.PostAsync("/api/v1/ledger/verify", null, Cancel);

        var checkpoint = await server.Admin.GetAsync("/ledger/checkpoint", Cancel);
        Assert.Equal("text/plain; charset=utf-8", checkpoint.Content.Headers.ContentType?.ToString());
        Assert.True(checkpoint.Headers.CacheControl?.NoStore);
        var lines = (await checkpoint.Content.ReadAsStringAsync(Cancel)).Split('\n');
        var size = int.Parse(lines[1], CultureInfo.InvariantCulture);
        Assert.InRange(size, 257, 511);

        var leaves = await Leaves(server, "000");
        leaves.AddRange(await Leaves(server, $"001.p/{size - 256}"));
        Assert.Equal(size, leaves.Count);
        Assert.Equal(lines[2], Convert.ToBase64String(Root(leaves)));

        var full = await server.Admin.GetByteArrayAsync("/ledger/tile/0/000", Cancel);
        Assert.Equal(leaves.Take(256).SelectMany(leaf => leaf), full);
        Assert.Equal(leaves.Skip(256).SelectMany(leaf => leaf), await server.Admin.GetByteArrayAsync($"/ledger/tile/0/001.p/{size - 256}", Cancel));
        Assert.Equal(leaves[0].Concat(leaves[1]), await server.Admin.GetByteArrayAsync("/ledger/tile/0/000.p/2", Cancel));
        Assert.Equal(Root(leaves[..256]), await server.Admin.GetByteArrayAsync("/ledger/tile/1/000.p/1", Cancel));
    }

    [Fact]
    public async Task A_tile_that_is_not_there_is_refused()
    {
        await using var server = await TestServer.Start();
        await server.Admin.PostAsync("/api/v1/ledger/verify", null, Cancel);
        string[] missing = ["0/001", "0/000.p/255", "entries/000", "0/x001/x234/067"];
        string[] malformed = ["0/000.p/0", "0/000.p/256", "0/000.p/01", "0/0", "0/001/067", "0/x000/067", "0/-01", "0/x999/x999/x999/x999/x999/999"];
        foreach (var tile in missing.Concat(malformed))
        {
            var answer = await server.Admin.GetAsync($"/ledger/tile/{tile}", Cancel);
            Assert.Equal((tile, missing.Contains(tile) ? HttpStatusCode.NotFound : HttpStatusCode.BadRequest), (tile, answer.StatusCode));
        }
    }

    [Fact]
    public async Task A_proof_file_convinces_without_the_server_and_a_changed_one_does_not()
    {
        string text, key;
        long place;
        await using (var server = await TestServer.Start())
        {
            await server.Admin.PostAsJsonAsync("/api/v1/projects", new { name = "team" }, Cancel);
            place = Assert.Single((await LedgerSearchTests.Search(server.Admin, "subject=project:team")).Items).Index;
            var file = await server.Admin.GetAsync($"/api/v1/ledger/{place}/tlog-proof", Cancel);
            Assert.Equal($"ledger-{place}.tlog-proof", file.Content.Headers.ContentDisposition?.FileName);
            text = await file.Content.ReadAsStringAsync(Cancel);
            key = (await server.Admin.GetFromJsonAsync<LedgerHeadSummary>("/api/v1/ledger/head", AssayJson.Options, Cancel))!.VerifierKey;
        }

        var proof = TlogProof.Check(text, key);
        Assert.Equal(place, proof.Index);
        Assert.Contains("project:team", proof.Entry, StringComparison.Ordinal);

        var lines = text.Split('\n');
        Assert.Equal("c2sp.org/tlog-proof@v1", lines[0]);
        Assert.Equal($"index {place}", lines[2]);
        var size = lines[Array.IndexOf(lines, "") + 2];
        var other = Convert.ToBase64String(Encoding.UTF8.GetBytes(proof.Entry.Replace("team", "maet", StringComparison.Ordinal)));
        var forgeries = new[]
        {
            text.Replace(lines[1], $"extra {other}", StringComparison.Ordinal),
            text.Replace($"index {place}", "index 0", StringComparison.Ordinal),
            text.Replace($"index {place}", "index 99", StringComparison.Ordinal),
            text.Replace($"\n{size}\n", $"\n{size}0\n", StringComparison.Ordinal),
            text.Replace(lines[3], Convert.ToBase64String(new byte[32]), StringComparison.Ordinal),
            text.Replace(lines[3], Convert.ToBase64String(new byte[8]), StringComparison.Ordinal),
            text.Replace("— assay", "— essay", StringComparison.Ordinal),
            lines[0],
            "",
        };
        Assert.All(forgeries, forgery => Assert.Throws<FormatException>(() => TlogProof.Check(forgery, key)));
        Assert.Throws<FormatException>(() => TlogProof.Check(text, "no key"));
    }

    private static async Task<List<byte[]>> Leaves(TestServer server, string bundle)
    {
        var bytes = await server.Admin.GetByteArrayAsync($"/ledger/tile/entries/{bundle}", Cancel);
        var leaves = new List<byte[]>();
        for (var at = 0; at < bytes.Length;)
        {
            var length = (bytes[at] << 8) | bytes[at + 1];
            leaves.Add(SHA256.HashData([0, .. bytes.AsSpan(at + 2, length)]));
            at += 2 + length;
        }

        return leaves;
    }

    // RFC 6962 as it stands there: split at the largest power of two below the size.
    private static byte[] Root(List<byte[]> leaves)
    {
        if (leaves.Count == 1)
            return leaves[0];
        var split = 1;
        while (split * 2 < leaves.Count)
            split *= 2;
        return SHA256.HashData([1, .. Root(leaves[..split]), .. Root(leaves[split..])]);
    }
}
