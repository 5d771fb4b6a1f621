using System.Text.Json;
using Assay.Tests.Registry.Approvals;

namespace Assay.Tests.Registry.Waivers;

/// <summary>The verbs of the command line, each in a process of its own and with the token of the person who types it.</summary>
public sealed class WaiverVerbTests(WaiverScene scene) : IClassFixture<WaiverScene>
{
    private const string Version = "models:/verbs/1";

    [Fact]
    public async Task A_finding_is_asked_about_waived_shown_and_revoked_from_the_command_line()
    {
        var people = scene.People;
        await people.RegisterBlocked("verbs");
        var finding = (await scene.Blocking("verbs"))[0];

        var blocked = await people.Run(people.Alice, "model", "scan", Version);
        var asked = await people.Run(people.Alice, "waiver", "ask", Version, finding, "--reason", "Our own class, reviewed.", "--days", "14", "--json");
        var own = await people.Run(people.Alice, "waiver", "grant", Version);
        var granted = await people.Run(people.Bob, "waiver", "grant", Version, "--comment", "I read its code.");
        var scanned = await people.Run(people.Alice, "model", "scan", Version);
        var check = await people.Run(people.Alice, "gate", "check", Version);
        var explained = await people.Run(people.Alice, "gate", "explain", Version);
        var revoked = await people.Run(people.Carol, "waiver", "revoke", Version, "--comment", "It opens files.");
        var listed = await people.Run(people.Alice, "waiver", "list", "--json");

        Assert.Equal((1, 0, 1, 0), (blocked.ExitCode, asked.ExitCode, own.ExitCode, granted.ExitCode));
        Assert.Contains("In quarantine", blocked.Output, StringComparison.Ordinal);
        Assert.Equal(finding, JsonDocument.Parse(asked.Output).RootElement.GetProperty("findings")[0].GetString());
        Assert.Contains("models.waive", own.Error, StringComparison.Ordinal);
        Assert.Equal((0, 0, 0, 0), (scanned.ExitCode, check.ExitCode, explained.ExitCode, revoked.ExitCode));
        foreach (var output in new[] { granted.Output, scanned.Output, check.Output, explained.Output })
            Assert.Contains($"{finding} waived by bob until ", output, StringComparison.Ordinal);
        Assert.Equal("revoked", JsonDocument.Parse(listed.Output).RootElement[0].GetProperty("state").GetString());
    }
}
