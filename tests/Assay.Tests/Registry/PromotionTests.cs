using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Assay.Kernel;
using Assay.Kernel.Paging;
using Assay.Registry;
using Assay.Registry.Gates;
using Microsoft.Extensions.DependencyInjection;

namespace Assay.Tests.Registry;

public sealed class PromotionTests(RegistryScene scene) : IClassFixture<RegistryScene>
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Promotion_moves_stage_and_alias_and_archives_the_former_version()
    {
        await scene.Register("moving", 0.80);
        await scene.Register("moving", 0.82);

        Assert.Equal(HttpStatusCode.OK, (await scene.Promote("moving", "1")).Status);
        Assert.Equal(HttpStatusCode.OK, (await scene.Promote("moving", "2")).Status);

        var versions = (await scene.Get<Page<ModelVersionSummary>>("/api/v1/models/moving"))!.Items;
        Assert.Equal([(2, "Production"), (1, "Archived")], versions.Select(version => (version.Version, version.Stage)));
        Assert.Equal(["production"], versions[0].Aliases);
        Assert.Empty(versions[1].Aliases);
        foreach (var name in new[] { "Production", "production", "2", "latest" })
            Assert.Equal(2, (await scene.Get<ModelVersionDetail>($"/api/v1/models/moving/versions/{name}"))!.Version.Version);
        Assert.Equal(1, (await scene.Get<ModelVersionDetail>("/api/v1/models/moving/versions/archived"))!.Version.Version);
        Assert.Equal(["model.version-registered", "model.signed", "model.attested", "model.attested", "model.attested", "model.scanned", "model.attested", "gate.passed", "model.promoted", "model.attested"], await scene.Events("model:moving@2"));
    }

    [Fact]
    public async Task A_version_that_misses_a_threshold_is_refused_with_rule_value_and_bound()
    {
        await scene.Register("weak", 0.61);

        var (status, problem) = await scene.Promote("weak", "1");

        Assert.Equal(HttpStatusCode.Conflict, status);
        Assert.Equal("weak version 1 does not pass the gate to Production: metric auc is 0.61, asked for is at least 0.7.", problem.GetProperty("detail").GetString());
        var verdict = problem.GetProperty("verdict").Deserialize<GateVerdict>(AssayJson.Options)!;
        Assert.False(verdict.Passed);
        Assert.Equal(new GateRuleResult("metric auc", false, "0.61", "at least 0.7"), Assert.Single(verdict.Rules, rule => !rule.Passed));
        var detail = await scene.Get<ModelVersionDetail>("/api/v1/models/weak/versions/1");
        Assert.Equal(("None", verdict.PolicyDigest), (detail!.Version.Stage, detail.Gate!.PolicyDigest));
        Assert.Equal(["model.version-registered", "model.signed", "model.attested", "model.attested", "model.attested", "model.scanned", "model.attested", "gate.failed", "model.attested"], await scene.Events("model:weak@1"));
    }

    [Fact]
    public async Task A_version_worse_than_production_is_refused_and_production_stays()
    {
        await scene.Register("worse", 0.85);
        await scene.Register("worse", 0.84);
        await scene.Promote("worse", "1");

        var (status, problem) = await scene.Promote("worse", "2");

        Assert.Equal(HttpStatusCode.Conflict, status);
        Assert.Contains("compare auc is 0.84; version 1 in production has 0.85 on its own rows: -0.01", problem.GetProperty("detail").GetString(), StringComparison.Ordinal);
        Assert.Equal(1, (await scene.Get<ModelVersionDetail>("/api/v1/models/worse/versions/production"))!.Version.Version);
    }

    [Fact]
    public async Task A_retrained_version_must_be_better_by_the_whole_interval_on_the_same_rows()
    {
        var champion = (await scene.Register("retrained", 0.80)).Version;
        await scene.Promote("retrained", "1");
        object Compared(double low) => new { digest = champion.Digest, metrics = new { auc = 0.78 }, difference = new { difference = 0.02, low, high = 0.04 } };
        await scene.Register("retrained", 0.80, champion: Compared(-0.001));
        await scene.Register("retrained", 0.81, champion: Compared(0.001));

        var unsure = await scene.InProject("default", models => models.PromoteIfBetter("retrained", 2, "Production", Cancel));
        var (sure, _) = await scene.Promote("retrained", "3", requireBetter: true);

        Assert.False(unsure.Passed);
        Assert.Equal("better than production", Assert.Single(unsure.Rules, rule => !rule.Passed).Bound);
        Assert.Equal(HttpStatusCode.OK, sure);
    }

    [Fact]
    public async Task Promoting_what_is_there_already_gives_the_verdict_that_let_it_in()
    {
        await scene.Register("twice", 0.8);
        await scene.Promote("twice", "1");
        var before = await scene.Events("model:twice@1");

        var (status, verdict) = await scene.Promote("twice", "1");

        Assert.Equal((HttpStatusCode.OK, true), (status, verdict.GetProperty("passed").GetBoolean()));
        Assert.Equal(before, await scene.Events("model:twice@1"));
    }

    [Fact]
    public async Task Staging_has_a_gate_of_its_own_and_is_left_for_production()
    {
        await scene.Register("staged", 0.8);

        await scene.Promote("staged", "1", "staging");
        var staged = (await scene.Get<ModelVersionDetail>("/api/v1/models/staged/versions/Staging"))!.Version;
        await scene.Promote("staged", "1");
        var promoted = (await scene.Get<ModelVersionDetail>("/api/v1/models/staged/versions/1"))!.Version;

        Assert.Equal(("Staging", "staging"), (staged.Stage, Assert.Single(staged.Aliases)));
        Assert.Equal(("Production", "production"), (promoted.Stage, Assert.Single(promoted.Aliases)));
        Assert.Equal(HttpStatusCode.Conflict, (await scene.Promote("staged", "1", "Staging")).Status);
    }

    [Fact]
    public async Task A_tampered_version_does_not_pass_the_gate()
    {
        var detail = await scene.Register("tampered", 0.8);
        var path = scene.BlobFile(detail.Files.Single(file => file.Path == "model.onnx").Digest);
        var bytes = await File.ReadAllBytesAsync(path, Cancel);
        bytes[^1] ^= 1;
        await File.WriteAllBytesAsync(path, bytes, Cancel);

        var (status, problem) = await scene.Promote("tampered", "1");

        Assert.Equal(HttpStatusCode.Conflict, status);
        var rule = Assert.Single(problem.GetProperty("verdict").Deserialize<GateVerdict>(AssayJson.Options)!.Rules, rule => !rule.Passed);
        Assert.Equal("signature", rule.Name);
        Assert.Contains("model.onnx", rule.Value, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Of_two_promotions_at_once_no_two_versions_end_in_production()
    {
        for (var version = 0; version < 4; version++)
            await scene.Register("raced", 0.8);

        await Task.WhenAll(Enumerable.Range(1, 4).Select(version => scene.Promote("raced", $"{version}")));

        var versions = (await scene.Get<Page<ModelVersionSummary>>("/api/v1/models/raced"))!.Items;
        var inProduction = Assert.Single(versions, version => version.Stage == "Production");
        Assert.Equal(inProduction.Version, (await scene.Get<ModelVersionDetail>("/api/v1/models/raced/versions/production"))!.Version.Version);
    }

    [Fact]
    public async Task A_stage_without_a_gate_is_refused()
    {
        await scene.Register("stageless", 0.8);

        Assert.Equal(HttpStatusCode.BadRequest, (await scene.Promote("stageless", "1", "Archived")).Status);
        Assert.Equal(HttpStatusCode.BadRequest, (await scene.Admin.PostAsJsonAsync("/api/v1/models/stageless/versions/1/promote", new { }, Cancel)).StatusCode);
    }

    [Fact]
    public async Task A_project_can_set_a_policy_of_its_own_which_is_recorded_and_used()
    {
        await scene.Server.Client(Assay.Governance.Access.Role.Viewer, "strict");
        await RegistryScene.AddDataset(scene.Admin, "/projects/strict");
        await scene.Register("judged", 0.8, "strict");
        const string Policy = "# stricter\nrules:\n  - {metric: auc, min: 0.9}\n";

        var before = await scene.Admin.GetStringAsync("/projects/strict/api/v1/policies/production", Cancel);
        var put = await scene.Admin.PutAsync("/projects/strict/api/v1/policies/Production", Yaml(Policy), Cancel);
        var verdict = await scene.InProject("strict", models => models.Promote("judged", 1, "Production", Cancel));

        Assert.Equal(HttpStatusCode.OK, put.StatusCode);
        Assert.Contains("data-checks: passed", before, StringComparison.Ordinal);
        Assert.Equal(Policy, await scene.Admin.GetStringAsync("/projects/strict/api/v1/policies/production", Cancel));
        Assert.Equal(before, await scene.Admin.GetStringAsync("/api/v1/policies/production", Cancel));
        Assert.Equal(new GateRuleResult("metric auc", false, "0.8", "at least 0.9"), Assert.Single(verdict.Rules));
        Assert.Equal(Digest.Of(Encoding.UTF8.GetBytes(Policy)).ToString(), verdict.PolicyDigest);
        Assert.Equal(["policy.changed"], await scene.Events("policy:Production"));
    }

    [Fact]
    public async Task A_policy_that_cannot_be_used_is_refused_and_the_old_one_stays()
    {
        var before = await scene.Admin.GetStringAsync("/api/v1/policies/staging", Cancel);

        var answer = await scene.Admin.PutAsync("/api/v1/policies/staging", Yaml("rules:\n  - {metric: auc, minimum: 0.7}\n"), Cancel);

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Equal(
            "Line 2: 'minimum' is not known in a rule of kind 'metric', which may have 'min', 'max', 'task'.",
            (await answer.Content.ReadFromJsonAsync<JsonElement>(Cancel)).GetProperty("detail").GetString());
        Assert.Equal(before, await scene.Admin.GetStringAsync("/api/v1/policies/staging", Cancel));
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, (await scene.Admin.PutAsync("/api/v1/policies/staging", Yaml(new string('#', 70_000)), Cancel)).StatusCode);
    }

    [Fact]
    public async Task A_version_whose_data_broke_its_rules_does_not_pass()
    {
        await scene.Register("unchecked", 0.8);
        await scene.Server.Client(Assay.Governance.Access.Role.Viewer, "dataless");
        await scene.Register("unchecked", 0.8, "dataless");

        var verdict = await scene.InProject("dataless", models => models.Promote("unchecked", 1, "Production", Cancel));

        Assert.Equal(
            new GateRuleResult("data-checks", false, "customers version 1 is not the dataset that was trained on", "0 failed"),
            Assert.Single(verdict.Rules, rule => !rule.Passed));
        Assert.Equal(HttpStatusCode.OK, (await scene.Promote("unchecked", "1")).Status);
    }

    [Fact]
    public async Task A_kind_of_rule_that_a_module_contributes_can_be_used_in_a_policy()
    {
        await using var other = new RegistryScene { Adjust = builder => builder.Services.AddScoped<IGate, FridayGate>() };
        await other.InitializeAsync();
        await other.Register("contributed", 0.8);

        var put = await other.Admin.PutAsync("/api/v1/policies/production", Yaml("rules:\n  - {day: friday, note: no promotions}\n"), Cancel);
        var (status, problem) = await other.Promote("contributed", "1");

        Assert.Equal(HttpStatusCode.OK, put.StatusCode);
        Assert.Equal(HttpStatusCode.Conflict, status);
        Assert.Equal(
            new GateRuleResult("day friday", false, "friday", "no promotions"),
            Assert.Single(problem.GetProperty("verdict").Deserialize<GateVerdict>(AssayJson.Options)!.Rules));
        Assert.Equal(HttpStatusCode.BadRequest, (await scene.Admin.PutAsync("/api/v1/policies/production", Yaml("rules:\n  - day: friday\n"), Cancel)).StatusCode);
    }

    private sealed class FridayGate : IGate
    {
        public string Kind => "day";

        public IReadOnlyList<string> Settings { get; } = ["note"];

        public void Check(GateRule rule)
        {
        }

        public Task<GateRuleResult> Judge(GateRule rule, GateCandidate candidate, CancellationToken cancel) =>
            Task.FromResult(new GateRuleResult(rule.Name, false, "friday", rule.Text("note")!));
    }

    private static StringContent Yaml(string text) => new(text, Encoding.UTF8, "application/yaml");
}
