using System.Text.Json;
using Assay.EndToEnd.Processes;
using Assay.Kernel.Homes;

namespace Assay.EndToEnd;

/// <summary>Comparing files from the command line: what is written, and the exit statuses that a pipeline goes by.</summary>
public sealed class CompareFilesTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Alike_files_are_calm_and_a_shifted_one_is_drift()
    {
        var (reference, alike, shifted) = (Table("a.csv", 0, 1), Table("b.csv", 0, 2), Table("c.csv", 5, 3));

        var calm = await AssayProcess.Run("stats", "compare", reference, alike);
        var drift = await AssayProcess.Run("stats", "compare", reference, shifted, "--test", "ks", "--json");

        Assert.True(calm.ExitCode == 0, calm.Output + calm.Error);
        Assert.Contains("No drift.", calm.Output, StringComparison.Ordinal);
        Assert.Equal(3, drift.ExitCode);
        Assert.Equal("drift", JsonDocument.Parse(drift.Output).RootElement.GetProperty("verdict").GetString());
    }

    [Fact]
    public async Task The_report_is_written_beside_the_verdict()
    {
        var page = Path.Combine(_folder.Path, "report.html");

        var run = await AssayProcess.Run("monitor", "run", "--reference", Table("a.csv", 0, 1), "--current", Table("c.csv", 5, 3), "--html", page);

        Assert.True(run.ExitCode == 3, run.Output + run.Error);
        Assert.Contains("Drift: x.", run.Output, StringComparison.Ordinal);
        Assert.StartsWith("<!doctype html>", await File.ReadAllTextAsync(page, TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_test_that_there_is_not_is_named_with_those_that_there_are()
    {
        var run = await AssayProcess.Run("stats", "compare", Table("a.csv", 0, 1), Table("b.csv", 0, 2), "--test", "student");

        Assert.Equal(1, run.ExitCode);
        Assert.Contains("'student' is not known; use psi, ", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Versions_of_a_dataset_stand_for_files()
    {
        var home = new AssayHome(Path.Combine(_folder.Path, "home")).Root;
        foreach (var file in new[] { Table("a.csv", 0, 1), Table("c.csv", 5, 3) })
        {
            var added = await AssayProcess.Run("data", "add", file, "--name", "table", "--home", home);
            Assert.True(added.ExitCode == 0, added.Output + added.Error);
        }

        var drift = await AssayProcess.Run("monitor", "run", "--reference", "datasets:/table/1", "--current", "datasets:/table", "--home", home);
        Assert.True(drift.ExitCode == 3, drift.Output + drift.Error);
        Assert.Contains("Drift: x.", drift.Output, StringComparison.Ordinal);
        var missing = await AssayProcess.Run("stats", "compare", "datasets:/table/7", Table("b.csv", 0, 2), "--home", home);
        Assert.Equal(1, missing.ExitCode);
        Assert.Contains("There is no dataset datasets:/table/7.", missing.Error, StringComparison.Ordinal);
    }

    private string Table(string name, double shift, int seed)
    {
        var random = new Random(seed);
        var rows = Enumerable.Range(0, 300).Select(_ => FormattableString.Invariant($"{(random.NextDouble() * 10) + shift:0.000},{random.Next(3)}"));
        return _folder.Write(name, $"x,y\n{string.Join('\n', rows)}\n");
    }
}
