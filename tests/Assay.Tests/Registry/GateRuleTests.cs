using System.Text.Json;
using Assay.Inference.Models;
using Assay.Kernel;
using Assay.Registry;
using Assay.Registry.Gates;

namespace Assay.Tests.Registry;

public sealed class GateRuleTests
{
    private const string ProductionDigest = "sha256:aa";

    [Theory]
    [InlineData(0.71, true, "0.71")]
    [InlineData(0.7, true, "0.7")]
    [InlineData(0.69, false, "0.69")]
    public async Task A_metric_is_held_against_its_bound(double auc, bool passed, string shown)
    {
        var result = await Judge(new MetricGate(), Rule("metric", "auc", ("min", "0.7")), Version(auc));

        Assert.Equal(new GateRuleResult("metric auc", passed, shown, "at least 0.7"), result);
    }

    [Fact]
    public async Task A_metric_that_was_not_measured_does_not_pass()
    {
        var result = await Judge(new MetricGate(), Rule("metric", "f1", ("max", "0.7")), Version(0.9));

        Assert.Equal(new GateRuleResult("metric f1", false, "not measured", "at most 0.7"), result);
    }

    [Theory]
    [InlineData(0.80, "0", true)]
    [InlineData(0.79, "0", false)]
    [InlineData(0.79, "-0.02", true)]
    [InlineData(0.81, "0.02", false)]
    [InlineData(0.83, "0.02", true)]
    public async Task An_advantage_over_production_is_held_against_the_margin(double auc, string margin, bool passed) =>
        Assert.Equal(passed, (await Judge(new CompareGate(), Rule("compare", "auc", ("margin", margin)), Version(auc), Production(0.80))).Passed);

    [Theory]
    [InlineData(9.5, true, "9.5; version 1 in production has 10 on its own rows: +0.5")]
    [InlineData(10.5, false, "10.5; version 1 in production has 10 on its own rows: -0.5")]
    public async Task A_low_error_is_an_advantage(double rmse, bool passed, string shown)
    {
        var result = await Judge(new CompareGate(), Rule("compare", "rmse"), Version(rmse, metric: "rmse"), Production(10, metric: "rmse"));

        Assert.Equal(new GateRuleResult("compare rmse", passed, shown, "no worse than production"), result);
    }

    [Theory]
    [InlineData("pass", true)]
    [InlineData("fail", false)]
    public async Task The_first_version_passes_unless_the_rule_says_otherwise(string onFirst, bool passed)
    {
        var result = await Judge(new CompareGate(), Rule("compare", "auc", ("on first", onFirst)), Version(0.6));

        Assert.Equal((passed, "no version is in production"), (result.Passed, result.Value));
    }

    [Fact]
    public async Task A_comparison_on_the_same_rows_goes_before_each_versions_own_metrics()
    {
        var champion = new { digest = ProductionDigest, metrics = new { auc = 0.70 }, difference = new { difference = 0.05, low = 0.01, high = 0.09 } };

        var result = await Judge(new CompareGate(), Rule("compare", "auc"), Version(0.75, champion: champion), Production(0.90));

        Assert.True(result.Passed);
        Assert.Equal("0.75; version 1 in production has 0.7 on the same rows: +0.05, 95 % interval +0.01 to +0.09", result.Value);
    }

    [Fact]
    public async Task A_comparison_with_another_version_than_that_in_production_does_not_count()
    {
        var champion = new { digest = "sha256:other", metrics = new { auc = 0.70 }, difference = new { difference = 0.05, low = 0.01, high = 0.09 } };

        Assert.False((await Judge(new CompareGate(), Rule("compare", "auc"), Version(0.75, champion: champion), Production(0.90))).Passed);
    }

    [Theory]
    [InlineData(0.001, true)]
    [InlineData(-0.001, false)]
    public async Task Better_means_the_whole_interval(double low, bool passed)
    {
        var champion = new { digest = ProductionDigest, metrics = new { auc = 0.70 }, difference = new { difference = 0.05, low, high = 0.09 } };
        var candidate = new GateCandidate(Version(0.75, champion: champion), "Production", Production(0.70));

        var result = await new CompareGate().Judge(CompareGate.BetterThanProduction(candidate), candidate, TestContext.Current.CancellationToken);

        Assert.Equal((passed, "better than production"), (result.Passed, result.Bound));
    }

    [Theory]
    [InlineData(-0.004, true)]
    [InlineData(-0.006, false)]
    [InlineData(null, false)]
    public async Task Surely_not_worse_by_more_than_a_margin_is_asked_of_the_interval(double? low, bool passed)
    {
        object? difference = low is null ? null : new { difference = 0.05, low, high = 0.09 };
        var champion = new { digest = ProductionDigest, metrics = new { auc = 0.70 }, difference };

        var result = await Judge(new CompareGate(), Rule("compare", "auc", ("margin", "-0.005"), ("by", "interval")), Version(0.75, champion: champion), Production(0.70));

        Assert.Equal((passed, "at least -0.005 against production, by the whole 95 % interval"), (result.Passed, result.Bound));
    }

    [Fact]
    public async Task Equal_is_not_better()
    {
        var result = await Judge(new CompareGate(), Rule("compare", "auc", ("require", "better")), Version(0.80), Production(0.80));

        Assert.False(result.Passed);
    }

    private static Task<GateRuleResult> Judge(IGate gate, GateRule rule, ModelVersionDetail version, ModelVersionDetail? production = null)
    {
        gate.Check(rule);
        return gate.Judge(rule, new GateCandidate(version, "Production", production), TestContext.Current.CancellationToken);
    }

    private static GateRule Rule(string kind, string subject, params (string Key, string Value)[] settings) =>
        new(kind, subject, settings.ToDictionary(setting => setting.Key, setting => setting.Value), 1);

    private static ModelVersionDetail Production(double value, string metric = "auc") => Version(value, metric) is var version
        ? version with { Version = version.Version with { Version = 1, Digest = ProductionDigest } }
        : null!;

    private static ModelVersionDetail Version(double value, string metric = "auc", object? champion = null) => new(
        new("churn", 2, "sha256:bb", "onnx", "None", [], new Dictionary<string, double> { [metric] = value }, null, null, null, default, true),
        new ModelSchema(ModelTask.Classification, "churn", ["no", "yes"], [], "probability"),
        [],
        JsonSerializer.SerializeToElement(new { metric, champion }, AssayJson.Options),
        null,
        []);
}
