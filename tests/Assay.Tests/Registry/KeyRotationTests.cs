using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Assay.Governance;
using Assay.Governance.Access;
using Assay.Governance.Keys;
using Assay.Kernel;
using Assay.Kernel.Paging;
using Assay.Registry;
using Microsoft.Extensions.DependencyInjection;

namespace Assay.Tests.Registry;

public sealed class KeyRotationTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_an_older_version_of_the_key_has_signed_stays_valid_and_the_ledger_knows_them_all()
    {
        await using var scene = new RegistryScene();
        await scene.InitializeAsync();
        await scene.Register("model", 0.8);
        var first = Assert.Single(await Keys(scene.Admin));

        var second = (await (await scene.Admin.PostAsync("/api/v1/keys/rotate", null, Cancel)).Content.ReadFromJsonAsync<SigningKeyVersion>(AssayJson.Options, Cancel))!;
        await scene.Register("model", 0.9);
        Assert.Equal([first.Hint, second.Hint], (await Keys(scene.Admin)).Select(key => key.Hint));
        foreach (var (version, key) in new[] { (1, first), (2, second) })
        {
            var report = await (await scene.Admin.PostAsync($"/api/v1/models/model/versions/{version}/verify", null, Cancel)).Content.ReadFromJsonAsync<SignatureReport>(AssayJson.Options, Cancel);
            Assert.True(report!.Verified, report.Problem);
            Assert.Equal(key.PublicKeyPem, report.PublicKey);
            Assert.Contains(key.Hint, report.Bundle, StringComparison.Ordinal);
            Assert.Equal(key.PublicKeyPem, await scene.Admin.GetStringAsync($"/api/v1/keys/{key.Version}/public", Cancel));
        }

        var rotations = (await scene.Admin.GetFromJsonAsync<Page<LedgerEntry>>("/api/v1/ledger?type=key.rotated", AssayJson.Options, Cancel))!.Items;
        Assert.Equal([second.Hint, first.Hint], rotations.Select(entry => entry.Data.GetProperty("hint").GetString()));
        Assert.Equal([first.Hint, second.Hint], rotations[0].Data.GetProperty("trusted").EnumerateArray().Select(hint => hint.GetString()));
        var verified = await (await scene.Admin.PostAsync("/api/v1/ledger/verify", null, Cancel)).Content.ReadFromJsonAsync<JsonElement>(Cancel);
        Assert.Empty(verified.GetProperty("problems").EnumerateArray());
    }

    [Fact]
    public async Task The_installation_keeps_its_name_in_statements_when_the_key_is_followed_by_another()
    {
        await using var scene = new RegistryScene();
        await scene.InitializeAsync();
        await scene.Register("named", 0.8);
        var first = Assert.Single(await Keys(scene.Admin));
        await scene.Promote("named", "1", "Staging");
        (await scene.Admin.PostAsync("/api/v1/keys/rotate", null, Cancel)).EnsureSuccessStatusCode();
        await scene.Promote("named", "1", "Production");

        await using var scope = scene.Scope();
        var attestations = scope.ServiceProvider.GetRequiredService<IAttestations>();
        var verdicts = (await attestations.List("named", 1, Cancel)).Where(row => row.PredicateType == Predicates.VerificationSummary).ToList();

        Assert.Equal(2, verdicts.DistinctBy(verdict => verdict.KeyHint).Count());
        foreach (var verdict in verdicts)
        {
            var predicate = (await attestations.Open("named", 1, verdict.Id, Cancel)).Predicate;
            Assert.Equal(AssayNames.Installation(first.Hint), predicate.GetProperty("verifier").GetProperty("id").GetString());
        }
    }

    [Fact]
    public async Task A_rotation_that_broke_off_before_its_event_is_recorded_at_the_next_start()
    {
        var stopped = await TestServer.Start();
        await stopped.StopKeepingHome();
        using (var ring = new SigningKeyRing(stopped.Home.Keys, [new FileKeyProvider(stopped.Home.Keys)], TimeProvider.System))
            ring.Rotate();

        await using var server = await TestServer.Restart(stopped);
        var rotations = (await server.Admin.GetFromJsonAsync<Page<LedgerEntry>>("/api/v1/ledger?type=key.rotated", AssayJson.Options, Cancel))!.Items;
        Assert.Equal([2, 1], rotations.Select(entry => entry.Data.GetProperty("version").GetInt32()));
    }

    [Fact]
    public async Task A_row_of_a_key_that_somebody_changed_is_named_by_the_verification_and_stops_no_start()
    {
        var stopped = await TestServer.Start();
        Assert.Equal(1, await stopped.Tamper("UPDATE governance_signing_keys SET hint = 'x', retired_at = created_at"));
        await stopped.StopKeepingHome();

        await using var server = await TestServer.Restart(stopped);
        var verified = await (await server.Admin.PostAsync("/api/v1/ledger/verify", null, Cancel)).Content.ReadFromJsonAsync<JsonElement>(Cancel);
        Assert.Contains("governance_signing_keys", verified.GetProperty("problems").ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Everybody_may_take_the_public_keys_and_only_administrators_make_new_ones()
    {
        await using var server = await TestServer.Start();
        var viewer = await server.Client(Role.Viewer);
        Assert.Single(await Keys(viewer));
        Assert.Equal(HttpStatusCode.Forbidden, (await viewer.PostAsync("/api/v1/keys/rotate", null, Cancel)).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await viewer.GetAsync("/api/v1/keys/7/public", Cancel)).StatusCode);
    }

    private static async Task<IReadOnlyList<SigningKeyVersion>> Keys(HttpClient client) =>
        (await client.GetFromJsonAsync<SigningKeyList>("/api/v1/keys", AssayJson.Options, Cancel))!.Items;
}
