using System.Net;
using System.Net.Http.Json;
using Assay.Kernel;
using Assay.Serving;
using Assay.Tests.Serving;

namespace Assay.Tests.Registry.Approvals;

/// <summary>Past the gate by deployment: by number, by a stage that was written into the database, or once what let a version in is taken back.</summary>
public sealed class RedTeamDeploymentTests : IAsyncLifetime
{
    private readonly ApprovalScene _scene = new();

    private static CancellationToken Cancel => ApprovalScene.Cancel;

    public ValueTask InitializeAsync() => _scene.InitializeAsync();

    public ValueTask DisposeAsync() => _scene.DisposeAsync();

    [Fact]
    public async Task A_version_without_approvals_is_not_deployed_by_its_number()
    {
        await _scene.Register("numbered");

        var byNumber = await _scene.Deploy("live", "numbered", "1");
        var byLatest = await _scene.Deploy("live", "numbered", "latest");
        var request = await _scene.Ask("numbered");
        await ApprovalScene.Approve(request.Id, _scene.Bob, _scene.Carol);
        var approved = await _scene.Deploy("live", "numbered", "1");

        Assert.Equal((HttpStatusCode.Forbidden, HttpStatusCode.Forbidden, HttpStatusCode.OK), (byNumber.StatusCode, byLatest.StatusCode, approved.StatusCode));
        Assert.Contains("/models/numbered/1/decision/Production", await ApprovalScene.Problem(byNumber), StringComparison.Ordinal);
        Assert.Equal(2, (await _scene.Events("endpoint:live", "endpoint.deployment-refused")).Count);
    }

    [Fact]
    public async Task A_policy_may_leave_some_endpoints_unprotected()
    {
        await _scene.Publish(ApprovalScene.Policy + "protects: [live, eu-*]\n");
        await _scene.Register("tried");

        Assert.Equal(HttpStatusCode.OK, (await _scene.Deploy("trial", "tried", "1")).StatusCode);
        Assert.Equal(HttpStatusCode.Forbidden, (await _scene.Deploy("live", "tried", "1")).StatusCode);
        Assert.Equal(HttpStatusCode.Forbidden, (await _scene.Deploy("eu-west", "tried", "1")).StatusCode);
    }

    [Fact]
    public async Task A_stage_written_into_the_database_is_not_served()
    {
        await _scene.Release("written");
        await _scene.Register("written", bias: 1);
        Assert.Equal(HttpStatusCode.OK, (await _scene.Deploy("live", "written", "production")).StatusCode);
        await _scene.Server.Tamper("UPDATE registry_versions SET stage = 'Production' WHERE model = 'written' AND version = 2");
        await _scene.Server.Tamper("UPDATE registry_aliases SET version = 2 WHERE model = 'written' AND alias = 'production'");
        await _scene.Server.Tamper("INSERT INTO registry_verdicts (id, project, model, version, stage, passed, rules_json, policy_digest, at) SELECT 'f' || substr(id, 2), project, model, 2, stage, passed, rules_json, policy_digest, at FROM registry_verdicts WHERE model = 'written'");

        var deployed = await _scene.Deploy("live", "written", "production");

        Assert.Equal(HttpStatusCode.Forbidden, deployed.StatusCode);
        Assert.Contains("no signed verdict let it into Production", await ApprovalScene.Problem(deployed), StringComparison.Ordinal);
        Assert.Equal((EndpointState.Ready, 1), await StateOf("live"));
        Assert.Equal(HttpStatusCode.Forbidden, (await _scene.Promote("written", 2)).Status);
    }

    [Fact]
    public async Task A_verdict_moved_to_another_version_in_the_database_is_not_believed()
    {
        await _scene.Release("moved");
        await _scene.Register("moved", bias: 1);
        await _scene.Server.Tamper("UPDATE registry_aliases SET version = 2 WHERE model = 'moved'");
        await _scene.Server.Tamper("UPDATE registry_attestations SET version = 2 WHERE model = 'moved' AND version = 1");

        var deployed = await _scene.Deploy("live", "moved", "production");

        Assert.Equal(HttpStatusCode.Forbidden, deployed.StatusCode);
        Assert.Contains("the ledger names", await ApprovalScene.Problem(deployed), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_approval_taken_back_after_the_promotion_keeps_the_version_from_being_loaded_again()
    {
        var request = await _scene.Release("taken");
        Assert.Equal(HttpStatusCode.OK, (await _scene.Deploy("live", "taken", "production")).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await ApprovalScene.Decide(_scene.Bob.Client, request.Id, "withdrawn")).StatusCode);

        var other = await _scene.Deploy("second", "taken", "production");
        await _scene.Restart();

        Assert.Equal(HttpStatusCode.Forbidden, other.StatusCode);
        Assert.Contains("1 of the 2 approvals that it came with hold", await ApprovalScene.Problem(other), StringComparison.Ordinal);
        await ServingHost.Until(async () => (await Show(_scene.Server, "live")).Endpoint.State == EndpointState.Failed);
        Assert.Contains("1 of the 2 approvals", (await Show(_scene.Server, "live")).Endpoint.Problem, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Time_and_leaving_people_do_not_take_a_model_out_of_production()
    {
        await _scene.Release("steady");
        Assert.Equal(HttpStatusCode.OK, (await _scene.Deploy("live", "steady", "production")).StatusCode);
        _scene.Clock.Move(TimeSpan.FromDays(60));
        (await _scene.Admin.PatchAsJsonAsync($"/api/v1/people/{_scene.Bob.Id}", new { active = false }, Cancel)).EnsureSuccessStatusCode();
        await _scene.Publish("rules: []\napprovals:\n  - {from: {group: risk}, count: 3}\n");

        await _scene.Restart();

        await ServingHost.Until(async () => (await Show(_scene.Server, "live")).Endpoint.State == EndpointState.Ready);
    }

    private async Task<(EndpointState, int?)> StateOf(string endpoint) =>
        (await Show(_scene.Server, endpoint)) is var shown ? (shown.Endpoint.State, shown.Endpoint.Version) : default;

    private static async Task<EndpointDetail> Show(TestServer server, string name) =>
        (await server.Admin.GetFromJsonAsync<EndpointDetail>($"/api/v1/endpoints/{name}", AssayJson.Options, Cancel))!;
}
