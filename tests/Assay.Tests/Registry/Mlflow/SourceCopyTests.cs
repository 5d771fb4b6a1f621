using Assay.Kernel.Refusals;
using Assay.Registry.Mlflow.Versions;

namespace Assay.Tests.Registry.Mlflow;

/// <summary>What is copied of a source stays in bounds while it is copied.</summary>
public sealed class SourceCopyTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task All_files_together_have_no_more_bytes_than_a_version_may_have()
    {
        using var folder = new TemporaryFolder();
        var copy = new SourceCopy(folder.Path, bytesMax: 10);
        await copy.Write("deep/a", new MemoryStream(new byte[6]), Cancel);
        await copy.Write("model.sig", new MemoryStream(new byte[100]), Cancel);   // made anew, and not copied
        await copy.Write("b", new MemoryStream(new byte[4]), Cancel);
        var refused = await Assert.ThrowsAsync<Refusal>(() => copy.Write("c", new MemoryStream(new byte[1]), Cancel));
        Assert.Contains("at most 10 bytes", refused.Message, StringComparison.Ordinal);
        Assert.Equal(6, new FileInfo(folder["deep/a"]).Length);
    }

    [Fact]
    public void Folders_of_runs_and_logged_models_say_whose_files_they_are()
    {
        var copy = new SourceCopy("");
        var id = new string('a', 32);
        foreach (var name in new[] { "0", "models", id, $"m-{id}", $"m-{id}0", id.ToUpperInvariant() })
            copy.Pass(name);
        Assert.Equal([$"logged-model:m-{id}", $"run:{id}"], copy.From.Order(StringComparer.Ordinal));
    }
}
