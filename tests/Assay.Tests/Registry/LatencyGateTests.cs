using System.Net;
using System.Net.Http.Json;
using System.Text.RegularExpressions;
using Assay.Governance.Access;
using Assay.Kernel;
using Assay.Kernel.Projects;
using Assay.Registry;
using Assay.Registry.Gates;
using Assay.Registry.Packages;
using Assay.Registry.Versions;
using Assay.Tests.Serving;
using Microsoft.Extensions.DependencyInjection;

namespace Assay.Tests.Registry;

public sealed class LatencyGateTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_models_latency_is_measured_on_rows_of_its_own_baseline()
    {
        await using var server = await TestServer.Start();
        await ServingHost.Register(server, -2);

        var fast = await Check(server, "rules:\n  - {latency: p99 <= 1000 ms, requests: 300}\n");
        var slow = await Check(server, "rules:\n  - latency: p50 <= 0.000001 ms\n");

        Assert.Equal(("latency p99", true, "at most 1000 ms"), (fast.Name, fast.Passed, fast.Bound));
        Assert.Matches(new Regex("^[0-9.]+ ms over 300 requests of one row$"), fast.Value);
        Assert.Equal(("latency p50", false), (slow.Name, slow.Passed));
    }

    [Fact]
    public async Task Of_a_package_only_the_models_files_are_read()
    {
        await using var server = await TestServer.Start();
        await ServingHost.Register(server, -2);
        await using var scope = server.Services.CreateAsyncScope();
        scope.ServiceProvider.GetRequiredService<ProjectScope>().Enter(ProjectScope.Default);
        var version = await scope.ServiceProvider.GetRequiredService<VersionBook>().Get("churn", "1", Cancel);
        var package = await scope.ServiceProvider.GetRequiredService<PackageReader>().Open(version, ["model.onnx", "none.txt"], Cancel);
        Assert.Equal("model.onnx", Assert.Single(package.Files).Key);
    }

    [Fact]
    public async Task A_reader_tries_the_policy_in_force_and_no_draft()
    {
        await using var server = await TestServer.Start();
        await ServingHost.Register(server, -2);
        var reader = await server.Client(Role.Viewer);
        const string Gate = "/api/v1/models/churn/versions/1/gate/check";
        Assert.Equal(HttpStatusCode.OK, (await reader.PostAsJsonAsync(Gate, new { stage = "Production" }, Cancel)).StatusCode);
        var refused = await reader.PostAsJsonAsync(Gate, new { policy = "rules:\n  - latency: p99 <= 1000 ms\n" }, Cancel);
        Assert.Equal(HttpStatusCode.Forbidden, refused.StatusCode);
        Assert.Contains("models.write", await refused.Content.ReadAsStringAsync(Cancel), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Models_are_loaded_one_after_the_other()
    {
        using var load = new ReferenceLoad();
        var (loading, most) = (0, 0);
        await Task.WhenAll(Enumerable.Range(0, 5).Select(_ => Assert.ThrowsAsync<InvalidOperationException>(() => load.Run(
            async () =>
            {
                most = Math.Max(most, Interlocked.Increment(ref loading));
                await Task.Delay(10, Cancel);
                Interlocked.Decrement(ref loading);
                throw new InvalidOperationException("not this one");
            }, 1, Cancel))));
        Assert.Equal(1, most);
    }

    [Theory]
    [InlineData("p99 < 5 ms")]
    [InlineData("p42 <= 5 ms")]
    [InlineData("p99 <= 0 ms")]
    [InlineData("fast")]
    public void A_latency_that_is_not_written_as_a_bound_is_refused(string subject) =>
        Assert.Throws<InvalidPolicyException>(() => new LatencyGate(new ReferenceLoad()).Check(new("latency", subject, new Dictionary<string, string>(), 1)));

    private static async Task<GateRuleResult> Check(TestServer server, string policy)
    {
        var answer = await server.Admin.PostAsJsonAsync("/api/v1/models/churn/versions/1/gate/check", new { policy }, Cancel);
        answer.EnsureSuccessStatusCode();
        return Assert.Single((await answer.Content.ReadFromJsonAsync<GateVerdict>(AssayJson.Options, Cancel))!.Rules);
    }
}
