using Assay.Inference.Models;
using Assay.Registry.Gates;
using Assay.Registry.Policies;

namespace Assay.Tests.Registry;

public sealed class GatePolicyTests
{
    private static readonly Dictionary<string, IGate> Gates = new IGate[]
    {
        new MetricGate(), new CompareGate(), new DataChecksGate(null!), new SignatureGate(null!, null!), new ScanGate(null!, null!),
    }.ToDictionary(gate => gate.Kind);

    [Theory]
    [InlineData("Production", 8)]
    [InlineData("Staging", 4)]
    public void The_shipped_policies_can_be_used(string stage, int rules) =>
        Assert.Equal(rules, GatePolicy.Read(PolicyBook.Shipped(stage).Yaml, Gates).Rules.Count);

    [Fact]
    public void A_rule_is_read_with_its_settings_task_and_line()
    {
        var policy = GatePolicy.Read("# ours\nrules:\n  - {compare: auc, against: production, margin: -0.01, on first: fail, task: classification}\n", Gates);

        var (rule, task) = Assert.Single(policy.Rules);
        Assert.Equal(("compare", "auc", 3L), (rule.Kind, rule.Subject, rule.Line));
        Assert.Equal(-0.01, rule.Number("margin"));
        Assert.Equal("fail", rule.Text("on first"));
        Assert.Equal(ModelTask.Classification, task);
    }

    [Theory]
    [InlineData("", "Line 1: the policy is empty; it must have 'rules'.")]
    [InlineData("- metric: auc", "Line 1: the policy must be a mapping with the key 'rules'.")]
    [InlineData("rules: all", "Line 1: 'rules' must be a list of rules.")]
    [InlineData("rules: []\nextra: 1", "Line 2: 'extra' is not known here; a policy has 'rules', and may have 'approvals' and 'protects'.")]
    [InlineData("rules:\n  - metric", "Line 2: a rule is written 'KIND: SUBJECT', with a kind of 'compare', 'data-checks', 'metric', 'scan', 'signature'.")]
    [InlineData("rules:\n  - {metrics: auc, min: 0.7}", "Line 2: 'metrics', 'min' is not known; a rule has a kind of 'compare', 'data-checks', 'metric', 'scan', 'signature'.")]
    [InlineData("rules:\n  - metric: auc\n    min: 0.7\n    minimum: 0.8", "Line 4: 'minimum' is not known in a rule of kind 'metric', which may have 'min', 'max', 'task'.")]
    [InlineData("rules:\n  - {metric: auc, compare: auc}", "Line 2: a rule has one kind, not 'metric' and 'compare'; write two rules.")]
    [InlineData("rules:\n  - {metric: auc}", "Line 2: the rule on auc needs 'min' or 'max'.")]
    [InlineData("rules:\n  - {metric: auc, min: high}", "Line 2: 'min' must be a number, not 'high'.")]
    [InlineData("rules:\n  - {metric: auc, min: .nan}", "Line 2: 'min' must be a number, not '.nan'.")]
    [InlineData("rules:\n  - {metric: auc, min: 0.9, max: 0.8}", "Line 2: the rule on auc has a 'min' above its 'max', which nothing can meet.")]
    [InlineData("rules:\n  - {metric: auc, min: 0.9, task: ranking}", "Line 2: 'task' must be 'classification' or 'regression', not 'ranking'.")]
    [InlineData("rules:\n  - {compare: auc, against: staging}", "Line 2: 'against' must be 'production', not 'staging'.")]
    [InlineData("rules:\n  - {compare: auc, require: best}", "Line 2: 'require' must be 'not worse' or 'better', not 'best'.")]
    [InlineData("rules:\n  - signature: maybe", "Line 2: 'signature' must be 'valid', not 'maybe'.")]
    [InlineData("rules:\n  - scan: skipped", "Line 2: 'scan' must be 'passed', not 'skipped'.")]
    [InlineData("rules:\n  - data-checks: ignored", "Line 2: 'data-checks' must be 'passed', not 'ignored'.")]
    [InlineData("rules:\n  - metric: [auc]", "Line 2: a rule has plain keys, each with a plain value.")]
    public void A_policy_that_cannot_be_used_is_refused_with_its_line(string yaml, string message) =>
        Assert.Equal(message, Assert.Throws<InvalidPolicyException>(() => GatePolicy.Read(yaml, Gates)).Message);

    [Theory]
    [InlineData("rules:\n  - {metric: auc, min: 0.7")]
    [InlineData("rules:\n  - metric: auc\n    metric: f1\n    min: 0.7")]
    [InlineData("rules: [*nothing]")]
    public void What_is_no_YAML_is_refused_with_its_line(string yaml) =>
        Assert.Matches("^Line [0-9]+: this is not YAML", Assert.Throws<InvalidPolicyException>(() => GatePolicy.Read(yaml, Gates)).Message);

    [Theory]
    [InlineData(0.841234, null, "0.8412")]
    [InlineData(0.69999, 0.7, "0.69999")]
    [InlineData(0.7, 0.7, "0.7")]
    [InlineData(41.23456, null, "41.23")]
    [InlineData(123456.7, null, "123457")]
    [InlineData(0.0000123456, null, "0.00001235")]
    [InlineData(-0.00249, null, "-0.00249")]
    [InlineData(0, null, "0")]
    public void Values_are_shown_with_the_digits_that_matter(double value, double? bound, string shown) =>
        Assert.Equal(shown, Metric.Show(value, bound));
}
