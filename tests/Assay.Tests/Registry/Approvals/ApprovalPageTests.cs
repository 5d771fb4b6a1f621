namespace Assay.Tests.Registry.Approvals;

/// <summary>The console's pages as the server makes them for their first bytes.</summary>
public sealed class ApprovalPageTests(ApprovalScene scene) : IClassFixture<ApprovalScene>
{
    [Fact]
    public async Task The_decision_page_shows_the_difference_the_rules_and_what_will_be_signed_to_who_may_decide()
    {
        await scene.Release("page");
        await scene.Register("page", bias: 1);
        await scene.Ask("page", 2);

        var forBob = await ApprovalScene.Page(scene.Bob, "/models/page/2/decision/Production");
        var forAlice = await ApprovalScene.Page(scene.Alice, "/models/page/2/decision/Production");

        Assert.Contains("What changed", forBob, StringComparison.Ordinal);
        Assert.Contains("approvals from group risk", forBob, StringComparison.Ordinal);
        Assert.Contains("You sign the digest of v2, policy 1 of Production, and these", forBob, StringComparison.Ordinal);
        Assert.Contains("Sign approval", forBob, StringComparison.Ordinal);
        Assert.DoesNotContain("Sign approval", forAlice, StringComparison.Ordinal);
        Assert.Contains("trained or made the version", forAlice, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_inbox_leads_to_the_decision_page_and_approves_nothing_itself()
    {
        await scene.Register("inbox");
        await scene.Ask("inbox");

        var page = await ApprovalScene.Page(scene.Bob, "/approvals");

        Assert.Contains("models/inbox/1/decision/Production", page, StringComparison.Ordinal);
        Assert.Contains("0 of 2 from group risk", page, StringComparison.Ordinal);
        Assert.DoesNotContain("Sign approval", page, StringComparison.Ordinal);
    }
}
