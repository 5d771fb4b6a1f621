using System.Net;
using System.Text;
using Assay.Serving.Rollouts.Live;
using Assay.Tests.Inference;
using Assay.Tests.Serving.PredictionLog;
using static Assay.Tests.Serving.Rollouts.CanaryTests;
using static Assay.Tests.Serving.ServingHost;

namespace Assay.Tests.Serving.Rollouts;

/// <summary>Roll-outs in which the value of an input column decides which arm answers.</summary>
public sealed class StickyColumnTests
{
    private static readonly object[] Version2 = [new { version = "2" }];

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("canary")]
    [InlineData("ab")]
    public async Task A_value_meets_the_same_arm_in_every_protocol_and_is_answered_by_its_model(string strategy)
    {
        await using var scene = await RolloutScene.Start();
        await Register(scene.Server, bias: 3);
        await scene.Do("", new { candidates = Version2, plan = new { strategy, stickyColumn = "age", steps = new[] { Step(50, null) } } });

        var seen = new Dictionary<string, int>();
        for (var age = 20; age < 60; age++)
        {
            var arm = Assert.Single(await scene.Ask(2, $"""[[{age},500,"plus"],[1,1,"basic"]]""")).Key;
            seen[arm] = seen.GetValueOrDefault(arm) + 1;
            var (other, text) = await Said(scene.Server, "/v1/models/churn:predict", $$"""{"instances":[{"plan":"plus","balance":500,"age":{{age}}}]}""");
            Assert.Equal(arm, other);
            Assert.Equal(TinyModel.Expect(age, 500, "plus", arm == "stable" ? 0 : 3), double.Parse(text[(text.IndexOf('[') + 1)..text.IndexOf(']')], System.Globalization.CultureInfo.InvariantCulture), 1e-6);
            (other, _) = await Said(scene.Server, "/v2/models/churn/infer", $$"""{"inputs":[{"name":"age","datatype":"FP64","shape":[1],"data":[{{age}}]},{"name":"balance","datatype":"FP32","shape":[1],"data":[1]},{"name":"plan","datatype":"BYTES","shape":[1],"data":["basic"]}]}""");
            Assert.Equal(arm, other);
        }

        Assert.InRange(seen["stable"], 5, 35);
        Assert.Equal(160, (await scene.Show()).Arms.Sum(arm => arm.Requests));
        await Until(async () => (await LogHost.List(scene.Server.Admin)).Items is [{ Reason: "key" }, ..]);
    }

    [Fact]
    public async Task A_missing_value_is_assigned_by_chance_and_an_unreadable_body_is_refused_as_ever()
    {
        await using var scene = await RolloutScene.Start();
        await Register(scene.Server, bias: 3);
        await scene.Do("", new { candidates = Version2, plan = new { stickyColumn = "plan", steps = new[] { Step(50, null) } } });

        Assert.Equal(2, (await scene.Ask(60, "[[30,500,null]]")).Count);
        Assert.Single(await scene.Ask(20));
        using var wrong = await Ask(scene.Server.Admin, "churn", """[["old",500,"plus"]]""");
        Assert.Equal((HttpStatusCode.BadRequest, true), (wrong.StatusCode, (await Detail(wrong)).StartsWith("Row 1, column 'age': expected a number", StringComparison.Ordinal)));
        Assert.Equal(81, (await scene.Show()).Arms.Sum(arm => arm.Requests));
    }

    [Theory]
    [InlineData("canary", "customer", null, "The version that answers has no input 'customer'. It has 'age', 'balance', 'plan'.")]
    [InlineData("canary", "age", "Assay-Key", "A key is taken from a header or from a column. Leave one of the two out.")]
    [InlineData("shadow", "age", null, "Shadow assigns no keys. Leave stickyColumn out.")]
    public async Task A_column_that_can_decide_nothing_is_refused(string strategy, string stickyColumn, string? stickyHeader, string problem)
    {
        await using var scene = await RolloutScene.Start();
        await Register(scene.Server, bias: 3);
        using var answer = await scene.Post("", new { candidates = Version2, plan = new { strategy, stickyColumn, stickyHeader } });
        Assert.Equal((HttpStatusCode.BadRequest, problem), (answer.StatusCode, await Detail(answer)));
    }

    private static async Task<(string Arm, string Text)> Said(TestServer server, string path, string body)
    {
        using var answer = await server.Admin.PostAsync(path, new StringContent(body, Encoding.UTF8, "application/json"), Cancel);
        var text = await answer.Content.ReadAsStringAsync(Cancel);
        Assert.True(answer.IsSuccessStatusCode, text);
        return (answer.Headers.GetValues(LiveRollout.ArmHeader).Single(), text);
    }
}
