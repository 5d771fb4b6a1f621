using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Assay.Kernel;
using Assay.Kernel.Paging;
using Assay.Registry;
using Assay.Registry.Gates;
using Assay.Registry.Policies;
using Microsoft.Extensions.DependencyInjection;

namespace Assay.Tests.Registry;

public sealed class PolicyVersionTests(RegistryScene scene) : IClassFixture<RegistryScene>
{
    private const string Strict = "rules:\n  - {metric: auc, min: 0.9}\n";
    private const string Lax = "rules:\n  - {metric: auc, min: 0.5}\n";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Each_published_policy_gets_a_number_and_stays_readable_by_it_and_by_its_digest()
    {
        const string Project = "/projects/numbered";
        await scene.Admin.PostAsJsonAsync("/api/v1/projects", new { name = "numbered" }, Cancel);
        var shipped = await scene.Admin.GetAsync($"{Project}/api/v1/policies/production", Cancel);
        await Publish(Project, Lax);
        await Publish(Project, Strict);
        var again = await Publish(Project, Strict);

        var versions = await scene.Admin.GetFromJsonAsync<Page<PolicyVersionSummary>>($"{Project}/api/v1/policies/production/versions", AssayJson.Options, Cancel);

        Assert.Equal("0", Header(shipped, "Assay-Policy-Version"));
        Assert.Equal(("2", DigestOf(Strict)), (Header(again, "Assay-Policy-Version"), Header(again, "Assay-Policy-Digest")));
        Assert.Equal([(2, true), (1, false), (0, false)], versions!.Items.Select(version => (version.Number, version.InForce)));
        Assert.StartsWith("token:", versions.Items[0].PublishedBy, StringComparison.Ordinal);
        Assert.Equal(Lax, await scene.Admin.GetStringAsync($"{Project}/api/v1/policies/production/versions/1", Cancel));
        Assert.Equal(Strict, await scene.Admin.GetStringAsync($"{Project}/api/v1/policies/production/versions/{DigestOf(Strict)}", Cancel));
        Assert.Equal(HttpStatusCode.NotFound, (await scene.Admin.GetAsync($"{Project}/api/v1/policies/production/versions/3", Cancel)).StatusCode);
    }

    [Fact]
    public async Task A_draft_is_tried_against_a_version_without_being_published_or_recorded()
    {
        await scene.Register("drafted", 0.8);
        var before = await scene.Admin.GetStringAsync("/api/v1/policies/production", Cancel);

        var failing = await Check("drafted", Strict);
        var passing = await Check("drafted", Lax);
        var inForce = await Check("drafted", null);

        Assert.Equal((false, DigestOf(Strict)), (failing.Passed, failing.PolicyDigest));
        Assert.True(passing.Passed);
        Assert.Equal((true, DigestOf(before)), (inForce.Passed, inForce.PolicyDigest));
        Assert.Equal(before, await scene.Admin.GetStringAsync("/api/v1/policies/production", Cancel));
        Assert.Null((await scene.Get<ModelVersionDetail>("/api/v1/models/drafted/versions/1"))!.Gate);
        Assert.DoesNotContain("gate.failed", await scene.Events("model:drafted@1"));
    }

    [Fact]
    public async Task A_draft_that_cannot_be_used_is_refused_with_its_line()
    {
        await scene.Register("misdrafted", 0.8);

        var answer = await scene.Admin.PostAsJsonAsync("/api/v1/models/misdrafted/versions/1/gate/check", new { policy = "rules:\n  - metric: auc\n" }, Cancel);

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Contains("Line 2", (await answer.Content.ReadFromJsonAsync<JsonElement>(Cancel)).GetProperty("detail").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_metric_that_was_written_into_the_row_does_not_help()
    {
        await scene.Register("embellished", 0.6);
        await scene.Server.Tamper("""UPDATE registry_versions SET metrics_json = '{"auc":0.99}', evaluation_json = '{"metric":"auc","metrics":{"auc":0.99}}' WHERE model = 'embellished'""");

        var verdict = await Check("embellished", Strict);

        Assert.Equal(new GateRuleResult("metric auc", false, "0.6", "at least 0.9"), Assert.Single(verdict.Rules));
    }

    [Fact]
    public async Task A_policy_that_an_older_version_of_the_key_has_signed_stays_in_force()
    {
        await using var other = new RegistryScene();
        await other.InitializeAsync();
        await other.Register("kept", 0.8);
        (await other.Admin.PutAsync("/api/v1/policies/production", Yaml(Lax), Cancel)).EnsureSuccessStatusCode();
        (await other.Admin.PostAsync("/api/v1/keys/rotate", null, Cancel)).EnsureSuccessStatusCode();

        var (status, body) = await other.Promote("kept", "1");

        Assert.True(status == HttpStatusCode.OK, body.GetRawText());
    }

    [Fact]
    public async Task A_rule_that_throws_does_not_hold_and_says_why()
    {
        await using var other = new RegistryScene { Adjust = builder => builder.Services.AddScoped<IGate, BrokenGate>() };
        await other.InitializeAsync();
        await other.Register("unlucky", 0.8);
        await other.Admin.PutAsync("/api/v1/policies/production", Yaml("rules:\n  - broken: always\n  - {metric: auc, min: 0.5}\n"), Cancel);

        var (status, problem) = await other.Promote("unlucky", "1");

        var rules = problem.GetProperty("verdict").Deserialize<GateVerdict>(AssayJson.Options)!.Rules;
        Assert.Equal(HttpStatusCode.Conflict, status);
        Assert.Equal([("broken always", false), ("metric auc", true)], rules.Select(rule => (rule.Name, rule.Passed)));
        Assert.Equal("the rule could not be put: the scales are away", rules[0].Value);
    }

    private async Task<GateVerdict> Check(string model, string? policy)
    {
        var answer = await scene.Admin.PostAsJsonAsync($"/api/v1/models/{model}/versions/1/gate/check", new { stage = "Production", policy }, Cancel);
        answer.EnsureSuccessStatusCode();
        return (await answer.Content.ReadFromJsonAsync<GateVerdict>(AssayJson.Options, Cancel))!;
    }

    private async Task<HttpResponseMessage> Publish(string project, string text)
    {
        var answer = await scene.Admin.PutAsync($"{project}/api/v1/policies/production", Yaml(text), Cancel);
        answer.EnsureSuccessStatusCode();
        return answer;
    }

    private static string Header(HttpResponseMessage answer, string name) => Assert.Single(answer.Headers.GetValues(name));

    private static string DigestOf(string text) => Digest.Of(Encoding.UTF8.GetBytes(text)).ToString();

    private static StringContent Yaml(string text) => new(text, Encoding.UTF8, "application/yaml");

    private sealed class BrokenGate : IGate
    {
        public string Kind => "broken";

        public IReadOnlyList<string> Settings { get; } = [];

        public void Check(GateRule rule)
        {
        }

        public Task<GateRuleResult> Judge(GateRule rule, GateCandidate candidate, CancellationToken cancel) =>
            throw new InvalidOperationException("the scales are away");
    }
}
