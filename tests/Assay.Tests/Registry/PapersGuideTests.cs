using System.Diagnostics;
using System.Net.Http.Json;
using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;
using Assay.Kernel;
using Assay.Pipelines;
using Assay.Tests.Pipelines;

namespace Assay.Tests.Registry;

/// <summary>What docs/how-to/check-a-models-papers-without-assay.md tells to run accepts an exported model, and nothing that was spoilt.</summary>
public sealed partial class PapersGuideTests(PapersGuideTests.Exported exported, PublicTools tools)
    : IClassFixture<PapersGuideTests.Exported>, IClassFixture<PublicTools>
{
    private const string Guide = "docs/how-to/check-a-models-papers-without-assay.md";
    private static readonly string[] Programs = ["bash", "jq", "openssl", "sha256sum", "base64", "od", "comm", "diff", "find", "sed"];

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_guides_commands_accept_an_exported_model()
    {
        Require();

        var (code, output) = await Check(exported.Folder.Path);

        Assert.True(code == 0, output);
        Assert.EndsWith("everything holds\n", output, StringComparison.Ordinal);
        foreach (var kind in new[] { "provenance/v1", "test-result/v0.1", "evaluation/v1", "verification_summary/v1", "cyclonedx.org/bom" })
            Assert.Contains(kind, output, StringComparison.Ordinal);
        Assert.Contains("model.promoted", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_guides_commands_refuse_whatever_was_spoilt()
    {
        Require();
        var spoilers = new Dictionary<string, Action<TemporaryFolder>>
        {
            ["a byte of the model"] = folder => Flip(folder["churn/model.onnx"]),
            ["a file more"] = folder => File.WriteAllText(folder["churn/more.bin"], "more"),
            ["a statement less"] = folder => Lines(folder, lines => lines[1..]),
            ["the last statement, which no verdict names, less"] = folder => Lines(folder, lines => lines[..^1]),
            ["a statement twice"] = folder => Lines(folder, lines => [.. lines, lines[0]]),
            ["another statement in an envelope"] = folder => Lines(folder, lines => [.. lines.Select(line => line.Replace("\"payload\":\"ey", "\"payload\":\"eX", StringComparison.Ordinal))]),
            ["another key under the same name"] = folder => File.Copy(folder["churn/model.onnx"], Directory.GetFiles(folder["churn.papers/keys"]).Single(), overwrite: true),
            ["the text of an entry"] = folder => Proof(folder, text => text.Replace("extra ey", "extra eX", StringComparison.Ordinal)),
            ["the place of an entry"] = folder => Proof(folder, text => text.Replace("index ", "index 1", StringComparison.Ordinal)),
            ["the signed head"] = folder => Proof(folder, text => SecondLastLine().Replace(text, "$1" + Convert.ToBase64String(new byte[32]) + "\n\n—")),
            ["an entry less"] = folder => File.Delete(Directory.GetFiles(folder["churn.papers/ledger"], "*.tlog-proof").First(path => Entry(path).Contains("model.attested", StringComparison.Ordinal))),
        };

        foreach (var (what, spoil) in spoilers)
        {
            using var folder = new TemporaryFolder();
            Copy(exported.Folder.Path, folder.Path);
            spoil(folder);
            var (code, output) = await Check(folder.Path);
            Assert.True(code != 0 && !output.Contains("everything holds", StringComparison.Ordinal), $"{what} was not found: {output}");
        }
    }

    [Fact]
    public async Task The_public_library_accepts_every_bundle_as_the_guide_says()
    {
        Require();
        tools.Require();
        Copy(exported.Folder.Path, tools[""]);
        await File.WriteAllTextAsync(tools["guide.sh"], "set -euo pipefail\n" + Blocks("bash").Single(), Cancel);

        var (code, output) = await tools.Run("bash", "guide.sh");

        Assert.True(code == 0, output);
        Assert.Equal(
            Directory.GetFiles(exported.Folder["churn.papers/attestations"]).Length,
            output.Split('\n').Count(line => line.StartsWith(exported.Digest["sha256:".Length..], StringComparison.Ordinal)));
    }

    [Fact]
    public void The_guide_shows_the_script_and_the_packages_that_the_tests_use()
    {
        Assert.Equal([File.ReadAllText(Repository("tests/Assay.Tests/Registry/verify-bundle.mjs"))], Blocks("js"));
        Assert.Contains(string.Join(' ', PublicTools.Packages), Blocks("bash").Single(), StringComparison.Ordinal);
    }

    private static void Require()
    {
        var missing = Programs.Where(program => !PublicTools.IsInstalled(program)).ToList();
        if (missing.Count > 0)
            Assert.Skip($"{string.Join(", ", missing)} are not installed; with them this test runs the guide's commands.");
    }

    private static async Task<(int Code, string Output)> Check(string folder)
    {
        await File.WriteAllTextAsync(Path.Combine(folder, "check.sh"), string.Join('\n', Blocks("sh")), Cancel);
        return await Run(folder, "bash", "check.sh");
    }

    private static async Task<(int Code, string Output)> Run(string folder, string program, params string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments) { WorkingDirectory = folder, RedirectStandardOutput = true, RedirectStandardError = true };
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync(Cancel);
        var errors = process.StandardError.ReadToEndAsync(Cancel);
        await process.WaitForExitAsync(Cancel);
        return (process.ExitCode, await errors + await output);
    }

    private static void Flip(string path)
    {
        var bytes = File.ReadAllBytes(path);
        bytes[bytes.Length / 2] ^= 1;
        File.WriteAllBytes(path, bytes);
    }

    private static void Lines(TemporaryFolder folder, Func<string[], string[]> change)
    {
        var path = folder["churn.papers/attestations.intoto.jsonl"];
        File.WriteAllText(path, string.Concat(change(File.ReadAllLines(path)).Select(line => line + "\n")));
    }

    private static void Proof(TemporaryFolder folder, Func<string, string> change)
    {
        var path = Directory.GetFiles(folder["churn.papers/ledger"], "*.tlog-proof")[0];
        var (before, after) = (File.ReadAllText(path), change(File.ReadAllText(path)));
        Assert.NotEqual(before, after);
        File.WriteAllText(path, after);
    }

    private static string Entry(string path) => System.Text.Encoding.UTF8.GetString(Convert.FromBase64String(
        File.ReadLines(path).Single(line => line.StartsWith("extra ", StringComparison.Ordinal))["extra ".Length..]));

    private static void Copy(string from, string to)
    {
        foreach (var path in Directory.GetFiles(from, "*", SearchOption.AllDirectories))
        {
            var target = Path.Combine(to, Path.GetRelativePath(from, path));
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            File.Copy(path, target, overwrite: true);
        }
    }

    private static List<string> Blocks(string language) =>
        [.. Fence().Matches(File.ReadAllText(Repository(Guide))).Where(block => block.Groups["language"].Value == language).Select(block => block.Groups["content"].Value)];

    private static string Repository(string path, [CallerFilePath] string here = "") =>
        Path.GetFullPath(Path.Combine(Path.GetDirectoryName(here)!, "../../..", path));

    [GeneratedRegex("^```(?<language>\\w+)\n(?<content>.*?)^```$", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Fence();

    // The root of the head stands on the line before the empty one that comes before the signature.
    [GeneratedRegex("(\n)[A-Za-z0-9+/=]+\n\n—")]
    private static partial Regex SecondLastLine();

    /// <summary>A model that was trained, promoted and described, exported by the command line.</summary>
    public sealed class Exported : IAsyncLifetime
    {
        public TemporaryFolder Folder { get; } = new();

        public string Digest { get; private set; } = "";

        public async ValueTask InitializeAsync()
        {
            await using var server = await TestServer.Start(adjust: TrainingWork.WithRealSteps);
            await server.Admin.Upload("/api/v1/datasets/telco", Subscribers.Csv());
            var training = await server.Admin.AwaitEnd("", (await server.Admin.Train("", new NewTraining("churn", [new("telco")], "churn", Promote: true))).Id);
            Assert.True(training.Status == TrainingStatus.Succeeded, training.Problem);
            var card = await server.Admin.PutAsJsonAsync("/api/v1/models/churn/versions/1/card", new { words = CardTests.Words, after = 0 }, AssayJson.Options, Cancel);
            card.EnsureSuccessStatusCode();

            var (code, output) = await Run(
                Folder.Path, "dotnet", TrainingWork.Program, "model", "export", "models:/churn/Production", "churn",
                "--server", server.Address.AbsoluteUri, "--token", (await File.ReadAllTextAsync(server.Home.AdminTokenFile, Cancel)).Trim(), "--json");
            Assert.True(code == 0, output);
            Digest = System.Text.Json.JsonDocument.Parse(output).RootElement.GetProperty("digest").GetString()!;
        }

        public ValueTask DisposeAsync()
        {
            Folder.Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
