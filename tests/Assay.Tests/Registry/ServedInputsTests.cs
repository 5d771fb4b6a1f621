using System.Net;
using System.Text.Json;
using Assay.Inference.Models;
using Assay.Kernel;
using Assay.Registry;

namespace Assay.Tests.Registry;

/// <summary>What a new version asks of those who call the one that it takes over from.</summary>
public sealed class ServedInputsTests(RegistryScene scene) : IClassFixture<RegistryScene>
{
    private static readonly ModelInput[] Served =
        [new("age", InputType.Number, true), new("plan", InputType.Category, false, ["basic", "gold"]), new("region", InputType.Category, false, ["north"])];

    private static readonly ModelInput[] Changed =
        [new("subscriber_id", InputType.Number, false), new("plan", InputType.Category, false, ["basic"]), new("age", InputType.Number, false)];

    private static readonly string[] Changes =
        ["send 'subscriber_id' (number) as well", "leave out 'region'", "send no \"gold\" as 'plan'", "send no null as 'age'"];

    [Fact]
    public async Task A_person_may_change_what_is_sent_and_the_answer_says_what_callers_must_do()
    {
        await scene.Register("asked", 0.80, inputs: Served);
        await scene.Register("asked", 0.82, inputs: Changed);
        await scene.Promote("asked", "1");

        var (status, verdict) = await scene.Promote("asked", "2");

        Assert.Equal(HttpStatusCode.OK, status);
        var rule = Assert.Single(verdict.Deserialize<GateVerdict>(AssayJson.Options)!.Rules, rule => rule.Name == "inputs");
        Assert.True(rule.Passed);
        Assert.Equal(Changes, rule.Callers);
        Assert.Equal("callers must " + string.Join("; ", Changes), rule.Value);
        Assert.Equal("told, not judged: what callers of version 1 in production must change", rule.Bound);
    }

    [Fact]
    public async Task A_candidate_that_nobody_asked_for_must_take_every_row_that_is_sent_now()
    {
        await scene.Register("unasked", 0.80, inputs: Served);
        await scene.Register("unasked", 0.90, inputs: Changed);
        await scene.Register("unasked", 0.91, inputs: [.. Served.Select(input => input with { Nullable = true })]);
        await scene.Promote("unasked", "1");

        var (status, problem) = await scene.Promote("unasked", "2", requireBetter: true);
        var (wider, verdict) = await scene.Promote("unasked", "3", requireBetter: true);

        Assert.Equal(HttpStatusCode.Conflict, status);
        Assert.Contains("inputs is callers must send 'subscriber_id' (number) as well", problem.GetProperty("detail").GetString(), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.OK, wider);
        Assert.Contains(
            new GateRuleResult("inputs", true, "takes every row that version 1 in production takes", "every row that version 1 in production takes"),
            verdict.Deserialize<GateVerdict>(AssayJson.Options)!.Rules);
    }

    [Fact]
    public async Task Values_without_names_keep_their_order_and_the_same_inputs_are_not_worth_a_line()
    {
        await scene.Register("ordered", 0.80, inputs: Served);
        await scene.Register("ordered", 0.82, inputs: [.. Served.Reverse()]);
        await scene.Register("ordered", 0.84, inputs: [.. Served.Reverse()]);
        await scene.Promote("ordered", "1");

        var (_, turned) = await scene.Promote("ordered", "2");
        var (_, same) = await scene.Promote("ordered", "3");

        Assert.Equal(
            ["send values without names in the order region, plan, age"],
            Assert.Single(turned.Deserialize<GateVerdict>(AssayJson.Options)!.Rules, rule => rule.Name == "inputs").Callers);
        Assert.DoesNotContain(same.Deserialize<GateVerdict>(AssayJson.Options)!.Rules, rule => rule.Name == "inputs");
    }
}
