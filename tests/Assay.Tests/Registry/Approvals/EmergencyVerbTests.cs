using System.Text.Json;
using Assay.Governance.Access;

namespace Assay.Tests.Registry.Approvals;

/// <summary>Emergencies and absences from the command line, each verb with the token of the person who types it.</summary>
public sealed class EmergencyVerbTests(ApprovalScene scene) : IClassFixture<ApprovalScene>
{
    [Fact]
    public async Task The_glass_is_broken_listed_and_reviewed_by_somebody_else()
    {
        const string Reason = "Fraud wave tonight, nobody of risk answers.";
        var chief = await scene.Member("chief", Role.Administrator);
        await scene.Register("wave");

        var refused = await scene.Run(scene.Alice, "emergency", "break", "models:/wave/1", "--reason", Reason);
        var broken = await scene.Run(chief, "emergency", "break", "models:/wave/1", "--reason", Reason, "--hours", "6", "--json");
        var id = JsonDocument.Parse(broken.Output).RootElement.GetProperty("id").GetString()!;
        var red = await scene.Run(scene.Bob, "emergency", "list", "--open", "--json");
        var own = await scene.Run(chief, "emergency", "review", id, "--found", "justified", "--comment", "It was.");
        var unclear = await scene.Run(scene.Bob, "emergency", "review", id, "--found", "perhaps", "--comment", "Who knows.");
        var reviewed = await scene.Run(scene.Bob, "emergency", "review", id, "--found", "unjustified", "--comment", "Two of risk were on call.");
        var listed = await scene.Run(scene.Bob, "emergency", "list");

        Assert.Equal((1, 0, 0, 1), (refused.ExitCode, broken.ExitCode, red.ExitCode, own.ExitCode));
        Assert.Contains("models.break-glass", refused.Error, StringComparison.Ordinal);
        Assert.Equal(Reason, Assert.Single(JsonDocument.Parse(red.Output).RootElement.EnumerateArray()).GetProperty("reason").GetString());
        Assert.Contains("this person broke the glass", own.Error, StringComparison.Ordinal);
        Assert.NotEqual(0, unclear.ExitCode);
        Assert.Equal((0, 0), (reviewed.ExitCode, listed.ExitCode));
        Assert.Contains("unjustified", listed.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_place_is_lent_used_and_taken_back()
    {
        await scene.Register("away");
        await scene.Ask("away");
        var deputy = await scene.Member("deputy", Role.Approver);

        var lent = await scene.Run(scene.Carol, "delegation", "add", "deputy", "--days", "14", "--json");
        var id = JsonDocument.Parse(lent.Output).RootElement.GetProperty("id").GetString()!;
        var approved = await scene.Run(deputy, "approve", "models:/away/1", "--acting-for", scene.Carol.Id);
        var byAnother = await scene.Run(scene.Bob, "delegation", "end", id);
        var ended = await scene.Run(scene.Carol, "delegation", "end", id);
        var listed = await scene.Run(scene.Carol, "delegation", "list");
        var tooLong = await scene.Run(scene.Carol, "delegation", "add", "deputy", "--days", "400");

        Assert.Equal((0, 0, 1, 0, 0, 1), (lent.ExitCode, approved.ExitCode, byAnother.ExitCode, ended.ExitCode, listed.ExitCode, tooLong.ExitCode));
        Assert.Contains("group risk: 1 of 2", approved.Output, StringComparison.Ordinal);
        Assert.Contains("Only the person who is away", byAnother.Error, StringComparison.Ordinal);
        Assert.Contains("carol", listed.Output, StringComparison.Ordinal);
        Assert.Contains("ended", listed.Output, StringComparison.Ordinal);
        Assert.Contains("90 days", tooLong.Error, StringComparison.Ordinal);
    }
}
