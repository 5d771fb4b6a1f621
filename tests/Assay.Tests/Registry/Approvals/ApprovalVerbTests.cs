using System.Diagnostics;
using System.Text.Json;
using Assay.Tests.Pipelines;

namespace Assay.Tests.Registry.Approvals;

/// <summary>The verbs of the command line, each in a process of its own and with the token of the person who types it.</summary>
public sealed class ApprovalVerbTests(ApprovalScene scene) : IClassFixture<ApprovalScene>
{
    private const string Version = "models:/verbs/1";

    private static CancellationToken Cancel => ApprovalScene.Cancel;

    [Fact]
    public async Task A_version_is_asked_for_decided_on_and_promoted_from_the_command_line()
    {
        await scene.Register("verbs");

        var blocked = await Run(scene.Alice, "model", "promote", Version);
        var asked = await Run(scene.Alice, "request", Version, "--reason", "Better on every segment.", "--mention", "carol", "--json");
        var own = await Run(scene.Alice, "approve", Version);
        var approved = await Run(scene.Bob, "approve", Version, "--comment", "Checked the thin files.");
        var silent = await Run(scene.Rob, "reject", Version);
        var rejected = await Run(scene.Rob, "reject", Version, "--comment", "It was never tried on seniors.", "--json");
        var explained = await Run(scene.Rob, "gate", "explain", Version, "--json");
        var withdrawn = await Run(scene.Rob, "withdraw", Version);
        var second = await Run(scene.Carol, "approve", Version, "--json");
        var check = await Run(scene.Alice, "gate", "check", Version, "--json");
        var promoted = await Run(scene.Alice, "model", "promote", Version);

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

    private async Task<(int ExitCode, string Output, string Error)> Run(Member member, params string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet", [TrainingWork.Program, .. arguments, "--server", scene.Server.Address.ToString()])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["ASSAY_TOKEN"] = member.Client.DefaultRequestHeaders.Authorization!.Parameter;
        using var process = Process.Start(start)!;
        var (output, error) = (process.StandardOutput.ReadToEndAsync(Cancel), process.StandardError.ReadToEndAsync(Cancel));
        await process.WaitForExitAsync(Cancel);
        return (process.ExitCode, await output, await error);
    }
}
