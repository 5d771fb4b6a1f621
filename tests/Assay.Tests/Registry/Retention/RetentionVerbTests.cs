using System.Text.Json;
using Assay.Governance.Access;
using Assay.Tests.Registry.Approvals;

namespace Assay.Tests.Registry.Retention;

/// <summary>The verbs of the command line, each in a process of its own and with the token of the person who types it.</summary>
public sealed class RetentionVerbTests(ApprovalScene scene) : IClassFixture<ApprovalScene>
{
    private const string Version = "models:/verbs/1";

    [Fact]
    public async Task A_version_is_held_released_and_deleted_from_the_command_line()
    {
        var (ann, ben) = (await scene.Member("ann", Role.Administrator), await scene.Member("ben", Role.Auditor));
        await scene.Register("verbs");

        var rule = await Run(ann, "retention", "set", "--production", "4000", "--json");
        var placed = await Run(ann, "hold", "place", Version, "--reason", "In dispute.", "--reference", "case 7", "--json");
        var id = JsonDocument.Parse(placed.Output).RootElement.GetProperty("id").GetString()!;
        var shown = await Run(ben, "model", "retention", Version);
        scene.Clock.Move(TimeSpan.FromDays(31));
        var held = await Run(ann, "model", "delete", Version, "--reason", "Done with it.");
        var own = await Run(ann, "hold", "release", id, "--reason", "Settled.");
        var released = await Run(ben, "hold", "release", id, "--reason", "Settled.");
        var list = await Run(ben, "hold", "list");
        var byName = await Run(ann, "model", "delete", "models:/verbs/latest", "--reason", "Done with it.");
        var deleted = await Run(ann, "model", "delete", "verbs", "1", "--reason", "Done with it.", "--json");
        var after = await Run(ben, "model", "show", Version);

        Assert.Equal(4000, JsonDocument.Parse(rule.Output).RootElement.GetProperty("productionDays").GetInt32());
        Assert.Contains("kept until", shown.Output, StringComparison.Ordinal);
        Assert.Contains("held", shown.Output, StringComparison.Ordinal);
        Assert.Equal((1, 1, 0, 1, 0, 1), (held.ExitCode, own.ExitCode, released.ExitCode, byName.ExitCode, deleted.ExitCode, after.ExitCode));
        Assert.Contains("case 7", held.Error, StringComparison.Ordinal);
        Assert.Contains("does not release it", own.Error, StringComparison.Ordinal);
        Assert.Contains("verbs version 1", list.Output, StringComparison.Ordinal);
        Assert.Contains("by its number", byName.Error, StringComparison.Ordinal);
        Assert.Equal("Done with it.", JsonDocument.Parse(deleted.Output).RootElement.GetProperty("reason").GetString());
        Assert.Contains("was deleted at", after.Error, StringComparison.Ordinal);
    }

    private Task<(int ExitCode, string Output, string Error)> Run(Member member, params string[] arguments) => CommandLine.Run(scene.Server, member.Client, arguments);
}
