using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Assay.Kernel;
using Assay.Registry;
using Assay.Registry.Gates;

namespace Assay.Tests.Registry;

public sealed class AttestationsGateTests(RegistryScene scene) : IClassFixture<RegistryScene>
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Statements_of_the_kinds_that_are_asked_for_must_be_there()
    {
        await scene.Register("stated", 0.8);

        Assert.Equal(new GateRuleResult("attestations", true, "present and valid", "evaluation, test-result"), await Check("stated", "evaluation, test-result"));
        Assert.Equal(new GateRuleResult("attestations", false, "provenance is missing", "evaluation, provenance"), await Check("stated", "evaluation, provenance"));
    }

    [Fact]
    public async Task A_statement_that_does_not_hold_is_none()
    {
        await scene.Register("restated", 0.8);
        await scene.Attest("restated", 1, "https://example.org/finding/v1", JsonNode.Parse("{}")!);
        await scene.Server.Tamper("UPDATE registry_attestations SET predicate_type = 'https://example.org/other/v1' WHERE model = 'restated' AND predicate_type = 'https://example.org/finding/v1'");

        var result = await Check("restated", "https://example.org/other/v1");

        Assert.False(result.Passed);
        Assert.Contains("does not hold", result.Value, StringComparison.Ordinal);
    }

    [Fact]
    public void A_kind_that_nobody_knows_is_refused() => Assert.StartsWith(
        "Line 1: 'provenence' is no kind of statement", Assert.Throws<InvalidPolicyException>(
            () => new AttestationsGate(null!).Check(new("attestations", "provenence", new Dictionary<string, string>(), 1))).Message, StringComparison.Ordinal);

    private async Task<GateRuleResult> Check(string model, string kinds)
    {
        var answer = await scene.Admin.PostAsJsonAsync($"/api/v1/models/{model}/versions/1/gate/check", new { policy = $"rules:\n  - attestations: '{kinds}'\n" }, Cancel);
        answer.EnsureSuccessStatusCode();
        return Assert.Single((await answer.Content.ReadFromJsonAsync<GateVerdict>(AssayJson.Options, Cancel))!.Rules);
    }
}
