using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using Assay.Kernel;
using Assay.Registry;
using Assay.Tests.Serving;
using Microsoft.Extensions.DependencyInjection;

namespace Assay.Tests.Registry.Approvals;

/// <summary>Approve, then change what was approved; or change the database instead of asking anybody.</summary>
public sealed class RedTeamSwapTests : IAsyncLifetime
{
    private readonly ApprovalScene _scene = new();

    private static CancellationToken Cancel => ApprovalScene.Cancel;

    public ValueTask InitializeAsync() => _scene.InitializeAsync();

    public ValueTask DisposeAsync() => _scene.DisposeAsync();

    [Fact]
    public async Task A_byte_swapped_after_approval_keeps_the_version_out()
    {
        var version = await Approved("byte");
        ServingHost.Damage(_scene.Server, version, "model.onnx");

        var (status, problem) = await _scene.Promote("byte");

        Assert.Equal(HttpStatusCode.Conflict, status);
        Assert.Contains("model.onnx", problem.GetProperty("detail").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_policy_published_after_approval_makes_it_stale()
    {
        await Approved("policy");
        await _scene.Publish(ApprovalScene.Policy + "# laxer\n");

        await Unapproved("policy", "stale: the policy is another one");
    }

    [Fact]
    public async Task Evidence_added_after_approval_makes_it_stale_but_a_verdict_and_a_further_approval_do_not()
    {
        await Approved("evidence");
        await _scene.Promote("evidence");
        await _scene.Register("evidence");
        var request = await _scene.Ask("evidence", 2);
        await ApprovalScene.Approve(request.Id, _scene.Bob);
        await _scene.Promote("evidence", 2);
        await ApprovalScene.Approve(request.Id, _scene.Carol, _scene.Rob);
        Assert.All((await _scene.Show(request.Id)).Decisions, decision => Assert.Null(decision.Problem));

        await Attest("evidence", 2);

        await Unapproved("evidence", "stale: 1 statements were added since", 2);
    }

    [Fact]
    public async Task Evidence_taken_away_after_approval_makes_it_stale()
    {
        await _scene.Register("gone");
        await Attest("gone", 1);
        var request = await _scene.Ask("gone");
        await ApprovalScene.Approve(request.Id, _scene.Bob, _scene.Carol);
        await _scene.Server.Tamper("DELETE FROM registry_attestations WHERE model = 'gone' AND predicate_type = 'https://example.org/finding/v1'");

        await Unapproved("gone", "stale: 1 statements that it rests upon are gone");
    }

    [Fact]
    public async Task An_approval_expires()
    {
        await Approved("old");
        _scene.Clock.Move(TimeSpan.FromDays(31));

        await Unapproved("old", "expired");
    }

    [Fact]
    public async Task A_softened_policy_in_the_database_is_not_obeyed()
    {
        await _scene.Register("softened");
        await _scene.Server.Tamper("UPDATE registry_policy_versions SET yaml = 'rules: []'");

        var (status, problem) = await _scene.Promote("softened");

        Assert.Equal(HttpStatusCode.Conflict, status);
        Assert.Contains("policy 1 of Production is not what was published", problem.GetProperty("detail").GetString(), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.Forbidden, (await _scene.Deploy("softened", "softened", "1")).StatusCode);
        await _scene.Publish(ApprovalScene.Policy);
        Assert.Equal(HttpStatusCode.Forbidden, (await _scene.Promote("softened")).Status);
    }

    [Fact]
    public async Task A_policy_taken_out_of_the_database_does_not_hand_the_gate_to_the_one_before()
    {
        await _scene.Register("erased");
        await _scene.Server.Tamper("DELETE FROM registry_policy_versions");

        var (status, problem) = await _scene.Promote("erased");

        Assert.Equal(HttpStatusCode.Conflict, status);
        Assert.Contains("that was published last", problem.GetProperty("detail").GetString(), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.Forbidden, (await _scene.Deploy("erased", "erased", "1")).StatusCode);
    }

    [Fact]
    public async Task A_rejection_taken_out_of_the_database_does_not_let_the_version_in()
    {
        await _scene.Register("muted");
        var request = await _scene.Ask("muted");
        await ApprovalScene.Decide(_scene.Rob.Client, request.Id, "rejected", "It was never tried on seniors.");
        await ApprovalScene.Approve(request.Id, _scene.Bob, _scene.Carol);
        await _scene.Server.Tamper("DELETE FROM registry_attestations WHERE model = 'muted' AND id = (SELECT MIN(id) FROM registry_attestations WHERE model = 'muted' AND predicate_type LIKE '%/attestation/approval/v1')");

        var (status, problem) = await _scene.Promote("muted");

        Assert.Equal(HttpStatusCode.Forbidden, status);
        Assert.Contains("the ledger names", problem.GetProperty("detail").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_approval_is_not_replayed_on_another_version()
    {
        await Approved("replayed");
        await _scene.Register("replayed", bias: 1);
        await _scene.Ask("replayed", 2);
        await _scene.Server.Tamper("UPDATE registry_attestations SET version = 2 WHERE model = 'replayed' AND predicate_type LIKE '%/attestation/approval/v1'");

        var (status, problem) = await _scene.Promote("replayed", 2);

        Assert.Equal(HttpStatusCode.Forbidden, status);
        Assert.Contains("is a statement about another model", problem.GetProperty("detail").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_approval_whose_bytes_were_changed_counts_for_nothing_and_is_named()
    {
        await Approved("changed");
        await using (var scope = _scene.Scope())
        {
            var statements = await scope.ServiceProvider.GetRequiredService<IAttestations>().List("changed", 1, Cancel);
            var digest = Digest.Parse(statements.First(statement => statement.PredicateType == Predicates.Approval).Digest);
            var path = Directory.EnumerateFiles(_scene.Server.Home.Blobs, $"{digest.Hex}*", SearchOption.AllDirectories).Single(file => !file.EndsWith(".key", StringComparison.Ordinal));
            var bytes = await File.ReadAllBytesAsync(path, Cancel);
            bytes[^1] ^= 1;
            File.SetAttributes(path, FileAttributes.Normal);
            await File.WriteAllBytesAsync(path, bytes, Cancel);
        }

        var (status, problem) = await _scene.Promote("changed");

        Assert.Equal(HttpStatusCode.Forbidden, status);
        Assert.Contains("the signature does not hold", problem.GetProperty("detail").GetString(), StringComparison.Ordinal);
    }

    private async Task<ModelVersionDetail> Approved(string model)
    {
        var version = await _scene.Register(model);
        var request = await _scene.Ask(model, version.Version.Version);
        await ApprovalScene.Approve(request.Id, _scene.Bob, _scene.Carol);
        return version;
    }

    private async Task Unapproved(string model, string reason, int version = 1)
    {
        var (status, problem) = await _scene.Promote(model, version);

        Assert.Equal(HttpStatusCode.Forbidden, status);
        Assert.Equal("approval-missing", problem.GetProperty("code").GetString());
        Assert.Contains("0 of 2", problem.GetProperty("detail").GetString(), StringComparison.Ordinal);
        var request = (await _scene.Admin.GetStringAsync("/api/v1/approval-requests", Cancel)).Contains(model, StringComparison.Ordinal);
        Assert.True(request);
        var explained = JsonDocument.Parse(await _scene.Admin.GetStringAsync($"/api/v1/models/{model}/versions/{version}/gate/Production", Cancel)).RootElement;
        Assert.All(explained.GetProperty("decisions").EnumerateArray(), decision => Assert.Equal(reason, decision.GetProperty("problem").GetString()));
        Assert.Contains("gate.failed", (await _scene.Events($"model:{model}@{version}", "gate.failed")).Select(entry => entry.Type));
    }

    private async Task Attest(string model, int version)
    {
        await using var scope = _scene.Scope();
        await scope.ServiceProvider.GetRequiredService<IAttestations>().Add(model, version, "https://example.org/finding/v1", JsonNode.Parse("{}")!, Cancel);
        await scope.ServiceProvider.GetRequiredService<AssayDb>().SaveChangesAsync(Cancel);
    }
}
