using System.Text.Json;
using Assay.Inference.Models;
using Assay.Kernel;
using Assay.Registry;
using Assay.Registry.Gates;

namespace Assay.Tests.Registry;

public sealed class FairnessGateTests
{
    private static readonly FairnessGate Gate = new();

    [Theory]
    [InlineData("demographic parity", "max", "0.15", false, "0.2 (f: 0.3, m: 0.5; 1 smaller groups left out)", "difference of at most 0.15")]
    [InlineData("demographic parity", "max", "0.25", true, "0.2 (f: 0.3, m: 0.5; 1 smaller groups left out)", "difference of at most 0.25")]
    [InlineData("equal opportunity", "max", "0.05", false, "0.1 (f: 0.5, m: 0.6; 1 smaller groups left out)", "difference of at most 0.05")]
    [InlineData("disparate impact", "min", "0.8", false, "0.6 (f: 0.3, m: 0.5; 1 smaller groups left out)", "ratio of at least 0.8")]
    [InlineData("disparate impact", "min", "0.6", true, "0.6 (f: 0.3, m: 0.5; 1 smaller groups left out)", "ratio of at least 0.6")]
    public async Task Groups_of_a_protected_attribute_are_held_against_each_other(string measure, string key, string limit, bool passed, string value, string bound)
    {
        var result = await Judge("sex", (measure, key, limit), Sexes);

        Assert.Equal(new GateRuleResult($"fairness sex, {measure}", passed, value, bound), result);
    }

    [Fact]
    public async Task An_attribute_that_was_not_looked_at_does_not_pass() =>
        Assert.Equal("the evaluation has no groups by 'age'", (await Judge("age", ("demographic parity", "max", "1"), Sexes)).Value);

    [Fact]
    public async Task One_group_alone_proves_nothing()
    {
        var result = await Judge("sex", ("demographic parity", "max", "1"), new[] { new { column = "sex", groups = new[] { Group("f", 100, 20, 30, 10), Group("m", 29, 5, 5, 5) } } });

        Assert.Equal((false, "1 of 2 groups are large enough to compare"), (result.Passed, result.Value));
    }

    [Theory]
    [InlineData("parity", "max", "0.1", "Line 1: 'measure' must be 'demographic parity', 'equal opportunity' or 'disparate impact', not 'parity'.")]
    [InlineData("demographic parity", "min", "0.1", "Line 1: the rule on sex needs 'max' from 0 to 1, and no 'min'.")]
    [InlineData("disparate impact", "min", "1.2", "Line 1: the rule on sex needs 'min' from 0 to 1, and no 'max'.")]
    public void A_rule_that_makes_no_sense_is_refused(string measure, string key, string limit, string message) =>
        Assert.Equal(message, Assert.Throws<InvalidPolicyException>(() => Gate.Check(Rule("sex", measure, key, limit))).Message);

    private static readonly object Sexes = new[]
    {
        new { column = "sex", groups = new[] { Group("f", 100, 20, 30, 10), Group("m", 200, 50, 100, 30), Group("x", 3, 1, 3, 1) } },
    };

    private static object Group(string value, int rows, int positive, int selected, int truePositive) =>
        new { value, rows, positive, selected, truePositive, auc = 0.7 };

    private static Task<GateRuleResult> Judge(string subject, (string Measure, string Key, string Limit) asked, object segments)
    {
        var rule = Rule(subject, asked.Measure, asked.Key, asked.Limit);
        Gate.Check(rule);
        var version = new ModelVersionDetail(
            new("credit", 2, "sha256:bb", "onnx", "None", [], new Dictionary<string, double>(), null, null, null, default, true),
            new ModelSchema(ModelTask.Classification, "default", ["no", "yes"], [], "probability"),
            [],
            JsonSerializer.SerializeToElement(new { segments }, AssayJson.Options),
            null,
            []);
        return Gate.Judge(rule, new GateCandidate(version, "Production", null), TestContext.Current.CancellationToken);
    }

    private static GateRule Rule(string subject, string measure, string key, string limit) =>
        new("fairness", subject, new Dictionary<string, string> { ["measure"] = measure, [key] = limit }, 1);
}
