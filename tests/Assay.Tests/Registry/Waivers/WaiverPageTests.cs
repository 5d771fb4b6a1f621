using Assay.Tests.Registry.Approvals;

namespace Assay.Tests.Registry.Waivers;

/// <summary>The console's pages as the server makes them for their first bytes.</summary>
public sealed class WaiverPageTests(WaiverScene scene) : IClassFixture<WaiverScene>
{
    [Fact]
    public async Task The_scan_card_lets_a_maker_ask_an_approver_sign_and_everybody_see_by_whom_it_was_waived()
    {
        await scene.People.RegisterBlocked("carded");
        var asking = await ApprovalScene.Page(scene.People.Alice, "/models/carded/1");
        var waiver = await scene.Ask("carded");
        var forAlice = await ApprovalScene.Page(scene.People.Alice, "/models/carded/1");
        var forBob = await ApprovalScene.Page(scene.People.Bob, "/models/carded/1");
        var inbox = await ApprovalScene.Page(scene.People.Bob, "/approvals");

        (await WaiverScene.Decide(scene.People.Bob.Client, waiver)).EnsureSuccessStatusCode();
        var waived = await ApprovalScene.Page(scene.People.Alice, "/models/carded/1");
        var forCarol = await ApprovalScene.Page(scene.People.Carol, "/models/carded/1");

        Assert.Contains("in quarantine", asking, StringComparison.Ordinal);
        Assert.Contains("Ask for a waiver", asking, StringComparison.Ordinal);
        Assert.DoesNotContain("Sign waiver", forAlice, StringComparison.Ordinal);
        Assert.Contains("You can't decide here", forAlice, StringComparison.Ordinal);
        Assert.Contains("Sign waiver", forBob, StringComparison.Ordinal);
        Assert.Contains("models/carded/1#scan", inbox, StringComparison.Ordinal);
        Assert.Contains("Waived by bob until", waived, StringComparison.Ordinal);
        Assert.Contains("because: Our own class, reviewed.", waived, StringComparison.Ordinal);
        Assert.DoesNotContain("Revoke", waived, StringComparison.Ordinal);
        Assert.Contains("Revoke", forCarol, StringComparison.Ordinal);
    }
}
