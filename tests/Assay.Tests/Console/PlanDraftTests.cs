extern alias console;

using System.Text.Json;
using Assay.Kernel;
using Assay.Serving.Rollouts.Plans;
using console::Assay.Console.Pages.Endpoints.Deploying;

namespace Assay.Tests.Console;

/// <summary>The console's form of a roll-out's plan.</summary>
public class PlanDraftTests
{
    private static readonly RolloutRule Rule = new("shed", "sum(rate(predictions_rejected_total[1m])) > 1", 2);

    public static TheoryData<string> Plans =>
    [
        """{"strategy":"canary","steps":[{"weightPercent":1,"pauseSeconds":30},{"weightPercent":60,"pauseSeconds":null}],"stickyHeader":"User","analysis":{"intervalSeconds":5,"minimumRequests":7,"falseAlarmRate":0.01,"compareErrors":false,"maxErrorRate":0.02,"maxP95Ratio":1.5,"maxP99Ratio":2,"maxP95Milliseconds":50,"maxP99Milliseconds":80,"maxPsi":0.2,"maxKs":0.1,"maxValueDrop":3}}""",
        """{"strategy":"blueGreen","steps":[{"weightPercent":100,"pauseSeconds":90}],"stickyColumn":"region","analysis":{"maxP99Ratio":2}}""",
        """{"strategy":"ab","steps":[{"weightPercent":30,"pauseSeconds":null}],"analysis":{"maxKs":0.3}}""",
        """{"strategy":"shadow","analysis":{"maxP99Milliseconds":80}}""",
        """{"strategy":"bandit","analysis":{"minimumRequests":0}}""",
    ];

    [Theory]
    [MemberData(nameof(Plans))]
    public void A_plan_goes_through_the_form_unchanged(string plan)
    {
        var read = JsonSerializer.Deserialize<RolloutPlan>(plan, AssayJson.Options)!;
        read = read with { Analysis = read.Analysis! with { Rules = [Rule] } };
        Assert.Equal(JsonSerializer.Serialize(read, AssayJson.Options), JsonSerializer.Serialize(PlanDraft.Of(read).ToPlan(), AssayJson.Options));
    }

    [Fact]
    public void A_new_draft_says_what_the_server_takes_where_nothing_is_said()
    {
        var plan = new PlanDraft().ToPlan();
        Assert.Equal([new(5, 600), new(25, 600), new(50, 600)], plan.Steps!);
        Assert.Equal(new RolloutAnalysis(), plan.Analysis);
    }

    [Fact]
    public void What_another_strategy_has_no_use_for_is_left_out()
    {
        var draft = new PlanDraft { StickyHeader = "User" };
        (draft.Analysis.MaxPsi, draft.Analysis.MaxP99Ratio) = (0.2, 2);
        draft.Strategy = RolloutStrategy.Shadow;
        Assert.Equal(new RolloutPlan(RolloutStrategy.Shadow, Analysis: new()), draft.ToPlan());
    }
}
