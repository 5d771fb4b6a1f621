using System.Net;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text.Json;
using Assay.Governance;
using Assay.Governance.Access;
using Assay.Governance.Keys;
using Assay.Governance.Webhooks;
using Assay.Kernel;
using Assay.Kernel.Blobs;
using Assay.Kernel.Paging;
using Assay.Registry;
using Assay.Tests.Registry;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Assay.Tests.Keys;

/// <summary>The key that wraps the keys of all that is stored gets a next version, and an older one goes when nothing needs it.</summary>
public sealed class EncryptionKeyTests
{
    private const string Route = "/api/v1/keys/encryption";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Everything_comes_under_the_new_version_step_by_step_and_then_the_old_one_can_be_forgotten()
    {
        var clock = new HandClock();
        await using var scene = new RegistryScene
        {
            Adjust = builder =>
            {
                builder.Services.AddSingleton<TimeProvider>(clock);
                builder.Configuration["Outbound:AllowPrivateNetworks"] = "true";
            },
        };
        await scene.InitializeAsync();
        await scene.Register("before", 0.8);
        var hook = await scene.Admin.PostAsJsonAsync("/api/v1/webhooks", new { name = "siem", url = "http://127.0.0.1:9/", types = new[] { "nothing.happens" } }, Cancel);
        Assert.True(hook.IsSuccessStatusCode, await hook.Content.ReadAsStringAsync(Cancel));
        var signature = await Signature(scene);

        var rotated = await Post<EncryptionKeyList>(scene.Admin, "/rotate");
        await scene.Register("after", 0.9);
        clock.Move(TimeSpan.FromSeconds(61));
        var between = (await scene.Get<EncryptionKeyList>(Route))!;
        var hurry = await Refused(scene.Admin, "/1/retire");
        clock.Move(TimeSpan.FromMinutes(16));
        var needed = await Refused(scene.Admin, "/1/retire");
        var steps = await Rewrap(scene.Admin, atOnce: 4);
        var again = await Rewrap(scene.Admin, atOnce: 1000);
        var retired = await Post<EncryptionKeyList>(scene.Admin, "/1/retire");
        var newest = await Refused(scene.Admin, "/2/retire");

        Assert.Equal([(1, "opens"), (2, "wraps")], rotated.Items.Select(key => (key.Version, key.State)));
        Assert.True(between.Items[0].Objects > 10 && between.Items[1].Objects > 5, $"{between.Items[0].Objects} and {between.Items[1].Objects}");
        Assert.Contains("for less than 15 minutes", hurry, StringComparison.Ordinal);
        Assert.Contains($"{between.Items[0].Objects} objects still stand under version 1", needed, StringComparison.Ordinal);
        Assert.True(steps.Count > 2);
        Assert.All(steps.SkipLast(1), step => Assert.Equal(4, step.Rewrapped));
        Assert.Equal(between.Items[0].Objects, steps.Sum(step => step.Rewrapped));
        Assert.Equal((0, 0L), (again.Sum(step => step.Rewrapped), again[^1].Left));
        Assert.Equal([(1, "retired", 0L), (2, "wraps", between.Items.Sum(key => key.Objects))], retired.Items.Select(key => (key.Version, key.State, key.Objects)));
        Assert.Contains("is the one that wraps", newest, StringComparison.Ordinal);
        Assert.StartsWith("2 ", Assert.Single(await File.ReadAllLinesAsync(Path.Combine(scene.Server.Home.Keys, "master.key"), Cancel)), StringComparison.Ordinal);
        Assert.Equal(signature, await Signature(scene));
        foreach (var model in new[] { "before", "after" })
            Assert.True((await Post<SignatureReport>(scene.Admin, $"/../../models/{model}/versions/1/verify")).Verified);
        foreach (var type in new[] { "key.encryption-rotated", "key.rewrapped", "key.encryption-retired", "webhook.secret-rewrapped" })
            Assert.Single((await scene.Get<Page<LedgerEntry>>($"/api/v1/ledger?type={type}"))!.Items);
        Assert.True((await Post<JsonElement>(scene.Admin, "/../../ledger/verify")).GetProperty("verified").GetBoolean());
    }

    [Fact]
    public async Task Rewrapping_that_was_broken_off_goes_on_after_a_restart()
    {
        var stopped = await TestServer.Start();
        var bytes = Enumerable.Range(0, 40).Select(_ => RandomNumberGenerator.GetBytes(100)).ToList();
        foreach (var content in bytes)
            await stopped.Services.GetRequiredService<IBlobs>().Put(new MemoryStream(content), Cancel);
        await Post<EncryptionKeyList>(stopped.Admin, "/rotate");
        var first = await Post<RewrapStep>(stopped.Admin, "/rewrap?limit=15");
        await stopped.StopKeepingHome();

        await using var server = await TestServer.Restart(stopped);
        var left = await Rewrap(server.Admin, 1000);

        Assert.Equal((15, 25), (first.Rewrapped, left.Sum(step => step.Rewrapped)));
        Assert.NotNull(first.Next);
        foreach (var content in bytes)
        {
            await using var stream = await server.Services.GetRequiredService<IBlobs>().Open(Digest.Of(content), Cancel);
            var read = new byte[content.Length];
            await stream.ReadExactlyAsync(read, Cancel);
            Assert.Equal(content, read);
        }
    }

