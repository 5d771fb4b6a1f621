using Assay.EndToEnd.Processes;

namespace Assay.EndToEnd;

public sealed class LauncherTests
{
    [Fact]
    public async Task Help_through_the_launcher_names_every_verb()
    {
        await using var process = AssayProcess.Start(Repository.Launcher, ["--help"]);
        var help = await process.Finish(TimeSpan.FromMinutes(10));

        Assert.Equal(0, help.ExitCode);
        foreach (var verb in new[] { "quickstart", "up", "serve", "data", "train", "model", "predict", "monitor", "ledger", "doctor" })
            Assert.Contains($"  {verb}", help.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_launcher_works_through_a_symbolic_link_from_another_folder()
    {
        using var folder = new TemporaryFolder();
        var link = Path.Combine(folder.Path, "assay");
        File.CreateSymbolicLink(link, Repository.Launcher);

        await using var process = AssayProcess.Start(link, ["--version"]);
        var version = await process.Finish(TimeSpan.FromMinutes(5));

        Assert.True(version.ExitCode == 0, version.ToString());
        Assert.StartsWith("0.", version.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("quickstart")]
    [InlineData("up")]
    [InlineData("serve")]
    [InlineData("data", "add")]
    [InlineData("data", "list")]
    [InlineData("data", "show")]
    [InlineData("train")]
    [InlineData("model", "list")]
    [InlineData("model", "show")]
    [InlineData("model", "verify")]
    [InlineData("model", "promote")]
    [InlineData("model", "export")]
    [InlineData("predict")]
    [InlineData("monitor", "show")]
    [InlineData("ledger", "list")]
    [InlineData("ledger", "verify")]
    [InlineData("doctor")]
    public async Task Every_verb_helps_with_examples_and_knows_json(params string[] verb)
    {
        var help = await AssayProcess.Run([.. verb, "--help"]);

        Assert.Equal(0, help.ExitCode);
        Assert.Contains("Examples:", help.Output, StringComparison.Ordinal);
        Assert.Contains($"assay {string.Join(' ', verb)}", help.Output, StringComparison.Ordinal);
        Assert.Contains("--json", help.Output, StringComparison.Ordinal);
    }
}
