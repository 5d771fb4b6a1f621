using System.Net.Http.Headers;
using Assay.Governance.Access;
using Assay.Registry.Retention;
using Assay.Tests.Registry.Approvals;
using static Assay.Tests.Registry.Retention.RetentionCalls;

namespace Assay.Tests.Registry.Retention;

/// <summary>The console's pages as the server makes them for their first bytes.</summary>
public sealed class KeepingPageTests(ApprovalScene scene) : IClassFixture<ApprovalScene>
{
    [Fact]
    public async Task The_page_of_a_version_says_what_keeps_it_and_offers_to_each_what_they_may()
    {
        var auditor = await scene.Member("quentin", Role.Auditor);
        await scene.Register("kept-page");
        await Read<LegalHoldSummary>(await scene.Admin.Hold("kept-page", 1), System.Net.HttpStatusCode.Created);

        var forAuditor = await Page(auditor.Client, "/models/kept-page/1");
        var forEngineer = await Page(scene.Alice.Client, "/models/kept-page/1");
        var rule = await Page(auditor.Client, "/retention");

        Assert.Contains("It can't be deleted", forAuditor, StringComparison.Ordinal);
        Assert.Contains("Legal hold on kept-page v1: case 26-114", forAuditor, StringComparison.Ordinal);
        Assert.Contains("Release it", forAuditor, StringComparison.Ordinal);
        Assert.Contains("It can't be deleted", forEngineer, StringComparison.Ordinal);
        Assert.DoesNotContain("Release it", forEngineer, StringComparison.Ordinal);
        Assert.Contains("comes with Assay", rule, StringComparison.Ordinal);
        Assert.DoesNotContain("Set the next rule", rule, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_version_whose_time_is_up_can_be_deleted_on_its_page_and_leaves_a_tombstone()
    {
        await scene.Register("gone-page");
        scene.Clock.Move(TimeSpan.FromDays(31));

        var before = await Page(scene.Alice.Client, "/models/gone-page/1");
        await Read<DeletedModelVersion>(await scene.Alice.Client.Delete("gone-page", 1, "Nobody used it."));
        var list = await Page(scene.Bob.Client, "/models/gone-page");
        var tombstone = await Page(scene.Bob.Client, "/models/gone-page/1/tombstone");

        Assert.Contains("Delete v1", before, StringComparison.Ordinal);
        Assert.Contains("models/gone-page/1/tombstone", list, StringComparison.Ordinal);
        Assert.Contains("Nobody used it.", tombstone, StringComparison.Ordinal);
    }

    private static async Task<string> Page(HttpClient client, string path)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("text/html"));
        using var answer = await client.SendAsync(request, ApprovalScene.Cancel);
        answer.EnsureSuccessStatusCode();
        return System.Net.WebUtility.HtmlDecode(await answer.Content.ReadAsStringAsync(ApprovalScene.Cancel));
    }
}