    [Fact]
    public async Task A_key_that_is_damaged_is_named_and_keeps_its_version_from_being_forgotten()
    {
        var clock = new HandClock();
        await using var server = await TestServer.Start(adjust: builder => builder.Services.AddSingleton<TimeProvider>(clock));
        var stored = await server.Services.GetRequiredService<IBlobs>().Put(new MemoryStream([1, 2, 3]), Cancel);
        var file = Path.Combine(server.Home.Blobs, EncryptedBlobs.NameOf(stored.Digest)) + ".key";
        var key = await File.ReadAllBytesAsync(file, Cancel);
        key[^1] ^= 1;
        await File.WriteAllBytesAsync(file, key, Cancel);

        await Post<EncryptionKeyList>(server.Admin, "/rotate");
        var step = (await Rewrap(server.Admin, 10))[^1];
        clock.Move(TimeSpan.FromMinutes(16));
        var refused = await Refused(server.Admin, "/1/retire");

        Assert.Equal(1, step.Left);
        Assert.Equal([stored.Digest.ToString()], step.Damaged);
        Assert.Contains("1 objects still stand under version 1", refused, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_rotation_that_broke_off_before_its_event_is_recorded_at_the_next_start()
    {
        var stopped = await TestServer.Start();
        await stopped.StopKeepingHome();
        await new FileKeyRing(stopped.Home.Keys).Rotate(Cancel);

        await using var server = await TestServer.Restart(stopped);

        var rotation = Assert.Single((await server.Admin.GetFromJsonAsync<Page<LedgerEntry>>("/api/v1/ledger?type=key.encryption-rotated", AssayJson.Options, Cancel))!.Items);
        Assert.Equal((2, "system:start"), (rotation.Data.GetProperty("version").GetInt32(), rotation.Actor));
    }

    [Fact]
    public async Task Only_administrators_of_the_installation_change_it_and_overseers_see_it()
    {
        await using var server = await TestServer.Start();
        var (auditor, engineer) = (await server.Client(Role.Auditor), await server.Client(Role.MlEngineer));

        Assert.Equal(HttpStatusCode.OK, (await auditor.GetAsync(Route, Cancel)).StatusCode);
        foreach (var path in new[] { "/rotate", "/rewrap", "/1/retire" })
            Assert.Equal(HttpStatusCode.Forbidden, (await engineer.PostAsync(Route + path, null, Cancel)).StatusCode);
        Assert.Equal(HttpStatusCode.BadRequest, (await server.Admin.PostAsync(Route + "/rewrap?limit=0", null, Cancel)).StatusCode);
        Assert.Equal(HttpStatusCode.BadRequest, (await server.Admin.PostAsync(Route + "/rewrap?from=zz", null, Cancel)).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await server.Admin.PostAsync(Route + "/9/retire", null, Cancel)).StatusCode);
    }

    [Fact]
    public async Task Rings_of_several_processes_see_each_others_changes_and_never_make_one_version_twice()
    {
        using var folder = new TemporaryFolder();
        FileKeyRing[] rings = [new(folder.Path), new(folder.Path), new(folder.Path)];
        var old = rings[0].Wrap(new byte[32], "x");

        var made = await Task.WhenAll(Enumerable.Range(0, 12).Select(number => Task.Run(() => rings[number % 3].Rotate(Cancel), Cancel)));

        Assert.Equal(Enumerable.Range(2, 12), made.Order());
        Assert.All(rings, ring => Assert.Equal(Enumerable.Range(1, 13), ring.Versions));
        Assert.All(rings, ring => Assert.Equal(13, ring.Wrap(new byte[32], "x").Version));
        Assert.All(rings, ring => Assert.Equal(new byte[32], ring.Unwrap(old, "x")));
        await rings[1].Forget(1, Cancel);
        Assert.ThrowsAny<CryptographicException>(() => rings[2].Unwrap(old, "x"));
        await Assert.ThrowsAsync<ArgumentException>(() => rings[2].Forget(13, Cancel));
    }

    private static async Task<List<RewrapStep>> Rewrap(HttpClient client, int atOnce)
    {
        var steps = new List<RewrapStep>();
        do
            steps.Add(await Post<RewrapStep>(client, $"/rewrap?limit={atOnce}{(steps.Count > 0 ? $"&from={steps[^1].Next}" : "")}"));
        while (steps[^1].Next is not null);
        return steps;
    }

    /// <summary>What the webhook's secret signs.</summary>
    private static async Task<string> Signature(RegistryScene scene)
    {
        await using var scope = scene.Scope();
        var hook = await scope.ServiceProvider.GetRequiredService<AssayDb>().Webhooks.AsNoTracking().SingleAsync(Cancel);
        return WebhookSecret.Sign(hook, scope.ServiceProvider.GetRequiredService<IKeyRing>(), "id", 1, [1])!;
    }

    private static async Task<T> Post<T>(HttpClient client, string path)
    {
        var answer = await client.PostAsync(Route + path, null, Cancel);
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync(Cancel));
        return (await answer.Content.ReadFromJsonAsync<T>(AssayJson.Options, Cancel))!;
    }

    private static async Task<string> Refused(HttpClient client, string path)
    {
        var answer = await client.PostAsync(Route + path, null, Cancel);
        Assert.Equal(HttpStatusCode.Conflict, answer.StatusCode);
        return (await answer.Content.ReadFromJsonAsync<JsonElement>(Cancel)).GetProperty("detail").GetString()!;
    }
}
