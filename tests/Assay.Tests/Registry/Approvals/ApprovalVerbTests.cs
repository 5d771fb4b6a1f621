using System.Text.Json;

namespace Assay.Tests.Registry.Approvals;

/// <summary>The verbs of the command line, each in a process of its own and with the token of the person who types it.</summary>
public sealed class ApprovalVerbTests(ApprovalScene scene) : IClassFixture<ApprovalScene>
{
    private const string Version = "models:/verbs/1";

    [Fact]
    public async Task A_version_is_asked_for_decided_on_and_promoted_from_the_command_line()
    {
        await scene.Register("verbs");

        var blocked = await scene.Run(scene.Alice, "model", "promote", Version);
        var asked = await scene.Run(scene.Alice, "request", Version, "--reason", "Better on every segment.", "--mention", "carol", "--json");
        var own = await scene.Run(scene.Alice, "approve", Version);
        var approved = await scene.Run(scene.Bob, "approve", Version, "--comment", "Checked the thin files.");
        var silent = await scene.Run(scene.Rob, "reject", Version);
        var rejected = await scene.Run(scene.Rob, "reject", Version, "--comment", "It was never tried on seniors.", "--json");
        var explained = await scene.Run(scene.Rob, "gate", "explain", Version, "--json");
        var withdrawn = await scene.Run(scene.Rob, "withdraw", Version);
        var second = await scene.Run(scene.Carol, "approve", Version, "--json");
        var check = await scene.Run(scene.Alice, "gate", "check", Version, "--json");
        var promoted = await scene.Run(scene.Alice, "model", "promote", Version);

        Assert.Equal((1, 0, 1, 0), (blocked.ExitCode, asked.ExitCode, own.ExitCode, approved.ExitCode));
        Assert.Contains("assay request", blocked.Output, StringComparison.Ordinal);
        Assert.Equal("Production", JsonDocument.Parse(asked.Output).RootElement.GetProperty("stage").GetString());
        Assert.Contains("models.approve", own.Error, StringComparison.Ordinal);
        Assert.Contains("group risk: 1 of 2", approved.Output, StringComparison.Ordinal);
        Assert.Contains("--comment", silent.Error, StringComparison.Ordinal);
        Assert.NotEqual(0, silent.ExitCode);
        Assert.Equal((0, 0, 0), (rejected.ExitCode, withdrawn.ExitCode, second.ExitCode));
        Assert.Contains("rejected by rob", explained.Output, StringComparison.Ordinal);
        Assert.True(JsonDocument.Parse(check.Output).RootElement.GetProperty("passed").GetBoolean());
        Assert.Equal(0, promoted.ExitCode);
    }
}
