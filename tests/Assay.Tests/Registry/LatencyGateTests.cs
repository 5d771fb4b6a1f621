using System.Net.Http.Json;
using System.Text.RegularExpressions;
using Assay.Kernel;
using Assay.Registry;
using Assay.Registry.Gates;
using Assay.Tests.Serving;

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
